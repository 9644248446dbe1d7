//! What a message will make of its commit.

use std::path::PathBuf;

use crate::classify;
use crate::classify::Doubt;
use crate::classify::Evidence;
use crate::classify::FoundLabel;
use crate::cli::agreed;
use crate::cli::args::CommitMsgArgs;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::outputs::Outputs;
use crate::cli::request;
use crate::cli::revisions::Revisions;
use crate::cli::settings::PolicyChoice;
use crate::cli::settings::Settings;
use crate::facts::CommitFact;
use crate::facts::Message;
use crate::finding::Level;
use crate::policy::BasisPoints;
use crate::policy::Kind;
use crate::policy::LabelMatch;
use crate::policy::LabelOutcome;
use crate::policy::Policy;
use crate::repo;
use crate::repo::OwnerCheck;
use crate::repo::Repository;
use crate::report::sink::Sink;

/// The largest message that is read.
const LARGEST: u64 = 1 << 20;

/// So many characters of a sentence are shown.
const LONGEST: usize = 1_000;

/// What git writes above the part of the editor's text that it cuts off.
const SCISSORS: &str = "# ------------------------ >8 ------------------------";

/// Subjects that `git rebase --autosquash` takes away.
const SQUASHED: [&str; 3] = ["fixup! ", "squash! ", "amend! "];

/// Reads the message and says what will come of it.
pub(in crate::cli) fn commit_msg(typed: CommitMsgArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let unreadable = |reason| CliError::MessageUnreadable { path: typed.file.clone(), reason };
    let bytes = request::read(&typed.file, LARGEST).map_err(unreadable)?;
    let text = cleaned(&String::from_utf8_lossy(&bytes));
    let policy = policy(typed.config)?;
    let (exit, said) = judge(&text, &policy, outputs.sink());
    outputs.print(&said)?;
    Ok(exit)
}

/// That of HEAD: what is about to be committed cannot change it.
fn policy(config: Option<PathBuf>) -> Result<Policy, Fault> {
    let repository = Repository::open(&PathBuf::from("."), OwnerCheck::Enforce)?;
    let mut settings = Settings::of_head(PathBuf::from("."), OwnerCheck::Enforce);
    if let Some(path) = config.filter(|path| !path.as_os_str().is_empty()) {
        settings.policy = PolicyChoice::File(path);
    }
    let revisions = Revisions::resolve(&repository, &settings)?;
    Ok(agreed::policy(&repository, &revisions, &settings)?.loaded.policy)
}

/// The text as git will commit it: without what stands behind the scissors, without comments.
///
/// Whether git keeps comments depends on how it was called, which a hook is not told; `#` is its default.
fn cleaned(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.trim_end() != SCISSORS);
    lines.filter(|line| !line.starts_with('#')).map(|line| format!("{}\n", line.trim_end())).collect()
}

fn judge(text: &str, policy: &Policy, sink: Sink) -> (Exit, String) {
    let message = repo::parse_message(text);
    let subject = message.subject.expose();
    if subject.is_empty() {
        // git itself gives up here.
        return (Exit::Passed, String::new());
    }
    if SQUASHED.iter().any(|prefix| subject.starts_with(prefix)) {
        return (Exit::Passed, "debtlint: will be squashed into another commit, and counts as part of it\n".to_owned());
    }
    if subject.starts_with("Merge ") {
        return (Exit::Passed, "debtlint: a merge; without content of its own it is left out\n".to_owned());
    }
    let of_git = taken_back(&message);
    let mut wrong = misplaced(text, &message, policy);
    let fact = CommitFact::about_to_be(message);
    let hint = classify::hint(&fact, policy);
    let evidence = &hint.counted.evidence;
    if evidence.contradicts {
        wrong.push(contradiction(evidence, policy));
    }
    if evidence.doubts.iter().any(|doubt| matches!(doubt, Doubt::SharesDiffer | Doubt::ShareUnreadable)) {
        wrong.extend(evidence.doubts.iter().map(|doubt| doubt.text().to_owned()));
    }
    let mut said = match &evidence.winner {
        Some(label) => {
            let text = sink.limited(label.matched.expose(), 60);
            let kind = if hint.counted.credit > BasisPoints::ZERO && hint.counted.credit < BasisPoints::WHOLE {
                format!("{} paydown, the rest {}", hint.counted.credit, hint.counted.rest_kind().name())
            } else {
                hint.counted.kind.name().to_owned()
            };
            format!("debtlint: counts as {kind}: {} \"{text}\" (rule {})\n", label.source, sink.word(&label.rule))
        }
        None => String::new(),
    };
    for excuse in &evidence.excuses {
        let rule = sink.word(&excuse.rule);
        said.push_str(&format!(
            "debtlint: may land while its team is short, as {} (rule {rule})\n",
            excuse.reason.name()
        ));
    }
    let is_excused = !evidence.excuses.is_empty();
    let is_only_warned = policy.require_label.as_ref().is_some_and(|required| required.level < Level::Error);
    let mut exit = if wrong.is_empty() { Exit::Passed } else { Exit::Failed };
    let of_git = of_git.filter(|_| hint.suggestion.is_some());
    said.extend(of_git.map(|of_git| format!("debtlint: {of_git}\n")));
    if let Some(suggestion) = hint.suggestion.filter(|_| !is_excused && of_git.is_none()) {
        if !is_only_warned {
            exit = Exit::Failed;
        }
        said.push_str(&format!("debtlint: no label that a rule knows: {}\n", sink.limited(&suggestion, LONGEST)));
    }
    // Of a commit's text there is not more in it than fits a line; what helps stands behind that.
    said.extend(wrong.iter().map(|one| format!("debtlint: {}\n", sink.limited(one, LONGEST))));
    (exit, said)
}

