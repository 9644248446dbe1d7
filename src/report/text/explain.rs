//! How one commit was read: whose it is, what it says of itself, and how its effort came about.

mod effort;

use std::collections::BTreeSet;

use crate::classify::ByRequest;
use crate::classify::Counted;
use crate::classify::Excuse;
use crate::classify::FoundLabel;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::facts::Age;
use crate::facts::CommitFact;
use crate::facts::Grade;
use crate::facts::Identity;
use crate::facts::ObjectId;
use crate::facts::Proof;
use crate::facts::RetraceKind;
use crate::finding::first_of;
use crate::ledger::Ledger;
use crate::policy::BasisPoints;
use crate::policy::ExemptReason;
use crate::policy::Kind;
use crate::policy::LabelOutcome;
use crate::policy::Rank;
use crate::policy::Relabel;
use crate::report::Change;
use crate::report::Report;
use crate::report::Said;
use crate::report::figures;

use super::View;
use super::grid::Align;
use super::grid::Cell;
use super::grid::Grid;
use super::head::minute;
use super::items;
use super::items::CountedAs;
use super::left_out;
use super::relabels;
use super::style;

/// So many commits are named.
const NAMED: usize = 3;

/// Where a commit of a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// By its place in [`Report::items`].
    InWindow(usize),
    /// By its place in the items of the report's change.
    InChange(usize),
}

/// A commit, and all that its effort is divided with.
struct Among<'r> {
    item: &'r WorkItem,
    items: Vec<&'r WorkItem>,
    ledger: &'r Ledger,
    /// Its place in them.
    at: usize,
    change: Option<&'r Change>,
}

impl<'r> Among<'r> {
    fn of(report: &'r Report, place: Place) -> Option<Self> {
        let window = report.items.iter();
        Some(match place {
            Place::InWindow(at) => {
                let item = report.items.get(at)?;
                Self { item, items: window.collect(), ledger: &report.ledger, at, change: None }
            }
            Place::InChange(at) => {
                let change = report.change.as_ref()?;
                let (item, items) = (change.items.get(at)?, window.chain(&change.items).collect());
                let at = change.base_items.saturating_add(at);
                Self { item, items, ledger: &change.ledger, at, change: Some(change) }
            }
        })
    }
}

/// A commit of the report; the fact is the one that the item was made from.
#[must_use]
pub fn commit(report: &Report, place: Place, fact: &CommitFact, view: View) -> String {
    let Some(among) = Among::of(report, place) else { return String::new() };
    let item = among.item;
    let mut text = head(&among, fact, view);
    let entries: String = report
        .relabels
        .iter()
        .filter(|one| one.entry.commit == item.commit)
        .map(|one| relabels::told(one, view))
        .collect();
    if !entries.is_empty() {
        text.push_str(&title("Relabelled", Relabel::PATH, view));
        text.push_str(&entries);
    }
    let follows = follows(&among).map(|sentence| view.wrapped(&sentence, "  ") + "\n");
    match &item.reading {
        Reading::Exempt(exempt) => {
            let (name, meaning) = (exempt.reason.name(), left_out::meaning(exempt.reason));
            text.push_str(&title("Left out of the measure", &format!("{name}, {meaning}"), view));
            if exempt.reason == ExemptReason::Merge {
                text.push_str(&(view.wrapped("What it brought in counts, each commit for itself.", "  ") + "\n"));
            }
            text.extend(follows);
            match (&exempt.rule, &exempt.matched) {
                (Some(rule), Some(matched)) => {
                    let (rule, matched) = (view.sink.word(rule), view.sink.line(matched));
                    text.push_str(&format!("  rule {rule} matches \"{matched}\"\n"));
                }
                (Some(rule), None) => text.push_str(&format!("  by the rule {}\n", view.sink.word(rule))),
                _ => {}
            }
        }
        Reading::Counted(counted) => {
            text.push_str(&kind(report, &among, counted, view));
            text.extend(follows);
            text.push_str(&effort::effort(report, &among, counted, fact, view));
            text.push_str(&effort::parts(report, &among, counted, view));
        }
    }
    text
}

fn head(among: &Among<'_>, fact: &CommitFact, view: View) -> String {
    let item = among.item;
    let mut text = format!("{} {}\n", style::paint(style::BOLD, "commit"), item.commit);
    let mut line = |name: &str, told: &str| text.push_str(&view.fact(name, 10, told));
    line("subject", &view.sink.line(&item.subject));
    line("author", &identity(&fact.author, view));
    if fact.author_as_written != fact.author {
        line("", &format!("written as {}, before the mailmap", identity(&fact.author_as_written, view)));
    }
    for author in &fact.co_authors {
        line("co-author", &identity(author, view));
    }
    let landed = if item.landing.commit == item.commit {
        "on the mainline itself".to_owned()
    } else {
        format!("with {}", item.landing.commit.short())
    };
    match among.change {
        None => line("landed", &format!("{} {landed}", minute(item.landing.time))),
        Some(change) => {
            let change = change.head.short();
            line("lands", &format!("with the change {change}: judged as of {} {landed}", minute(item.landing.time)));
        }
    }
    line("committed", &fact.committed.map_or("at no readable time".to_owned(), minute));
    for defect in &fact.defects {
        line("defect", defect.name());
    }
    text
}

