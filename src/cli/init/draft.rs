//! The draft of a policy: what was proposed, and in comments what was found.

use crate::cli::check::Judged;
use crate::config;
use crate::facts::UnixTime;
use crate::policy::BasisPoints;
use crate::policy::Measure;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::verdict::Standing;
use crate::verdict::Verdict;

use super::survey::Counts;
use super::survey::Survey;
use super::teams::Proposal;
use super::teams::Proposed;

/// So many of the most frequent are shown.
const SHOWN: usize = 12;
/// So many unknown types are proposed as rules.
const UNKNOWN_SHOWN: usize = 3;
/// Columns of a comment.
const WIDTH: usize = 100;

/// How the teams stand today.
pub(super) struct Today {
    /// In the order of the draft.
    verdicts: Vec<Verdict>,
    /// Of all effort, in per cent, what lies in no team's paths.
    unattributed: Option<String>,
    weeks: u32,
}

impl Today {
    /// What was judged by a draft.
    pub(super) fn of(now: &Judged) -> Self {
        let ledger = &now.report.ledger;
        let total = |account: &crate::ledger::Account| account.sums(Measure::DeveloperWeeks).total;
        let nobody = total(&ledger.unattributed);
        let all = ledger.accounts.iter().map(total).fold(nobody, u64::saturating_add);
        Self {
            verdicts: now.report.verdicts.clone(),
            unattributed: (nobody > 0).then(|| figures::percent(nobody, all, Rounding::Nearest)),
            weeks: now.report.policy.window_days.div_euclid(7),
        }
    }
}

/// The policy as text. Without today's figures it has no allocations, and serves to find them.
pub(super) fn draft(survey: &Survey, today: Option<&Today>) -> String {
    let mut text = String::new();
    comment(
        &mut text,
        "",
        "The policy of this repository for debtlint: which share of each team's work pays technical debt down. It was drafted \
         from the history; what stands here is a guess until people have agreed on it.",
    );
    comment(&mut text, "", &read(survey));
    text.push_str("#\n");
    comment(
        &mut text,
        "",
        "For completion in an editor: `debtlint schema > policy.schema.json`, and as the first line of this file \
         `# yaml-language-server: $schema=policy.schema.json`.",
    );
    text.push_str("version: 1\n\n");
    comment(
        &mut text,
        "",
        "Who guards the allocations. With a sponsor, only the sponsor may loosen this policy; without one, anybody who can \
         change this file.",
    );
    text.push_str("# sponsor: cto@example.com\n\n");
    allocations(&mut text, survey, today);
    found(&mut text, survey);
    text
}

fn read(survey: &Survey) -> String {
    let day = |time: UnixTime| time.day().date();
    let commits = figures::counted(survey.counted, "commit", "commits");
    let people = figures::counted(survey.people.len(), "person", "people");
    match survey.span {
        Some((start, end)) => format!("Read: {commits} of {people}, from {} to {}.", day(start), day(end)),
        None => "Nothing has been committed yet.".to_owned(),
    }
}

