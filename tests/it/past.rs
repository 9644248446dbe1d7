//! The past: every weekly point says what `check --as-of` says, and every landing what the gate says.

use std::path::Path;

use serde_json::Value;

use crate::support::History;
use crate::support::Room;
use crate::support::Told;
use crate::support::mainline;

/// The law, on every scenario that judges a window: the last point is `check`'s, and each one before it what `check` says as
/// of its time, to the last unit.
#[test]
fn every_point_is_what_check_says_of_its_time() {
    let mut compared = 0;
    let schema = jsonschema::validator_for(&debtlint::report::past::json::trend_schema()).unwrap();
    for folder in folders("debtlint.yml") {
        let (room, arguments) = room(&folder);
        let told = run(&room, "trend", &arguments, &["--since", "4w", "--format", "json"]);
        if told.status != Some(0) {
            // What cannot be judged over two months more, as with a history that was cut.
            continue;
        }
        let trend: Value = serde_json::from_str(&told.stdout).unwrap();
        assert!(schema.is_valid(&trend), "{}", folder.display());
        let teams = trend["teams"].as_array().unwrap();
        let Some(points) = teams.first().map(|team| team["points"].as_array().unwrap().len()) else { continue };
        for at in 0..points {
            let mut more = vec!["--exit-zero", "--format", "json"];
            let as_of = teams[0]["points"][at]["as_of"].as_str().unwrap();
            if at + 1 < points {
                more.extend(["--as-of", as_of]);
            }
            let check = run(&room, "check", &without_as_of(&arguments, at + 1 < points), &more);
            let report: Value = serde_json::from_str(&check.stdout).unwrap_or_else(|_no_report| panic!("{check}"));
            for team in teams {
                let judged =
                    report["teams"].as_array().unwrap().iter().find(|one| one["name"] == team["name"]).unwrap();
                let decides = trend["measure"].as_str().unwrap().replace('-', "_");
                assert_eq!(essence(&team["points"][at]), expected(judged, &decides), "{}: {as_of}", folder.display());
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "only {compared} verdicts were compared");
}

/// The law of the gate: a landing is blocked where `check --base` of its first parent fails for a team.
#[test]
fn every_landing_is_what_the_gate_says_of_it() {
    let (mut asked, mut blocked) = (0, 0);
    let schema = jsonschema::validator_for(&debtlint::report::past::json::simulation_schema()).unwrap();
    for folder in folders("debtlint.yml") {
        let (room, arguments) = room(&folder);
        // The gate trusts the tree of each base; a simulation holds all of them to what the judged revision says today.
        let has_news = folder.ends_with("ignore-revs");
        if has_news || arguments.iter().any(|argument| argument == "--as-of" || argument == "--rev") {
            continue;
        }
        let told = run(&room, "simulate", &arguments, &["--since", "52w", "--format", "json"]);
        if told.status != Some(0) {
            continue;
        }
        let simulated: Value = serde_json::from_str(&told.stdout).unwrap();
        assert!(schema.is_valid(&simulated), "{}", folder.display());
        let weeks = simulated["teams"][0]["weeks"].as_array().filter(|weeks| !weeks.is_empty());
        let Some(weeks) = weeks else { continue };
        let [since, as_of] = [weeks.first(), weeks.last()].map(|week| seconds(&week.unwrap()["as_of"]));
        let stopped = simulated["blocked"].as_array().unwrap();
        for (base, head) in mainline(&room.path("past.git"), since, as_of).into_iter().take(12) {
            let told = run(&room, "check", &arguments, &["--base", &base, "--head", &head, "--format", "json"]);
            let Ok(report) = serde_json::from_str::<Value>(&told.stdout) else { continue };
            let short = report["teams"].as_array().unwrap().iter().filter(|team| team["change"]["answer"] == "short");
            let short: Vec<&Value> = short.map(|team| &team["name"]).collect();
            let here = stopped.iter().find(|landing| landing["commit"] == head.as_str());
            let here: Vec<&Value> =
                here.map(|here| here["teams"].as_array().unwrap().iter().collect()).unwrap_or_default();
            assert_eq!(here, short, "{}: {head} on {base}", folder.display());
            asked += 1;
            blocked += usize::from(!short.is_empty());
        }
    }
    assert!(asked > 50 && blocked > 5, "{asked} landings, {blocked} of them blocked");
}

/// A row of short weeks that reaches the first point began there or before: nobody has looked.
#[test]
fn a_row_that_reaches_back_to_the_beginning_is_not_stated_as_exact() {
    let (room, arguments) = room(Path::new("tests/scenarios/readme"));
    let told = |command: &str, since: &str| run(&room, command, &arguments, &["--since", since]).stdout;
    for (since, said) in [
        ("6w", "2 of 3 teams are short today, for at most 5 weeks in a row."),
        ("4w", "at least one of them in every week of these 4 weeks; `--since` looks\nfurther back."),
        ("1w", "at least one of them a week before; `--since` looks further back."),
    ] {
        let told = told("trend", since);
        assert!(told.contains(said), "{told}");
    }
    let one = run(&room, "trend", &arguments, &["--since", "4w", "--team", "search"]).stdout;
    assert!(one.contains("as in every week of these 4 weeks; `--since` looks further back."), "{one}");
    let simulated = told("simulate", "4w");
    assert!(simulated.contains("5 of 5  ≥ 4 weeks"), "{simulated}");
    // Of several teams that were short not all were for so long.
    let words = simulated.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("2 of 3 teams would have been short at times, one of them for 4 weeks in a row or more."),
        "{words}"
    );
    let told = run(&room, "report", &arguments, &["--since", "4w", "--no-markers"]);
    assert_eq!(told.status, Some(0), "{told}");
    let page = std::fs::read_to_string(room.path("debtlint-report.html")).unwrap();
    assert!(page.contains("At least one has been short all that time, and perhaps for longer."));
}

/// The same figures as in JSON, in the columns of `check --format csv`.
#[test]
fn weeks_come_as_rows() {
    let (room, arguments) = room(Path::new("tests/scenarios/readme"));
    let told =
        |command: &str, format: &str| run(&room, command, &arguments, &["--since", "8w", "--format", format]).stdout;
    let read = |text: &str| -> Vec<std::collections::BTreeMap<String, String>> {
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
    };
    let percent = |points: &Value| points.as_f64().map_or(String::new(), |points| format!("{:.2}", points / 100.0));
    let document: Value = serde_json::from_str(&told("trend", "json")).unwrap();
    let points = document["teams"].as_array().unwrap().iter().flat_map(|team| {
        let points = team["points"].as_array().unwrap().iter();
        points.map(|point| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let figures = ["share_bp", "low_bp", "high_bp"].map(|key| percent(&point[key]));
            (text(&team["name"]), text(&point["as_of"]), text(&point["standing"]), figures)
        })
    });
    let rows = read(&told("trend", "csv"));
    let told_in_rows = rows.iter().map(|row| {
        let figures = ["share_percent", "low_percent", "high_percent"].map(|name| row[name].clone());
        (row["team"].clone(), row["as_of"].clone(), row["standing"].clone(), figures)
    });
    assert_eq!(told_in_rows.collect::<Vec<_>>(), points.collect::<Vec<_>>());
    let (last, check) = (&rows[8], read(&run(&room, "check", &arguments, &["--format", "csv"]).stdout));
    for (name, value) in last {
        assert!(check[0].get(name).is_none_or(|same| same == value), "{name}: {last:?}\n{check:?}");
    }
    let document: Value = serde_json::from_str(&told("simulate", "json")).unwrap();
    let rows = read(&told("simulate", "csv"));
    assert_eq!(rows.len(), 3);
    for (row, team) in rows.iter().zip(document["teams"].as_array().unwrap()) {
        assert_eq!(row["team"], team["name"].as_str().unwrap());
        for name in ["weeks_judged", "weeks_short", "weeks_waived", "longest_streak", "landings", "landings_blocked"] {
            assert_eq!(row[name], team[name].to_string(), "{name}");
        }
    }
}