fn identity(identity: &Identity, view: View) -> String {
    format!("{} <{}>", view.sink.line(&identity.name), view.sink.line(&identity.email))
}

fn kind(report: &Report, among: &Among<'_>, counted: &Counted, view: View) -> String {
    let evidence = &counted.evidence;
    let counts_as = items::counted_as(counted, among.ledger);
    let is_credited = matches!(counts_as, CountedAs::Whole(Kind::Paydown) | CountedAs::Part(..));
    let name = match counts_as {
        CountedAs::Whole(kind) => kind.name().to_owned(),
        CountedAs::Part(credit, rest) => format!("{credit} paydown, the rest {}", rest.name()),
        CountedAs::Uncredited(kind) => {
            format!("{}, for its label says paydown and no credit is left of it", kind.name())
        }
    };
    let mut text = title("Counted as", &name, view);
    let mut say = |sentence: String| text.push_str(&(view.wrapped(&sentence, "  ") + "\n"));
    if let Some(inherited) = &evidence.inherited {
        let from = inherited.from.short();
        say(format!(
            "It has no label of its own, so the labels of its landing {from} apply: {}",
            view.sink.line(&inherited.title)
        ));
    }
    if evidence.by_request == ByRequest::Yes {
        say(by_request(among.change, view));
    }
    if let Some(unheard) = unheard(report, among, view) {
        say(unheard);
    }
    for excuse in &evidence.excuses {
        say(excused(excuse, among.change, view));
    }
    if evidence.contradicts {
        say("Its labels contradict each other, so it is not paydown.".to_owned());
    }
    for doubt in &evidence.doubts {
        say(format!("Note that {}.", doubt.text()));
    }
    if let Some(retraced) = &evidence.retraced {
        let (later, earlier) = (retraced.later.short(), retraced.earlier.short());
        let how = match retraced.kind {
            RetraceKind::Undoes => "undoes",
            RetraceKind::Repeats => "repeats",
        };
        say(format!("Its credit is taken away: {later} {how} {earlier}."));
    }
    let granted = items::granted(counted, among.ledger).filter(|granted| granted.given < granted.asked);
    if let Some(granted) = granted {
        let measure = report.policy.effort;
        let told = |units: u64| figures::exact(units, measure.scale());
        let (asked, given, measure) = (told(granted.asked), told(granted.given), measure.name());
        say(format!("Of the {asked} {measure} of credit that the relabel would bring, the cap lets {given} count."));
    }
    if let Some(proof) = evidence.proof.as_ref().filter(|_| is_credited) {
        say(proof_sentence(proof, items::granted(counted, among.ledger).is_some(), report));
        for ground in &proof.grounds {
            say(format!(
                "  {}: {}",
                view.sink.limited(ground.path.to_text().expose(), 60),
                view.sink.line(&ground.what)
            ));
        }
    }
    if !evidence.defects.is_empty() {
        say("The object is malformed, so its own words do not count.".to_owned());
    }
    if evidence.winner.is_none() && evidence.others.is_empty() {
        say("No rule recognises a label.".to_owned());
        return text;
    }
    let columns = ["  Label", "Matched", "Says", "Rule", "Written at"].map(|title| (title, Align::Left));
    let mut grid = Grid::new(columns.to_vec());
    if let Some(label) = &evidence.winner {
        grid.row(label_row(label, '✓', view));
    }
    for label in &evidence.others {
        grid.row(label_row(label, ' ', view));
    }
    text.push_str(&lines(&grid, view));
    text
}

/// How a commit of a change follows what has landed, in content.
fn follows(among: &Among<'_>) -> Option<String> {
    let (following, commit) = (&among.change?.following, &among.item.commit);
    let named = |ids: &BTreeSet<ObjectId>| first_of(ids.iter().map(ObjectId::short), NAMED);
    if let Some(copied) = following.copies.get(commit) {
        return Some(format!("It repeats {}, which counts already.", copied.short()));
    }
    if let Some(taken) = following.reverts.get(commit) {
        return Some(format!("It takes {} back, so it is left out of the change's own share.", named(taken)));
    }
    let revival = following.revivals.get(commit)?;
    Some(format!(
        "It brings {} back, which {} had taken back. For a team whose allocation that meets by itself it is left out of the change's own \
         share.",
        named(&revival.works),
        named(&revival.takers)
    ))
}

