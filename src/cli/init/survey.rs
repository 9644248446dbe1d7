//! What a year of history shows: how commits say what they are, programs that commit, files that nobody writes.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use crate::classify;
use crate::classify::Reading;
use crate::cli::check::Judged;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Lines;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::policy::ExemptReason;
use crate::policy::LabelMatch;
use crate::policy::LabelOutcome;
use crate::policy::Policy;
use crate::repo::trusted::CodeOwners;
use crate::report::sink::Sink;

use super::teams;
use super::teams::Proposal;

/// How often something was found, by how it is shown.
pub(super) type Counts = BTreeMap<String, u64>;

/// The longest text of a commit that is shown.
const LONGEST: usize = 60;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// From when to when, if there was anything.
    pub(super) span: Option<(UnixTime, UnixTime)>,
    /// Commits that count.
    pub(super) counted: u64,
    /// Of these, those without a label.
    pub(super) unlabelled: u64,
    /// Who committed them.
    pub(super) people: BTreeSet<String>,
    /// Types of conventional commits, with what the rules make of each.
    pub(super) types: Counts,
    /// Those of them that no rule knows, where they are common.
    pub(super) unknown_types: Counts,
    /// Those that are called like a changed file or folder: they say where work was done, and not of which kind it is.
    pub(super) parts: Counts,
    /// Scopes of conventional commits.
    pub(super) scopes: Counts,
    /// Keys of trailers.
    pub(super) trailers: Counts,
    /// `[tags]` in front of titles.
    pub(super) tags: Counts,
    /// Programs that are left out.
    pub(super) bots: Counts,
    /// Authors who are called like programs, and are counted.
    pub(super) perhaps_bots: Counts,
    /// Names of files that are left out as generated or vendored.
    pub(super) generated: Counts,
    /// The teams that are proposed.
    pub(super) proposal: Proposal,
}

impl Survey {
    /// Looks at what was judged.
    pub(super) fn of(year: &Judged, codeowners: Option<&CodeOwners>) -> Self {
        let mut survey = Self { span: year.report.subject.start.zip(year.report.subject.as_of), ..Self::default() };
        let mut counted = Vec::new();
        for (item, fact) in year.report.items.iter().zip(&year.facts) {
            let changes = year.changed.get(&fact.id);
            let ignored = changes.into_iter().flat_map(|changes| &changes.paths);
            for change in ignored.filter(|change| change.lines == Lines::Ignored) {
                let path = change.path.to_text();
                count(&mut survey.generated, path.expose().rsplit('/').next().unwrap_or_default());
            }
            match &item.reading {
                Reading::Exempt(exempt) if exempt.reason == ExemptReason::Bot => {
                    count(&mut survey.bots, fact.author.name.expose());
                }
                Reading::Exempt(_) => {}
                Reading::Counted(read) => {
                    survey.counted = survey.counted.saturating_add(1);
                    if read.evidence.winner.is_none() && read.evidence.inherited.is_none() {
                        survey.unlabelled = survey.unlabelled.saturating_add(1);
                    }
                    survey.read(fact, changes, &year.report.policy);
                    counted.extend(changes.map(|changes| (fact, changes)));
                }
            }
        }
        // A hundredth of the commits makes a habit.
        let all = survey.counted;
        survey.unknown_types.retain(|_, number| number.saturating_mul(100) >= all);
        let unknown = &survey.unknown_types;
        let is_mostly =
            |kind: &String, number: u64| unknown.get(kind).is_some_and(|all| number.saturating_mul(2) > *all);
        survey.parts.retain(|kind, number| is_mostly(kind, *number));
        let parts = &survey.parts;
        survey.unknown_types.retain(|kind, _| !parts.contains_key(kind));
        survey.proposal = teams::propose(&counted, codeowners);
        survey
    }