/// Whoever writes a page reads the same beside it as of a judgement.
#[test]
fn what_is_said_beside_a_page_says_that_nothing_is_enforced() {
    let (room, arguments) = room(Path::new("tests/scenarios/readme"));
    let policy = std::fs::read_to_string(room.path("debtlint.yml")).unwrap();
    room.put("debtlint.yml", &format!("{policy}\nenforce: false\n"));
    let told = run(&room, "report", &arguments, &["--since", "4w", "--no-markers"]);
    let says = "Shadow mode: nothing is enforced (enforce: false); 2 findings would have failed this run.\nwritten to ";
    assert!(told.status == Some(0) && told.stdout.contains(says), "{told}");
}

/// What explains bars stands only where there are some.
#[test]
fn without_room_for_bars_nothing_is_said_of_them() {
    let (room, arguments) = room(Path::new("tests/scenarios/readme"));
    for (command, width, is_drawn) in [("trend", "80", true), ("trend", "36", false), ("simulate", "36", true)] {
        let told = run(&room, command, &arguments, &["--since", "52w", "--width", width]).stdout;
        assert_eq!(told.contains("below the allocation,"), is_drawn, "{command}: {told}");
    }
    let told = run(&room, "simulate", &arguments, &["--since", "52w", "--width", "20"]).stdout;
    assert!(!told.contains("Share of paydown") && !told.contains("too little work"), "{told}");
}