fn allocations(text: &mut String, survey: &Survey, today: Option<&Today>) {
    let teams = survey.proposal.teams();
    if let Some(today) = today {
        comment(text, "", &format!("Today's share of paydown, in developer-weeks of the last {} weeks:", today.weeks));
        let widest = teams.iter().map(|team| team.name.len()).max().unwrap_or("everyone".len());
        let names = teams.iter().map(|team| team.name.as_str()).chain(teams.is_empty().then_some("everyone"));
        for (name, verdict) in names.zip(&today.verdicts) {
            text.push_str(&format!("#   {name:<widest$}  {}\n", standing(verdict)));
        }
        if let Some(part) = today.unattributed.as_ref().filter(|_| !teams.is_empty()) {
            comment(
                text,
                "",
                &format!("{part} of the work lies in no team's paths: it is shown, and nobody is judged by it."),
            );
        }
        comment(
            text,
            "",
            &format!(
                "An allocation below is today's share, rounded down, and at least {}: the default, and the low end of what \
                 healthy companies set aside.",
                default()
            ),
        );
        if today.verdicts.iter().any(is_below) {
            comment(
                text,
                "",
                "Not all of this is reached today. So nothing is enforced at first: `debtlint check` tells who is short, and fails \
                 nothing. Name the day from which on it counts, as in `enforce: { from: 2030-01-01 }`, or remove the line.",
            );
            text.push_str("enforce: false\n");
        }
    }
    let of = |place: usize| today.and_then(|today| today.verdicts.get(place)).and_then(proposed);
    match &survey.proposal {
        Proposal::Everyone => {
            text.push_str(&format!("allocation: {}\n", of(0).unwrap_or(default())));
            text.push('\n');
            comment(
                text,
                "",
                "No teams: CODEOWNERS names none (`@org/team`) that own enough of the work, and there are no two top-level folders (but for `src`, `tests` and the like) \
                 in which several people do most of theirs and which hold three quarters of it. Everybody is one team until \
                 teams are named here:",
            );
            text.push_str("# teams:\n#   payments:\n#     lead: lead@example.com\n");
            text.push_str("#     members: [lead@example.com, dev@example.com]\n\n");
        }
        Proposal::CodeOwners(teams) => {
            text.push_str(&format!("allocation: {}  # of a team that states none\n\n", default()));
            comment(
                text,
                "",
                "Teams of CODEOWNERS that own at least a twentieth of the year's commits. Work belongs to the teams that own the \
                 changed paths; with `attribution: roster` and `members` it belongs to the teams of those who did it.",
            );
            list(text, teams, "codeowners", of);
        }
        Proposal::Folders(teams) => {
            text.push_str(&format!("allocation: {}  # of a team that states none\n\n", default()));
            comment(
                text,
                "",
                "A guess from who works where: top-level folders in which at least two people do most of their work, and which a \
                 twentieth of the year's commits touches. Work belongs to the teams that own the changed paths; with `attribution: \
                 roster` and `members` it belongs to the teams of those who did it.",
            );
            list(text, teams, "paths", of);
        }
    }
}

fn list(text: &mut String, teams: &[Proposed], key: &str, of: impl Fn(usize) -> Option<BasisPoints>) {
    text.push_str("attribution: paths\nteams:\n");
    for (place, team) in teams.iter().enumerate() {
        let commits = figures::counted(team.commits, "commit", "commits");
        let people = match team.people {
            0 => String::new(),
            people => format!("; {people} people do most of their work here"),
        };
        text.push_str(&format!("  # {commits} in the last year{people}\n"));
        text.push_str(&format!("  {}:\n    # lead: lead@example.com\n", config::plain_or_quoted(&team.name)));
        if let Some(allocation) = of(place) {
            text.push_str(&format!("    allocation: {allocation}\n"));
        }
        text.push_str(&format!("    {key}: [{}]\n", config::plain_or_quoted(&team.owns)));
    }
    text.push('\n');
}

/// Where a policy says nothing.
fn default() -> BasisPoints {
    BasisPoints::new(1_000).unwrap_or(BasisPoints::ZERO)
}

/// The share of a team that can be judged, rounded down to whole per cents, where that is more than the default.
fn proposed(verdict: &Verdict) -> Option<BasisPoints> {
    let share = verdict.share.filter(|_| verdict.standing != Standing::NotEnoughWork)?.basis_points_floor().get();
    BasisPoints::new(share.div_euclid(100).saturating_mul(100)).filter(|share| *share > default())
}

/// Whether a team would be short of the default.
fn is_below(verdict: &Verdict) -> bool {
    let is_judged = verdict.standing != Standing::NotEnoughWork;
    is_judged && verdict.share.is_some_and(|share| share.basis_points_floor() < default())
}

fn standing(verdict: &Verdict) -> String {
    match (verdict.share, verdict.standing) {
        (None, _) => "no work".to_owned(),
        (Some(share), Standing::NotEnoughWork) => {
            format!("{}, of too little work to be judged", share.percent(Standing::NotEnoughWork.rounding()))
        }
        (Some(share), standing) => share.percent(standing.rounding()),
    }
}

