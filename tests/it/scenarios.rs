//! Every folder under `tests/scenarios`: a past, a policy, and what `debtlint check` makes of them.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::support::History;
use crate::support::Room;
use crate::support::Told;
use crate::support::Written;

#[test]
fn scenarios() {
    insta::glob!("../scenarios", "*/history.yml", |history| {
        let folder = history.parent().unwrap();
        let text = std::fs::read_to_string(history).unwrap();
        let (room, written) = Room::with_past(&History::parse(&text));
        let about: String = text.lines().take_while(|line| line.starts_with('#')).collect();
        if let Some(gate) = read(folder, "gate.txt") {
            insta::with_settings!({ description => about, omit_expression => true }, {
                insta::assert_snapshot!(gates(&room, &written, &gate, folder));
            });
            return;
        }
        let mut arguments = vec!["check", "past.git", "--format", "json", "--items"];
        if let Some(policy) = read(folder, "debtlint.yml") {
            room.put("debtlint.yml", &written.fill(&policy));
            arguments.extend(["--config", "debtlint.yml"]);
        }
        let more = read(folder, "arguments.txt").unwrap_or_default();
        arguments.extend(more.lines());
        let told = room.debtlint(&arguments);
        insta::with_settings!({ description => about, omit_expression => true }, {
            insta::assert_snapshot!(essence(&told));
        });
    });
}

/// Each line of `gate.txt` is a run: the base, the head, further arguments; what follows a `#` says what it proves.
fn gates(room: &Room, written: &Written, gate: &str, folder: &Path) -> String {
    let mut out = String::new();
    for name in ["event.json", "queue.ndjson"] {
        if let Some(text) = read(folder, name) {
            room.put(name, &written.fill(&text));
        }
    }
    for line in gate.lines().filter(|line| !line.trim().is_empty()) {
        let (words, about) = line.split_once('#').unwrap_or((line, ""));
        let words = written.fill(words);
        let (ends, more): (Vec<_>, Vec<_>) = words.split_whitespace().enumerate().partition(|(place, _)| *place < 2);
        let mut arguments = vec!["check", "past.git", "--format", "json", "--items"];
        for (option, (_, end)) in ["--base", "--head"].iter().zip(ends) {
            arguments.extend([*option, end]);
        }
        let more = more.into_iter().map(|(_, word)| word);
        let (variables, more): (Vec<_>, Vec<_>) = more.partition(|word| is_variable(word));
        arguments.extend(more);
        let variables: Vec<_> = variables.into_iter().filter_map(|word| word.split_once('=')).collect();
        let told = room.debtlint_with(&arguments, &variables);
        writeln!(out, "== {}\n{}", about.trim(), change(&told)).unwrap();
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
    }
    out
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
    writeln!(out, "  {} {}, credit {}: {winner}", text(&counted["day"]), text(&counted["kind"]), counted["credit_bp"])
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
