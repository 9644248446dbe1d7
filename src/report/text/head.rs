//! The first lines: what was judged, over which time, by what.

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::policy::Attribution;
use crate::policy::FailWhen;
use crate::policy::PolicySource;
use crate::policy::Shadow;
use crate::report::Change;
use crate::report::NamedFile;
use crate::report::Outcome;
use crate::report::Report;
use crate::report::Request;
use crate::report::Subject;
use crate::report::figures;

use super::View;
use super::style;

/// What a policy is held to that is only tried out.
pub(super) const BUT_USABLE: &str = ", but a policy has to be usable";

pub(super) fn head(report: &Report, view: View) -> String {
    let subject = &report.subject;
    let judged = match &report.change {
        Some(change) => format!("{} on {}", named(&change.head_name, change.head, view), revision(subject, view)),
        None => revision(subject, view),
    };
    let mut text = first(&judged, &view.sink.line(&subject.repository), view);
    let mut line = |name: &str, told: &str| text.push_str(&view.fact(name, 8, told));
    line("window", &window(report));
    line("policy", &policy(&report.policy.source, subject, report.change.as_ref(), view));
    line("measure", &measure(report));
    if let Some(shadow) = report.shadow {
        let end = match report.outcome() {
            Outcome::Passed => ": exit code 0, whatever is found",
            Outcome::Failed => BUT_USABLE,
        };
        line("shadow", &style::paint(style::WARN, &format!("{}{end}", shadow_words(shadow.why))));
    }
    if let Some(told) = report.change.as_ref().and_then(|change| change.request.as_ref()) {
        line("request", &request(told, view));
    }
    options(&subject.overrides, view).iter().for_each(|typed| line("options", typed));
    text
}

/// The options that were typed and change what is judged.
pub(super) fn options(typed: &[(&'static str, String)], view: View) -> Option<String> {
    let typed = typed.iter().map(|(option, value)| format!("--{option} {}", view.sink.word(value)));
    let typed: Vec<_> = typed.map(|option| option.trim_end().to_owned()).collect();
    (!typed.is_empty()).then(|| style::paint(style::WARN, &typed.join(" ")))
}

/// What this is about, and where.
pub(super) fn first(what: &str, repository: &str, view: View) -> String {
    let (name, what) = (style::paint(style::BOLD, "debtlint"), style::paint(style::BOLD, what));
    view.whole(&format!("{name}: {what} of {repository}"), "", "") + "\n"
}

/// What is judged, as it was named and by its commit.
pub(super) fn revision(subject: &Subject, view: View) -> String {
    found(&subject.revision_name, subject.revision, subject.trusted, view)
}

/// A revision, as it was named and by its commit; where there is none, whether its branch has any (`trusted`).
pub(super) fn found(name: &Untrusted, revision: Option<ObjectId>, trusted: Option<ObjectId>, view: View) -> String {
    match (revision, trusted) {
        (Some(id), _) => named(name, id, view),
        (None, Some(_)) => format!("{} (no commit by then)", view.sink.line(name)),
        (None, None) => format!("{} (no commit yet)", view.sink.line(name)),
    }
}

fn named(name: &Untrusted, revision: ObjectId, view: View) -> String {
    let name = view.sink.line(name);
    if revision.to_string() == name { revision.short() } else { format!("{name} ({})", revision.short()) }
}

fn window(report: &Report) -> String {
    let length = figures::span(report.policy.window_days);
    match (report.subject.start, report.subject.as_of) {
        (Some(start), Some(end)) => format!("{length}: after {}, up to {}", minute(start), minute(end)),
        _ => length,
    }
}

/// Title and labels, each with who told it.
fn request(request: &Request, view: View) -> String {
    let title = request.title.iter().map(|said| ("title", said));
    let all = title.chain(request.labels.iter().map(|said| ("label", said)));
    let told = all.map(|(what, said)| {
        let (text, from) = (view.sink.limited(said.text.expose(), 60), view.sink.limited(said.from.expose(), 60));
        format!("{what} \"{text}\" by {from}")
    });
    told.collect::<Vec<_>>().join(", ")
}

/// A time to the minute, as `2026-11-22 10:00Z`.
pub(super) fn minute(time: UnixTime) -> String {
    let text = time.rfc3339();
    let minute: String = text.chars().take(16).collect();
    format!("{}Z", minute.replacen('T', " ", 1))
}

/// What is judged by, and whose it is.
pub(super) fn policy(source: &PolicySource, subject: &Subject, change: Option<&Change>, view: View) -> String {
    match source {
        PolicySource::Default => "the built-in default, since the repository has none".to_owned(),
        PolicySource::Tree { path } => {
            let whose = match (change, subject.trusted) {
                (None, Some(id)) if subject.revision != Some(id) => {
                    format!("trusted as {} has it", named(&subject.revision_name, id, view))
                }
                (None, _) => "trusted as the judged revision has it".to_owned(),
                (Some(change), _) if change.is_proposed => "as the change proposes it; the base has none".to_owned(),
                (Some(_), _) => "as the base has it".to_owned(),
            };
            format!("{}, {whose}", view.sink.word(path))
        }
        PolicySource::File { path } => named_file(path, subject.named.as_ref(), view),
    }
}

/// A policy that was named, and what named it.
pub(super) fn named_file(path: &str, named: Option<&NamedFile>, view: View) -> String {
    format!("{}, named with {}", view.sink.word(path), named.map_or("--config", |named| named.by))
}

/// That nothing is enforced, and how long.
pub(super) fn shadow_words(why: Shadow) -> String {
    match why {
        Shadow::Until(day) => format!("nothing is enforced before {}", day.date()),
        Shadow::Open => "nothing is enforced (enforce: false)".to_owned(),
    }
}

fn measure(report: &Report) -> String {
    let roster = &report.policy.roster;
    let whose = match report.policy.attribution {
        Attribution::Roster if roster.people.is_empty() && roster.patterns.is_empty() => "of everyone",
        Attribution::Roster => "of the people on each roster",
        Attribution::Paths => "in the paths that each team owns",
    };
    let fails = match report.policy.fail_when {
        FailWhen::Below => "",
        FailWhen::ClearlyBelow => "; short means that the whole range lies below the allocation",
    };
    format!("{} {whose}{fails}", report.policy.effort.name())
}