    fn read(&mut self, fact: &CommitFact, changes: Option<&Changes>, policy: &Policy) {
        self.people.insert(fact.author.address());
        let name = fact.author.name.expose();
        if is_called_like_a_program(name) {
            count(&mut self.perhaps_bots, name);
        }
        if let Some((kind, scopes)) = classify::conventional(fact) {
            let kind = kind.to_lowercase();
            let means = meaning(policy, |rule| matches!(rule, LabelMatch::Type(all) if all.contains(&kind)));
            let kind = if means.is_none() { without_number(&kind) } else { kind };
            count(&mut self.types, &format!("{kind} ({})", means.unwrap_or("no rule")));
            if means.is_none() && kind.chars().all(|one| one.is_ascii_alphanumeric() || one == '-') {
                count(&mut self.unknown_types, &kind);
                if changes.is_some_and(|changes| changes.paths.iter().any(|change| has_part(&change.path, &kind))) {
                    count(&mut self.parts, &kind);
                }
            }
            for scope in scopes {
                count(&mut self.scopes, &scope.to_lowercase());
            }
        }
        let keys: BTreeSet<String> = fact.message.trailers.iter().map(|one| spelled(one.key.expose())).collect();
        // What git takes for a trailer in a line that begins with an address is none.
        for key in keys.into_iter().filter(|key| !["Http", "Https"].contains(&key.as_str())) {
            count(&mut self.trailers, &key);
        }
        let mut rest = classify::title(fact).trim_start();
        while let Some((tag, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let title = format!("[{tag}]");
            let means =
                meaning(policy, |rule| matches!(rule, LabelMatch::Subject(words) if words.find(&title).is_some()));
            let title = if means.is_none() { format!("[{}]", without_number(tag)) } else { title };
            count(&mut self.tags, &format!("{title} ({})", means.unwrap_or("no rule")));
            rest = after.trim_start();
        }
    }
}

fn count(counts: &mut Counts, text: &str) {
    let shown = Sink::Terminal.limited(text.trim(), LONGEST);
    let number = counts.entry(shown).or_default();
    *number = number.saturating_add(1);
}

/// `rustbot`, `Release Bot`, but not Mr Rabot: behind a first name it is a word of its own.
fn is_called_like_a_program(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    match name.rsplit_once(char::is_whitespace) {
        Some((_, last)) => ["bot", "robot"].contains(&last) || last.ends_with("bot]") || last.ends_with("-bot"),
        None => name.trim_end_matches(']').ends_with("bot"),
    }
}

/// A trailer's key as most write it: case means nothing there.
fn spelled(key: &str) -> String {
    let mut characters = key.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters.map(|one| one.to_ascii_lowercase())).collect()
}

/// Whether a folder or file of a path is called so, or so with an ending or more behind it: `odb`, `odb.c`, `odb-loose`.
fn has_part(path: &RepoPath, name: &str) -> bool {
    path.as_bytes().to_lowercase().split_str("/").any(|part| {
        part.strip_prefix(name.as_bytes())
            .is_some_and(|rest| rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric()))
    })
}

/// A ticket as the habit that it is an instance of: `kafka-15045` is one of many, each with a number of its own.
fn without_number(text: &str) -> String {
    let before = text.trim_end_matches(|one: char| one.is_ascii_digit());
    let has_number = text.len().saturating_sub(before.len()) > 1 && before.ends_with(['-', '#']);
    if has_number { format!("{before}<number>") } else { text.to_owned() }
}

/// What the first rule that fits makes of a commit.
fn meaning(policy: &Policy, fits: impl Fn(&LabelMatch) -> bool) -> Option<&'static str> {
    let rule = policy.labels.iter().find(|rule| fits(&rule.matches))?;
    Some(match rule.outcome {
        LabelOutcome::Kind(kind) => kind.name(),
        LabelOutcome::Share(_) | LabelOutcome::ShareFromValue => "partly paydown",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_called_like_a_program() {
        for name in
            ["rustbot", "Release Bot", "GitLab Robot", "copilot[bot]", "App [bot]", "k8s-ci-bot", "The merge-bot"]
        {
            assert!(is_called_like_a_program(name), "{name}");
        }
        for name in ["Sylvain Rabot", "Lorenzo Zabot", "Bot Smith", "ann", ""] {
            assert!(!is_called_like_a_program(name), "{name}");
        }
    }

    #[test]
    fn what_names_a_part_of_the_tree() {
        let table = [
            ("odb.c", "odb", true),
            ("refs/files-backend.c", "refs", true),
            ("src/TSDB/head.go", "tsdb", true),
            ("lib/tsocket/tsocket_bsd.c", "tsocket", true),
            ("libraries/a.c", "lib", false),
            ("docs/minor", "min", false),
            ("a.rs", "chore", false),
        ];
        for (path, name, is_part) in table {
            assert_eq!(has_part(&RepoPath::new(path.as_bytes()), name), is_part, "{path} {name}");
        }
    }

    #[test]
    fn tickets_are_one_habit() {
        let table = [
            ("kafka-15045", "kafka-<number>"),
            ("Fix #55708", "Fix #<number>"),
            ("#12", "#<number>"),
            // Standards are called like that.
            ("utf-8", "utf-8"),
            ("v2", "v2"),
            ("rfc2119", "rfc2119"),
            ("15045", "15045"),
            ("minor", "minor"),
            ("", ""),
        ];
        for (text, habit) in table {
            assert_eq!(without_number(text), habit, "{text}");
        }
    }
}