/// What is said of a message that git itself writes for a revert, and which names no kind. Whether it is one is told by its content.
fn taken_back(message: &Message) -> Option<&'static str> {
    let subject = message.subject.expose();
    let is_of = |start: &str| subject.starts_with(start) && subject.ends_with('"');
    if message.reverts.is_empty() {
        return None;
    }
    if is_of(Message::REVERT) {
        return Some(
            "takes earlier work back, which needs no label; what git does not revert by itself is work, and does",
        );
    }
    is_of("Reapply \"").then_some("brings earlier work in again, which is work: the gate may ask for a label")
}

/// Which labels contradict each other, and what to do about it.
fn contradiction(evidence: &Evidence, policy: &Policy) -> String {
    let says = |label: &FoundLabel, kind: Kind| {
        format!("{} \"{}\" says {}", label.source, shortened(label.matched.expose()), kind.name())
    };
    let paydown = evidence.others.iter().find(|label| label.outcome.kind() == Some(Kind::Paydown));
    let both = evidence.winner.iter().chain(paydown).filter_map(|label| Some(says(label, label.outcome.kind()?)));
    let both = both.collect::<Vec<_>>().join(", ");
    let share = policy.labels.iter().find_map(|rule| match (&rule.matches, rule.outcome) {
        (LabelMatch::Trailer { key, .. }, LabelOutcome::ShareFromValue) => Some(key),
        _ => None,
    });
    let or_a_part = share.map(|key| format!(", or say which part is paydown with a trailer `{key}: 30%`"));
    format!(
        "its labels contradict each other, so it is not paydown: {both}; keep one of them{}",
        or_a_part.unwrap_or_default()
    )
}

