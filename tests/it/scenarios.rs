//! Every folder under `tests/scenarios`: a past, a policy, and what `debtlint check` makes of them.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::support;
use crate::support::History;
use crate::support::Room;
use crate::support::Told;

#[test]
fn scenarios() {
    insta::glob!("../scenarios", "*/history.yml", |history| {
        let folder = history.parent().unwrap();
        let text = std::fs::read_to_string(history).unwrap();
        let about: String = text.lines().take_while(|line| line.starts_with('#')).collect();
        let (room, runs) = runs(folder);
        insta::with_settings!({ description => about, omit_expression => true }, {
            insta::assert_snapshot!(outcome(folder, &room, &runs));
        });
    });
}

/// `config show` prints what means the same: to every past, whatever is extended.
#[test]
fn a_policy_that_is_shown_whole_gives_the_same_report() {
    let mut count = 0;
    for folder in std::fs::read_dir("tests/scenarios").unwrap().map(|folder| folder.unwrap().path()) {
        if !folder.join("debtlint.yml").exists() || folder.join("gate.txt").exists() {
            continue;
        }
        let (room, runs) = runs(&folder);
        let run = &runs[0];
        let report = |config: &str| -> Option<Value> {
            let arguments = run.arguments.iter().map(|word| if word == "debtlint.yml" { config } else { word });
            let told = room.debtlint(arguments);
            let mut report: Value = serde_json::from_str(&told.stdout).ok()?;
            report["exit code"] = told.status.into();
            Some(report)
        };
        // Some are errors.
        let Some(mut whole) = report("debtlint.yml") else { continue };
        let shown = room.debtlint(["config", "show", "debtlint.yml"]);
        assert_eq!(shown.status, Some(0), "{shown}");
        room.put("shown.yml", &shown.stdout);
        let mut again = report("shown.yml").unwrap_or_else(|| panic!("{}: {}", folder.display(), shown.stdout));
        for report in [&mut whole, &mut again] {
            without_places(report);
        }
        assert_eq!(whole, again, "{}: {}", folder.display(), shown.stdout);
        count += 1;
    }
    assert!(count >= 30, "{count}");
}

/// A repository that names its objects by SHA-256 is judged as one by SHA-1, but for signatures, which are over names.
#[test]
fn the_same_past_by_sha256_gives_the_same_report() {
    let (mut count, mut differ) = (0, String::new());
    for folder in std::fs::read_dir("tests/scenarios").unwrap().map(|folder| folder.unwrap().path()) {
        let Some(history) = read(&folder, "history.yml") else { continue };
        if ["sign:", "gpgsig"].iter().any(|sign| history.contains(sign)) {
            continue;
        }
        let (room, mut runs) = runs(&folder);
        let renamed = support::renamed(&room.path("past.git"));
        for file in ["debtlint.yml", "event.json", "queue.ndjson"] {
            renamed.file(&room.path(file));
        }
        for run in &mut runs {
            let words = run.variables.iter_mut().map(|(_, value)| value).chain(&mut run.arguments);
            words.for_each(|word| *word = renamed.text(word));
        }
        let name = folder.file_name().unwrap().to_string_lossy();
        let snapshot = format!("tests/it/snapshots/it__scenarios__scenarios@{name}__history.yml.snap");
        let snapshot = std::fs::read_to_string(snapshot).unwrap();
        let before = renamed.text(snapshot.splitn(3, "---\n").last().unwrap());
        let after = outcome(&folder, &room, &runs);
        if in_any_order(&before) != in_any_order(&after) {
            writeln!(differ, "{}:\n{before}\n{after}", folder.display()).unwrap();
        }
        count += 1;
    }
    assert!(differ.is_empty() && count > 80, "{count} pasts\n{differ}");
}

/// The words of a text's lines: what is alike else stands in the order of names, by which a rest of units is given away, too.
fn in_any_order(text: &str) -> Vec<Vec<String>> {
    let word = |word: &str| match word.trim_matches(['(', ')']).parse::<u64>() {
        Ok(units) if units > 1_000_000 => format!("about {} hundreds", units / 100),
        _ => word.to_owned(),
    };
    // Messages break elsewhere when names are longer.
    let flowing = text.replace("\n  │ ", " ").replace("\n        ", " ");
    let mut lines: Vec<Vec<String>> = flowing.lines().map(|line| line.split(' ').map(word).collect()).collect();
    lines.retain(|words| words.iter().any(|word| !word.is_empty()));
    lines.iter_mut().for_each(|words| words.sort_unstable());
    lines.sort_unstable();
    lines
}