/// Whom all have left has no share, and so none that has changed.
#[test]
fn a_team_without_work_now_has_not_changed() {
    let (room, arguments) = room(Path::new("tests/scenarios/readme"));
    let line = |policy: &str| {
        room.put("debtlint.yml", policy);
        let told = run(&room, "trend", &arguments, &["--since", "6w", "--window", "2w"]).stdout;
        told.lines().find(|line| line.contains(" payments ")).unwrap().to_owned()
    };
    let policy = std::fs::read_to_string(room.path("debtlint.yml")).unwrap();
    assert!(!line(&policy).ends_with(" of 25%"), "{}", line(&policy));
    let all = "members: [ann@example.com, bob@example.com]";
    let left = policy.replace(all, "members: [{ emails: ann@example.com, until: 2026-01-05 }]");
    assert!(line(&left).ends_with("– of 25%"), "{}", line(&left));
}

#[test]
fn titles_of_landings_are_cut_to_the_terminal() {
    const PAST: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - { at: 2026-01-05T09:00:00Z, by: ann, say: "feat: LONG", grow: { a: 9 }, times: 40 }
"#;
    let past = PAST.replace("LONG", &"no end of it ".repeat(12));
    let (room, _) = Room::with_past(&History::parse(&past));
    room.put("debtlint.yml", "version: 1\nallocation: 20%\nminimum-effort: { people: 1, developer-weeks: 0.1 }\n");
    let told = run(&room, "simulate", &[], &["--since", "4w", "--width", "80"]).stdout;
    let cut: Vec<usize> = told.lines().filter(|line| line.ends_with('…')).map(|line| line.chars().count()).collect();
    assert!(!cut.is_empty() && cut.iter().all(|width| *width == 80), "{cut:?}\n{told}");
}

#[test]
fn a_branch_without_a_commit_has_no_points() {
    let (room, arguments) = room(Path::new("tests/scenarios/unborn"));
    for command in ["trend", "simulate"] {
        let told = run(&room, command, &arguments, &[]).stdout;
        assert!(told.ends_with("There is no commit yet.\n") && !told.contains("19"), "{told}");
    }
    let told = run(&room, "trend", &arguments, &["--format", "json"]).stdout;
    let trend: Value = serde_json::from_str(&told).unwrap();
    assert!(trend["teams"].as_array().unwrap().iter().all(|team| team["points"] == serde_json::json!([])), "{told}");
    assert!(!trend["teams"].as_array().unwrap().is_empty(), "{told}");
}