/// What was told of the pull request, where it stands for a commit's own words.
fn by_request(change: Option<&Change>, view: View) -> String {
    let said = change.and_then(|change| change.request.as_ref()).map(|request| {
        let told = |said: &Said| {
            format!("\"{}\" ({})", view.sink.limited(said.text.expose(), 60), view.sink.word(said.from.expose()))
        };
        request.labels.iter().chain(&request.title).map(told).collect::<Vec<_>>().join(", ")
    });
    let said = said.filter(|said| !said.is_empty()).map(|said| format!(": {said}")).unwrap_or_default();
    format!("It has no label of its own, so those of its pull request apply{said}.")
}

/// Labels of the pull request that the commit does not take over.
fn unheard(report: &Report, among: &Among<'_>, view: View) -> Option<String> {
    let request = among.change?.request.as_ref()?;
    let quoted = |said: &Said| format!("\"{}\"", view.sink.limited(said.text.expose(), 60));
    let known: Vec<_> = request.known(&report.policy).map(quoted).collect();
    (!known.is_empty() && !among.item.is_by_request()).then(|| {
        format!("Labels of its pull request do not count for it, since it has one already: {}.", known.join(", "))
    })
}

/// A rule of `exempt-changes` that fits.
fn excused(excuse: &Excuse, change: Option<&Change>, view: View) -> String {
    let (rule, reason) = (view.sink.word(&excuse.rule), excuse.reason.name());
    let matched = view.sink.limited(excuse.matched.expose(), 60);
    let fits = format!("the rule {rule} of `exempt-changes` fits ({} \"{matched}\")", excuse.source);
    match change.and_then(|change| change.uses.get(&excuse.rule)) {
        None => format!("It could land while its team was short, as {reason}: {fits}."),
        Some(uses) => {
            let most = uses.at_most.map(|most| format!(" of at most {most}")).unwrap_or_default();
            let landed = figures::counted(uses.landed, "landing", "landings");
            let may = if uses.is_left() {
                "It may land although its team is short"
            } else {
                "It asks to land although its team is short"
            };
            format!("{may}, as {reason}: {fits}, which {landed} of the window{most} did.")
        }
    }
}

/// What bears the label out. Where a relabel gives credit, it stands in place of that.
fn proof_sentence(proof: &Proof, is_relabelled: bool, report: &Report) -> String {
    let grade = proof.grade.name();
    let part = report.policy.unproven_credit;
    let apart = if is_relabelled { "; what the relabel brings is not bound by that" } else { "" };
    let counts = if part < BasisPoints::WHOLE {
        format!(", of which the policy lets {part} count{apart}")
    } else {
        String::new()
    };
    match (proof.grade, proof.age) {
        (Grade::NamedDebt, _) => {
            format!("Its label is borne out ({grade}): it names what it resolves, and takes the markers of that out.")
        }
        (Grade::Marker, _) => format!("Its label is borne out ({grade}): it leaves fewer markers."),
        (Grade::Suppression, _) => {
            format!("Its label is borne out ({grade}): it leaves fewer suppressed warnings or deprecated things.")
        }
        (Grade::OldCode, _) => {
            format!(
                "Its label is borne out ({grade}): most lines that it takes out are older than 90 days, and no tests went."
            )
        }
        (Grade::None, Age::Known) => format!("Only its label speaks for its credit{counts}."),
        (Grade::None, Age::Unknown) => format!(
            "Only its label speaks for its credit{counts}; whether the lines that it takes out are old is not known, as this \
             clone does not reach back so far."
        ),
    }
}

fn label_row(label: &FoundLabel, mark: char, view: View) -> Vec<Cell> {
    let outcome = match label.outcome {
        LabelOutcome::Kind(kind) => kind.name().to_owned(),
        LabelOutcome::ShareFromValue => "the stated share".to_owned(),
        LabelOutcome::Share(points) => format!("{points} paydown"),
    };
    let style = if mark == '✓' { style::GOOD } else { style::DIM };
    let rank = match label.rank {
        Rank::Own => "",
        Rank::Pack => " (pack)",
    };
    vec![
        Cell::new(format!("{mark} {}", label.source), style),
        Cell::plain(view.sink.limited(label.matched.expose(), 40)),
        Cell::plain(outcome),
        Cell::plain(format!("{}{rank}", view.sink.word(&label.rule))),
        Cell::new(format!("{}:{}", view.sink.word(&label.at.file), label.at.line), style::DIM),
    ]
}

fn length(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn title(name: &str, aside: &str, view: View) -> String {
    let title = format!("{}{}", style::paint(style::BOLD, name), style::paint(style::DIM, &format!(": {aside}")));
    format!("\n{}\n", view.whole(&title, "", ""))
}

fn lines(grid: &Grid, view: View) -> String {
    grid.folded(view.width).join("\n") + "\n"
}