fn found(text: &mut String, survey: &Survey) {
    comment(
        text,
        "",
        &format!(
            "How commits said in the last year what they are, and what the shipped rules make of it. {} of {} say nothing that a \
             rule knows. Without `extends` all shipped rules apply: `debtlint rules` lists them, `debtlint config show` prints \
             them here.",
            figures::count(survey.unlabelled),
            figures::count(survey.counted)
        ),
    );
    for (what, counts) in
        [("types", &survey.types), ("scopes", &survey.scopes), ("tags", &survey.tags), ("trailers", &survey.trailers)]
    {
        if !counts.is_empty() {
            comment(text, "  ", &format!("{what}: {}", most(counts)));
        }
    }
    if !survey.parts.is_empty() {
        let names: Vec<&str> = frequent(&survey.parts).into_iter().take(SHOWN).map(|(_, name)| name).collect();
        comment(
            text,
            "  ",
            &format!(
                "Called like files and folders: {}. Such words say where work was done, not of which kind it is.",
                names.join(", ")
            ),
        );
    }
    if survey.trailers.contains_key("Change-id") {
        comment(
            text,
            "  ",
            "`Change-Id` is Gerrit's: its commits are changes of their own, with no pull requests to label.",
        );
    }
    if survey.unlabelled.saturating_mul(2) > survey.counted {
        comment(
            text,
            "",
            "Most say nothing, and what says nothing is never paydown: shares are low whatever is done. Begin there, with a \
             word in front of a subject (`refactor: ...`), a trailer (`Debt: yes`), or labels of pull requests; the hook \
             `debtlint hook commit-msg` asks for it where a commit is made, and this in the gate:",
        );
        text.push_str("# require-label: warn\n");
    }
    text.push_str("# labels:\n#   - { id: debt-ticket, trailer: Refs, matches: '^TD-', kind: paydown }\n");
    for (number, kind) in frequent(&survey.unknown_types).into_iter().take(UNKNOWN_SHOWN) {
        let (word, commits) = (config::plain_or_quoted(kind), figures::counted(number, "commit", "commits"));
        text.push_str(&format!("#   - {{ id: type-{word}, type: {word}, kind: other }}  # {commits}, no rule yet\n"));
    }
    text.push('\n');
    comment(
        text,
        "",
        "While a team is short its work waits in the gate, fixes too: all but paydown, what takes earlier work back, and what is \
         listed here:",
    );
    text.push_str("# exempt-changes:\n");
    text.push_str("#   - { id: cve, trailer: Security, matches: '^CVE-', reason: security, at-most: 6 }\n");
    text.push_str("#   - { id: outage, pull-request: incident, reason: incident, at-most: 4 }\n\n");
    if survey.bots.is_empty() {
        comment(text, "", "No program that the shipped rules know has committed.");
    } else {
        comment(text, "", &format!("Programs, left out of the measure by the shipped rules: {}.", most(&survey.bots)));
    }
    if !survey.perhaps_bots.is_empty() {
        comment(
            text,
            "",
            &format!("Counted, although called like programs: {}. To leave one out:", most(&survey.perhaps_bots)),
        );
    }
    text.push_str("# exempt:\n#   - { id: our-bot, author: our-bot@example.com, reason: bot }\n\n");
    if survey.generated.is_empty() {
        comment(
            text,
            "",
            "No generated or vendored files that the shipped rules know have changed. To leave some out:",
        );
    } else {
        comment(
            text,
            "",
            &format!(
                "Changed files that are left out as generated or vendored: {}. To leave more out:",
                most(&survey.generated)
            ),
        );
    }
    text.push_str("# ignore: [\"**/*.snap\", \"vendor/**\"]\n");
}

/// The most frequent with their counts.
fn most(counts: &Counts) -> String {
    let all = frequent(counts);
    // What came once among many is chance.
    let often: Vec<_> = all.iter().filter(|(number, _)| *number > 1 || all.len() <= SHOWN).take(SHOWN).collect();
    let shown: Vec<_> = often.iter().map(|(number, what)| format!("{what} {}", figures::count(*number))).collect();
    let rest = match all.len().saturating_sub(often.len()) {
        0 => String::new(),
        rest => format!(" and {rest} rarer"),
    };
    format!("{}{rest}", shown.join(", "))
}

/// The most frequent first, of equals the first by name.
fn frequent(counts: &Counts) -> Vec<(u64, &str)> {
    let mut all: Vec<_> = counts.iter().map(|(what, number)| (*number, what.as_str())).collect();
    all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    all
}

/// Prose as comment lines.
fn comment(text: &mut String, indent: &str, prose: &str) {
    let hanging = format!("# {indent}{indent}");
    let first = format!("# {indent}");
    let options = textwrap::Options::new(WIDTH).initial_indent(&first).subsequent_indent(&hanging);
    // Names of files are not taken apart.
    let options = options.break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation);
    for line in textwrap::wrap(prose, options) {
        text.push_str(&line);
        text.push('\n');
    }
}