/// Not more of somebody's text than a line has room for.
fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Lines that look like trailers that the policy knows, and that git does not read as trailers.
fn misplaced(text: &str, message: &Message, policy: &Policy) -> Vec<String> {
    let mut keys: Vec<&str> = Vec::new();
    for matches in policy.label_matches() {
        if let LabelMatch::Trailer { key, .. } = matches
            && !keys.iter().any(|known| known.eq_ignore_ascii_case(key))
        {
            keys.push(key);
        }
    }
    let mut wrong = Vec::new();
    for key in keys {
        let is_of_key = |line: &&str| {
            let (start, rest) = line.split_at_checked(key.len()).unwrap_or_default();
            start.eq_ignore_ascii_case(key) && rest.trim_start().starts_with(':')
        };
        let written: Vec<&str> = text.lines().skip(1).filter(is_of_key).collect();
        let read = message.trailers.iter().filter(|trailer| trailer.key.expose().eq_ignore_ascii_case(key));
        let (read, empty): (Vec<_>, Vec<_>) = read.partition(|trailer| !trailer.value.expose().is_empty());
        if written.len() > read.len().saturating_add(empty.len()) {
            wrong.push(format!(
                "`{key}:` is not where git reads trailers: they are the last paragraph, after a blank line"
            ));
        }
        if !empty.is_empty() {
            wrong.push(format!("`{key}:` has no value, and says nothing"));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    #[test]
    fn messages() {
        let mut policy = config::load(None, &|_| Ok(None)).unwrap().policy;
        for (text, exit, said) in [
            ("refactor: split\n", Exit::Passed, "counts as paydown: type \"refactor\" (rule type-paydown)"),
            ("feat: x\n\n# Debt: yes\n", Exit::Passed, "counts as feature"),
            ("Split\n\nDebt: yes\n# comment\n", Exit::Passed, "counts as paydown: trailer \"Debt: yes\""),
            ("Split\n\nDebt-Share: 30%\n", Exit::Passed, "counts as 30% paydown, the rest unlabelled"),
            ("refactor: x\n\nDebt-Share: 40%\n", Exit::Passed, "counts as 40% paydown, the rest other"),
            ("Split\n\nDebt-Share: 300%\n", Exit::Failed, "not a percentage"),
            ("Split\nDebt: yes\n", Exit::Failed, "is not where git reads trailers"),
            ("Split\n\nDebt: yes\n\nand more text\n", Exit::Failed, "is not where git reads trailers"),
            ("refactor: x\n\nDebt:\n", Exit::Failed, "has no value"),
            (
                "feat: x\n\nDebt: yes\n",
                Exit::Failed,
                "contradict each other, so it is not paydown: type \"feat\" says feature, trailer \"Debt: yes\" says \
                 paydown; keep one of them, or say which part is paydown with a trailer `Debt-Share: 30%`\n",
            ),
            // What helps is there, however much was written.
            (
                "feat: x\n\nTech-Debt: takes the old engine of the tax computation out, for good and for all\n",
                Exit::Failed,
                "says paydown; keep one of them, or say which part is paydown with a trailer `Debt-Share: 30%`\n",
            ),
            ("refacto: x\n", Exit::Failed, "did you mean `refactor`?"),
            (
                "Split\n",
                Exit::Failed,
                "no label that a rule knows: begin the subject with what it is: `fix:`, `feat:`, `chore:`; for paydown \
                 `refactor:` or a trailer `Debt: yes`\n",
            ),
            (
                "# a comment first\nSplit\n# ------------------------ >8 ------------------------\nDebt: yes\n",
                Exit::Failed,
                "no label",
            ),
            ("fixup! Split\n", Exit::Passed, "will be squashed into another commit"),
            ("Merge branch 'x'\n", Exit::Passed, "a merge"),
            ("# nothing\n\n", Exit::Passed, ""),
            // As git writes them.
            (
                "Revert \"feat: x\"\n\nThis reverts commit 0123456789012345678901234567890123456789.\n# Please enter\n",
                Exit::Passed,
                "takes earlier work back",
            ),
            (
                "Revert \"Merge x\"\n\nThis reverts commit 0123456789012345678901234567890123456789, reversing\nchanges made to \
                 0123456789012345678901234567890123456789.\n",
                Exit::Passed,
                "takes earlier work back",
            ),
            (
                "Reapply \"x\"\n\nThis reverts commit 0123456789012345678901234567890123456789.\n",
                Exit::Passed,
                "in again",
            ),
            (
                "Take it out\n\nThis reverts commit 0123456789012345678901234567890123456789.\n",
                Exit::Failed,
                "no label",
            ),
            ("Revert \"x\"\n\nWe want it back.\n", Exit::Failed, "no label"),
            ("Revert \"x\"\n\nThis reverts commit of ann.\n", Exit::Failed, "no label"),
            ("# Revert \"x\"\nWork\n\nThis reverts commit 0123456789.\n", Exit::Failed, "no label"),
            (
                "Revert \"x\"\n\nThis reverts commit 0123456789012345678901234567890123456789.\n\nDebt: yes\n",
                Exit::Passed,
                "counts as paydown",
            ),
        ] {
            let (ended, told) = judge(&cleaned(text), &policy, Sink::Terminal);
            assert!(ended == exit && told.contains(said), "{text:?}: {ended:?} {told}");
        }
        for (file, said) in [
            ("extends: [debt-trailers]\n", "say what it is, such as a trailer `Debt: yes` for paydown\n"),
            (
                "extends: []\nlabels: [{ id: a, scope: debt, kind: paydown }, { id: b, type: task, kind: feature }]\n",
                "begin the subject with what it is: `task:`; for paydown `chore(debt):`\n",
            ),
            ("extends: []\nlabels: [{ id: a, author: 'x*', kind: run }]\n", "as the policy's `labels` say\n"),
            ("require-label: warn\n", "begin the subject"),
        ] {
            let file = format!("version: 1\n{file}");
            let source = config::Source { name: "p".into(), bytes: file.as_bytes() };
            let from = crate::policy::PolicySource::File { path: "p".into() };
            policy = config::load(Some((from, source)), &|_| Ok(None)).unwrap().policy;
            let told = judge("Split\n", &policy, Sink::Terminal).1;
            assert!(told.contains(said), "{told}");
        }
        assert_eq!(judge("Split\n", &policy, Sink::Terminal).0, Exit::Passed, "only a warning");
    }
}