/// All but where things are written, and in what.
fn without_places(report: &mut Value) {
    match report {
        Value::Object(map) => {
            for key in ["at", "allocation_at", "until_at", "beside", "policy"] {
                map.remove(key);
            }
            map.values_mut().for_each(without_places);
        }
        Value::Array(all) => all.iter_mut().for_each(without_places),
        Value::String(text) => *text = text.replace("shown.yml", "debtlint.yml"),
        _ => {}
    }
}

/// A command line of a scenario, with the variables that stand around it.
pub(crate) struct Run {
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Run {
    /// Runs it with these arguments more.
    pub(crate) fn told(&self, room: &Room, more: &[&str]) -> Told {
        let arguments = self.arguments.iter().map(String::as_str).chain(more.iter().copied());
        let variables: Vec<_> = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        room.debtlint_with(arguments, &variables)
    }
}

/// The room of a scenario, and the command lines that are run in it.
pub(crate) fn runs(folder: &Path) -> (Room, Vec<Run>) {
    let (room, written) = Room::with_past(&History::parse(&read(folder, "history.yml").unwrap()));
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let common = words("check past.git --format json --items");
    if let Some(gate) = read(folder, "gate.txt") {
        for name in ["event.json", "queue.ndjson"] {
            if let Some(text) = read(folder, name) {
                room.put(name, &written.fill(&text));
            }
        }
        let run = |line: &str| {
            let words = words(&written.fill(line.split_once('#').map_or(line, |(run, _about)| run)));
            let (variables, mut words): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| is_variable(word));
            if !words.first().is_some_and(|word| word.starts_with("--")) {
                words.insert(1, "--head".to_owned());
                words.insert(0, "--base".to_owned());
            }
            let pair = |word: String| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            let variables = variables.into_iter().filter_map(pair).collect();
            Run { arguments: [common.clone(), words].concat(), variables }
        };
        let runs = gate.lines().filter(|line| !line.trim().is_empty()).map(run).collect();
        return (room, runs);
    }
    let mut arguments = common;
    if let Some(policy) = read(folder, "debtlint.yml") {
        room.put("debtlint.yml", &written.fill(&policy));
        arguments.extend(words("--config debtlint.yml"));
    }
    arguments.extend(read(folder, "arguments.txt").unwrap_or_default().lines().map(str::to_owned));
    (room, vec![Run { arguments, variables: Vec::new() }])
}

/// What the runs of a scenario tell.
fn outcome(folder: &Path, room: &Room, runs: &[Run]) -> String {
    match read(folder, "gate.txt") {
        Some(gate) => gates(room, runs, &gate),
        None => essence(&runs[0].told(room, &[])),
    }
}

/// Each line of `gate.txt` is a run: the base, the head, further arguments; what follows a `#` says what it proves.
fn gates(room: &Room, runs: &[Run], gate: &str) -> String {
    let mut out = String::new();
    for (line, run) in gate.lines().filter(|line| !line.trim().is_empty()).zip(runs) {
        let about = line.split_once('#').map_or("", |(_run, about)| about);
        writeln!(out, "== {}\n{}", about.trim(), change(&run.told(room, &[]))).unwrap();
    }
    out
}