/// Scenarios that have a file.
/// A waiver that is given today covers weeks of the past: what is not short for it is counted, and named as that.
#[test]
fn what_a_waiver_makes_of_the_past_is_told() {
    let (room, arguments) = room(Path::new("tests/scenarios/readme"));
    let policy = std::fs::read_to_string(room.path("debtlint.yml")).unwrap();
    let figures = |waivers: &str| {
        room.put("debtlint.yml", &format!("{policy}\nwaivers: [{waivers}]\n"));
        let told = run(&room, "simulate", &arguments, &["--since", "6w", "--format", "json"]);
        let simulated: Value = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
        let of = |team: &Value| {
            ["weeks_short", "weeks_waived", "landings_blocked", "landings_waived"]
                .map(|key| team[key].as_u64().unwrap())
        };
        simulated["teams"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let waiver = |team: &str, until: &str| {
        format!("{{ team: {team}, until: {until}, reason: a release, approved-by: cto@example.com }}")
    };
    let all = waiver("payments", "2026-02-20");
    let (without, with, both) =
        (figures(""), figures(&all), figures(&format!("{all}, {}", waiver("search", "2026-02-20"))));
    // What was short is waived, landing by landing; the other teams stand as they did.
    let waived = |[short, _, blocked, _]: [u64; 4]| [0, short, 0, blocked];
    assert!(without.iter().take(2).all(|[short, none, blocked, nor]| *short > 3 && none + nor == 0 && *blocked > 9));
    assert_eq!(with, [waived(without[0]), without[1], without[2]]);
    assert_eq!(both, [waived(without[0]), waived(without[1]), without[2]]);

    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").replace("&#39;", "'");
    let told = |command: &str| words(&run(&room, command, &arguments, &["--since", "6w"]).stdout);
    let by = "2 of 3 teams were below the allocation, but waived by today's policy, in at most 5 weeks.";
    let simulated = told("simulate");
    for said in
        ["0 of 5, 5 waived", "and let 50 pass by waivers alone; no week would have been short, waivers aside.", by]
    {
        assert!(simulated.contains(said), "{said}: {simulated}");
    }
    let trend = told("trend");
    assert!(trend.contains(&format!("nor was any in 6 weeks, waivers aside. {by}")), "{trend}");
    let page = run(&room, "report", &arguments, &["--since", "6w", "--output", "page.html"]);
    let page = words(&std::fs::read_to_string(room.path("page.html")).unwrap_or_else(|_none| panic!("{page}")));
    let team = "short in none of 5 judged weeks; in 5 it was below the allocation, but waived by today's policy.";
    for said in [
        &format!(
            "In the 6 weeks before, 2 of 3 teams had enough work to be judged, and none was ever short, waivers aside. {by}"
        ),
        team,
    ] {
        assert!(page.contains(said), "{said}");
    }
}

fn folders(with: &str) -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir("tests/scenarios").unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = all.filter(|folder| folder.join(with).exists()).collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

fn room(folder: &Path) -> (Room, Vec<String>) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let (room, written) = Room::with_past(&History::parse(&read("history.yml").unwrap()));
    room.put("debtlint.yml", &written.fill(&read("debtlint.yml").unwrap()));
    let arguments = read("arguments.txt").unwrap_or_default();
    (room, arguments.lines().flat_map(str::split_whitespace).map(str::to_owned).collect())
}

fn run(room: &Room, command: &str, arguments: &[String], more: &[&str]) -> Told {
    let fixed = [command, "past.git", "--config", "debtlint.yml"];
    room.debtlint(fixed.into_iter().chain(arguments.iter().map(String::as_str)).chain(more.iter().copied()))
}

/// The arguments of a scenario without a time of its own, where another one is asked about.
fn without_as_of(arguments: &[String], drop: bool) -> Vec<String> {
    let at = arguments.iter().position(|argument| argument == "--as-of").filter(|_| drop);
    let keep = |place: usize| at.is_none_or(|at| place != at && place != at + 1);
    let kept = arguments.iter().enumerate().filter(|(place, argument)| keep(*place) && *argument != "--exit-zero");
    kept.map(|(_, argument)| argument.clone()).collect()
}

/// What a point says.
fn essence(point: &Value) -> [Value; 6] {
    ["standing", "share_bp", "paydown", "total", "low_bp", "high_bp"].map(|key| point[key].clone())
}

/// The same of a report.
fn expected(team: &Value, measure: &str) -> [Value; 6] {
    let [paydown, total] = ["paydown", "total"].map(|key| team[key][measure].clone());
    [
        team["standing"].clone(),
        team["share_bp"].clone(),
        paydown,
        total,
        team["interval"]["low_bp"].clone(),
        team["interval"]["high_bp"].clone(),
    ]
}

fn seconds(time: &Value) -> i64 {
    time.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second()
}

/// Paydown that comes again is not blocked, a feature that does is.
#[test]
fn what_was_taken_back_lands_again() {
    let (room, arguments) = room(Path::new("tests/scenarios/brought-back"));
    let told = run(&room, "simulate", &arguments, &["--since", "52w", "--format", "json"]);
    let simulated: Value = serde_json::from_str(&told.stdout).unwrap();
    let subjects: Vec<&str> =
        simulated["blocked"].as_array().unwrap().iter().filter_map(|landing| landing["subject"].as_str()).collect();
    assert!(subjects.contains(&"the one more again"), "{subjects:?}");
    assert!(!subjects.contains(&"the lesser again"), "{subjects:?}");
}

/// A chosen team has the landings that it has among all, with the same answers; the others have none.
#[test]
fn a_chosen_team_is_told_what_it_is_told_among_all() {
    let (room, arguments) = room(Path::new("tests/scenarios/readme"));
    let simulated = |more: &[&str]| -> Value {
        let told = run(&room, "simulate", &arguments, &[&["--since", "6w", "--format", "json"], more].concat());
        serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
    };
    let all = simulated(&[]);
    for team in all["teams"].as_array().unwrap() {
        let name = team["name"].as_str().unwrap();
        let one = simulated(&["--team", name]);
        assert_eq!(one["teams"].as_array().unwrap(), std::slice::from_ref(team), "{name}");
        let blocked = |simulated: &Value| -> Vec<Value> {
            let landings = simulated["blocked"].as_array().unwrap().iter();
            let of_it = landings.filter(|landing| landing["teams"].as_array().unwrap().iter().any(|it| it == name));
            of_it.map(|landing| landing["commit"].clone()).collect()
        };
        assert_eq!(blocked(&one), blocked(&all), "{name}");
        assert_eq!(one["blocked"].as_array().unwrap().len(), blocked(&one).len(), "{name}");
    }
}

/// What cannot wait would not have waited, as often as the policy allows.
#[test]
fn what_could_not_wait_is_not_told_as_blocked() {
    let history = std::fs::read_to_string("tests/scenarios/exempt-changes/history.yml").unwrap();
    let (room, _) = Room::with_past(&History::parse(&history));
    let told = room.debtlint(["simulate", "past.git", "--rev", "third", "--since", "52w", "--format", "json"]);
    let simulated: Value = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    let subject = |landing: &Value| landing["subject"].as_str().unwrap().to_owned();
    let blocked: Vec<String> = simulated["blocked"].as_array().unwrap().iter().map(subject).collect();
    assert_eq!(blocked, ["feat: more", "feat: more", "feat: more", "feat: on", "fix: third"]);
}