/// `NAME=value` sets a variable of the environment.
fn is_variable(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name).unwrap_or_default();
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// What a report says of a change; everything, if it is no report.
fn change(told: &Told) -> String {
    let Ok(report) = serde_json::from_str::<Value>(&told.stdout) else { return told.to_string() };
    let [base, head] = ["base", "head"].map(|end| id(&report["subject"][end]["commit"]));
    let mut out = format!("exit code: {}\n{head} on {base}\n", told.status.unwrap_or(-1));
    for team in report["teams"].as_array().unwrap() {
        let change = &team["change"];
        let shares = format!("{} bp, with the change {}, its own", team["share_bp"], change["share_bp"]);
        let own = format!("{} of {}", change["own_paydown"], change["own_total"]);
        let [name, standing, answer] = [&team["name"], &team["standing"], &change["answer"]].map(text);
        writeln!(out, "{name}, {standing}: {answer}: {shares} {} ({own})", change["own_share_bp"]).unwrap();
    }
    for team in report["teams"].as_array().unwrap() {
        let flow = |of: &str| {
            let counts = ["added", "removed", "edited", "moved", "copied", "copies_removed", "net"];
            let counts = counts.map(|key| (key, team[of][key].as_i64().unwrap_or_default()));
            let counts = counts.iter().filter(|(_, count)| *count != 0).map(|(key, count)| format!(" {key} {count}"));
            counts.collect::<String>()
        };
        let (window, own) = (flow("markers"), flow("change_markers"));
        if !window.is_empty() || !own.is_empty() {
            writeln!(out, "  markers of {}:{window}; the change's:{own}", text(&team["name"])).unwrap();
        }
    }
    for label in report["change"]["request"]["labels"].as_array().into_iter().flatten() {
        writeln!(out, "  label {} by {}", label["text"], text(&label["from"])).unwrap();
    }
    let title = &report["change"]["request"]["title"];
    if title.is_object() {
        writeln!(out, "  title {} by {}", title["text"], text(&title["from"])).unwrap();
    }
    for item in report["change"]["items"].as_array().unwrap() {
        let how = match item.get("exempt") {
            Some(exempt) => format!("exempt, {}", text(&exempt["reason"])),
            None => format!("{} {}", text(&item["counted"]["kind"]), item["counted"]["credit_bp"]),
        };
        writeln!(out, "  {:?}: {how}", text(&item["subject"])).unwrap();
    }
    for finding in report["findings"].as_array().unwrap() {
        let [level, code, message] = [&finding["level"], &finding["code"], &finding["message"]].map(text);
        writeln!(out, "{level} {code}: {message}").unwrap();
        if ["policy-loosened", "policy-tightened", "policy-unusable"].contains(&code) {
            writeln!(out, "  {}", places(finding)).unwrap();
        }
    }
    out
}

/// Both sides of a comparison, and the commits that brought it.
fn places(finding: &Value) -> String {
    let place = |at: &Value| format!("{}:{}:{}", text(&at["file"]), at["line"], at["column"]);
    let at = if finding["at"].is_null() { "nowhere".to_owned() } else { place(&finding["at"]) };
    let beside = finding["beside"].as_array().into_iter().flatten().map(|beside| place(&beside["at"]));
    let commits = finding["commits"].as_array().into_iter().flatten().map(id);
    let [beside, commits] = [beside.collect::<Vec<_>>(), commits.collect()].map(|all| all.join(" "));
    format!("{at}, in the change {beside}, by {commits}")
}

fn read(folder: &Path, name: &str) -> Option<String> {
    std::fs::read_to_string(folder.join(name)).ok()
}

/// The figures of a report that a reader of the scenario can check, one line each; everything, if it is no report.
fn essence(told: &Told) -> String {
    let Ok(report) = serde_json::from_str::<Value>(&told.stdout) else { return told.to_string() };
    let mut out = format!("exit code: {}\n", told.status.unwrap_or(-1));
    let subject = &report["subject"];
    writeln!(
        out,
        "window: ({}, {}] after {}",
        text(&subject["start"]),
        text(&subject["as_of"]),
        id(&subject["boundary"])
    )
    .unwrap();
    let commits = &report["commits"];
    writeln!(
        out,
        "commits: {} walked, {} counted{}",
        commits["walked"],
        commits["counted"],
        exempt(&commits["exempt"])
    )
    .unwrap();
    for team in report["teams"].as_array().unwrap() {
        let (standing, name) = (text(&team["standing"]), text(&team["name"]));
        writeln!(out, "\n{name}: {standing}, {} of {} bp", team["share_bp"], team["allocation_bp"]).unwrap();
        writeln!(out, "  people {}, shortfall {}", team["people"], team["shortfall"]).unwrap();
        account(&mut out, team);
    }
    if report["unattributed"]["commits"] != 0 {
        writeln!(out, "\nnobody's:").unwrap();
        account(&mut out, &report["unattributed"]);
    }
    writeln!(out).unwrap();
    for one in report["relabels"].as_array().into_iter().flatten() {
        let [kind, by, counts, why] = [&one["kind"], &one["by"], &one["counts"], &one["why"]].map(text);
        let (commit, reason, leads) = (id(&one["commit"]), text(&one["reason"]), &one["lead_of"]);
        writeln!(out, "relabel {commit} {kind} {reason:?} by {by} {leads}: {counts} {why}").unwrap();
    }
    for finding in report["findings"].as_array().unwrap() {
        let commits: String =
            finding["commits"].as_array().unwrap().iter().map(|one| format!(" {}", id(one))).collect();
        let team = finding["team"].as_str().map(|team| format!(" ({team})")).unwrap_or_default();
        writeln!(out, "{} {}{team}:{commits}", text(&finding["level"]), text(&finding["code"])).unwrap();
    }
    for item in report["items"].as_array().unwrap() {
        told_item(&mut out, item);
    }
    if !told.stderr.is_empty() {
        write!(out, "\n{}", told.stderr).unwrap();
    }
    out
}

fn account(out: &mut String, account: &Value) {
    for (kind, efforts) in account["by_kind"].as_object().unwrap() {
        if efforts.as_object().unwrap().values().any(|units| *units != 0) {
            writeln!(out, "  {kind:<10} {}", units(efforts)).unwrap();
        }
    }
    writeln!(out, "  {:<10} {}", "total", units(&account["total"])).unwrap();
}

fn told_item(out: &mut String, item: &Value) {
    writeln!(out, "\n{} {:?} by {}", id(&item["commit"]), text(&item["subject"]), text(&item["author"]["email"]))
        .unwrap();
    if item["landing"]["commit"] != item["commit"] {
        writeln!(out, "  landed by {} at {}", id(&item["landing"]["commit"]), text(&item["landing"]["time"])).unwrap();
    }
    if let Some(exempt) = item.get("exempt") {
        let rule = exempt["rule"].as_str().map(|rule| format!(", rule {rule}")).unwrap_or_default();
        writeln!(out, "  exempt: {}{rule}", text(&exempt["reason"])).unwrap();
        return;
    }
    let counted = &item["counted"];
    let evidence = &counted["evidence"];
    let winner = match &evidence["winner"] {
        Value::Null => "no label".to_owned(),
        label => format!("{} in {:?}", text(&label["rule"]), text(&label["matched"])),
    };
    let grade = evidence["proof"]["grade"].as_str().filter(|grade| *grade != "none");
    let proof = grade.map(|grade| format!(", {grade}")).unwrap_or_default();
    writeln!(
        out,
        "  {} {}, credit {}: {winner}{proof}",
        text(&counted["day"]),
        text(&counted["kind"]),
        counted["credit_bp"]
    )
    .unwrap();
    if !evidence["inherited"].is_null() {
        writeln!(out, "  inherited from {}", id(&evidence["inherited"]["from"])).unwrap();
    }
    if evidence["contradicts"] == true {
        writeln!(out, "  contradicts itself").unwrap();
    }
    if let Some(how) = evidence["retraced"]["how"].as_str() {
        let [later, earlier] = ["later", "earlier"].map(|key| id(&evidence["retraced"][key]));
        writeln!(out, "  retraced: {later} {how} {earlier}").unwrap();
    }
    if evidence["defects"].as_array().is_some_and(|defects| !defects.is_empty()) {
        writeln!(out, "  defects: {}", evidence["defects"]).unwrap();
    }
    if evidence["doubts"].as_array().is_some_and(|doubts| !doubts.is_empty()) {
        writeln!(out, "  doubts: {}", evidence["doubts"]).unwrap();
    }
    for part in counted["parts"].as_array().unwrap() {
        let team = part["team"].as_str().unwrap_or("nobody");
        writeln!(out, "  {} for {team}: {}", text(&part["person"]), units(&part["effort"])).unwrap();
    }
}

fn exempt(reasons: &Value) -> String {
    let reasons = reasons.as_object().unwrap().iter().filter(|(_, number)| **number != 0);
    reasons.map(|(reason, number)| format!(", {number} {reason}")).collect()
}

/// Weeks and days in full units, commits and lines in theirs: each figure can be redone by hand.
fn units(efforts: &Value) -> String {
    let [weeks, days, commits, lines] =
        ["developer_weeks", "developer_days", "commits", "lines"].map(|key| &efforts[key]);
    format!("{weeks} weeks, {days} days, {commits} commits, {lines} lines")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

fn id(value: &Value) -> String {
    text(value).chars().take(10).collect()
}
