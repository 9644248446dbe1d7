//! The markers for people, on a terminal.

use std::collections::BTreeMap;

use miette::LabeledSpan;
use miette::MietteDiagnostic;
use miette::NamedSource;
use miette::Severity;
use unicode_width::UnicodeWidthStr as _;

use crate::facts::RepoPath;
use crate::finding::Finding;
use crate::finding::Level;
use crate::marker::LeftOut;
use crate::policy::PolicySource;
use crate::report::Outcome;
use crate::report::figures;
use crate::report::markers::Markers;
use crate::report::markers::Row;
use crate::report::markers::Sort;

use super::View;
use super::diagnostic::diagnostic;
use super::grid::Align;
use super::grid::Cell;
use super::grid::Grid;
use super::head::named_file;
use super::problems;
use super::style;
use super::turned;
use super::verdict::shadow_of_markers;

/// So many files are named that could not be read.
const SAID: usize = 10;

/// The least room for what a marker says: where there is less beside something else, one of the two goes below.
const LEAST: usize = 24;

/// How far what goes below a place is indented.
const BELOW: usize = 6;

/// The whole list.
#[must_use]
pub fn markers(found: &Markers, view: View) -> String {
    let mut text = head(found, view);
    match &found.change {
        Some(change) => {
            text.push_str(&turned::turned(found, view));
            text.push_str(&turned::summary(found, change, view));
        }
        None => {
            text.push_str(&listed(&found.rows, found, view));
            text.push_str(&summary(found, view));
            text.push_str(&known(found, view));
        }
    }
    text.push_str(&left_out(found, view));
    let asked = found.findings.iter().enumerate().filter(|(place, _)| !found.unasked.contains(place));
    let (grave, brief): (Vec<&Finding>, Vec<&Finding>) =
        asked.map(|(_, finding)| finding).partition(|finding| finding.level == Level::Error);
    for finding in grave.iter().take(problems::SHOWN) {
        text.push('\n');
        text.push_str(&in_full(finding, found, view));
    }
    if let Some(more) = problems::more(grave.len()) {
        text.push_str(&style::paint(style::DIM, &format!("\n{more}\n")));
    }
    text.push_str(&problems::briefs(&brief, view));
    text.push_str(&unasked(found, view));
    text.push('\n');
    text.push_str(&verdict(found));
    text.push_str(&shadow_of_markers(found.shadow, view));
    text
}

fn head(found: &Markers, view: View) -> String {
    let ground = &found.ground;
    let revision = super::head::found(&ground.revision_name, ground.revision, ground.trusted, view);
    let what = if ground.is_working_tree { format!("the working tree on {revision}") } else { revision };
    let below = ground.below.to_text();
    let below =
        if below.expose().is_empty() { String::new() } else { format!(", below {}", view.sink.word(below.expose())) };
    let title = format!(
        "{}: markers of {} in {}{below}",
        style::paint(style::BOLD, "debtlint"),
        style::paint(style::BOLD, &what),
        view.sink.line(&ground.repository),
    );
    let mut text = view.whole(&title, "", "") + "\n";
    let against = found.change.as_ref();
    let policy = match &found.policy.source {
        PolicySource::Default => None,
        PolicySource::Tree { path } => {
            let whose = if against.is_some() { "base" } else { "revision" };
            Some(format!("{}, as the {whose} has it", view.sink.word(path)))
        }
        PolicySource::File { path } => Some(named_file(path, ground.named.as_ref(), view)),
    };
    let mut line = |name: &str, told: &str| text.push_str(&view.fact(name, 8, told));
    if let Some(change) = against {
        let name = view.sink.line(&change.base_name);
        let base = if change.base.to_string() == name {
            change.base.short()
        } else {
            format!("{name} ({})", change.base.short())
        };
        let since: Vec<String> = change.beginnings.iter().map(|id| id.short()).collect();
        let is_own = change.beginnings == [change.base];
        line("base", &if since.is_empty() || is_own { base } else { format!("{base}, since {}", since.join(" and ")) });
    }
    policy.iter().for_each(|policy| line("policy", policy));
    super::head::options(&found.overrides, view).iter().for_each(|typed| line("options", typed));
    text
}

/// The markers, below a heading for each file, owner or team.
pub(super) fn listed(rows: &[Row], found: &Markers, view: View) -> String {
    let mut text = String::new();
    for group in rows.chunk_by(|a, b| heading(a, found, view) == heading(b, found, view)) {
        let Some(first) = group.first() else { continue };
        text.push('\n');
        if let Some(heading) = heading(first, found, view) {
            let count = figures::count(u64::try_from(group.len()).unwrap_or(u64::MAX));
            let count = if found.sort == Sort::File { String::new() } else { format!(", {count}") };
            text.push_str(&format!("{}{}\n", style::paint(style::BOLD, &heading), style::paint(style::DIM, &count)));
        }
        let places: Vec<String> = group.iter().map(|row| place(row, found.sort, view)).collect();
        let widest = places.iter().map(|place| place.width()).max().unwrap_or_default().min(view.width / 2);
        let tags = group.iter().map(|row| row.marker.tag.width()).max().unwrap_or_default();
        for (row, place) in group.iter().zip(places) {
            text.push_str(&line(row, &place, widest, tags, found, view));
        }
    }
    text
}

fn heading(row: &Row, found: &Markers, view: View) -> Option<String> {
    match found.sort {
        Sort::File => Some(view.sink.word(row.path.to_text().expose())),
        Sort::Owner => Some(match row.owner() {
            Some(owner) => format!("@{}", view.sink.line(owner).to_lowercase()),
            None => "(no owner)".to_owned(),
        }),
        Sort::Team => Some(match row.teams.first().and_then(|team| found.policy.team(*team)) {
            Some(team) => view.sink.word(&team.name),
            None => "(no team)".to_owned(),
        }),
        Sort::Age | Sort::Interest => None,
    }
}

fn place(row: &Row, sort: Sort, view: View) -> String {
    match sort {
        Sort::File => row.marker.place.line.to_string(),
        _ => format!("{}:{}", view.sink.word(row.path.to_text().expose()), row.marker.place.line),
    }
}

/// One marker: its place, its tag, what is to be done, and in a dim colour what is agreed about it.
fn line(row: &Row, place: &str, widest: usize, tags: usize, found: &Markers, view: View) -> String {
    let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()));
    let place =
        if found.sort == Sort::File { pad(place, widest) + place } else { place.to_owned() + &pad(place, widest) };
    let attributes = attributes(row, found, view);
    let tag = &row.marker.tag;
    let before = 2 + place.width() + 2 + tags.max(tag.width()) + 2;
    let head = format!(
        "  {}  {}{}",
        style::paint(style::DIM, &place),
        style::paint(style::WARN, &view.sink.word(tag)),
        pad(tag, tags),
    );
    let (head, indent) = match before + LEAST <= view.width {
        true => (format!("{head}  "), before),
        false => (format!("{}\n{}", head.trim_end(), " ".repeat(BELOW)), BELOW),
    };
    let room = view.width.saturating_sub(indent).max(LEAST);
    let beside = room.checked_sub(attributes.width() + 2).filter(|room| *room >= LEAST);
    let text = view.sink.limited(row.marker.text.expose(), beside.unwrap_or(room).saturating_sub(1));
    let below = " ".repeat(indent);
    let line = match beside {
        Some(_) => format!("{head}{text}  {}", style::paint(style::NOTE, &attributes)),
        None => format!("{head}{text}\n{}", style::paint(style::NOTE, &view.wrapped(&attributes, &below))),
    };
    // What it was has lines of its own: both texts may be long.
    let was = turned::was(row, view).map(|was| style::paint(style::DIM, &view.wrapped(&was, &below)) + "\n");
    format!("{}\n{}", line.trim_end(), was.unwrap_or_default())
}

fn attributes(row: &Row, found: &Markers, view: View) -> String {
    let attributes = &row.marker.attributes;
    let birth = row.birth.as_ref().map(|birth| {
        let by = view.sink.limited(birth.by.expose(), 20);
        format!("{}, {by}, {}", figures::counted(birth.days, "day", "days"), birth.commit.short())
    });
    let mut parts: Vec<String> = Vec::new();
    if found.sort != Sort::Owner {
        parts.extend(attributes.owners.iter().map(|owner| format!("@{}", view.sink.line(owner))));
    }
    parts.extend(attributes.tickets.iter().map(|ticket| view.sink.line(ticket)));
    parts.extend(attributes.due.map(|due| format!("due {}", due.date())));
    parts.extend(attributes.estimate_minutes.map(figures::estimate));
    if !attributes.malformed.is_empty() {
        parts.push("malformed".to_owned());
    }
    if found.sort != Sort::Team && found.policy.everyone().is_none() {
        let teams = row.teams.iter().filter_map(|team| found.policy.team(*team));
        parts.extend(teams.map(|team| format!("[{}]", view.sink.word(&team.name))));
    }
    let agreed = Some(parts.join(" ")).filter(|agreed| !agreed.is_empty());
    birth.into_iter().chain(agreed).collect::<Vec<_>>().join("  ")
}

/// How many there are of each tag, and of each team.
fn summary(found: &Markers, view: View) -> String {
    let listed = found.listed();
    let mut files: Vec<&RepoPath> = found.rows.iter().map(|row| &row.path).collect();
    files.sort_unstable();
    files.dedup();
    let files = figures::count(u64::try_from(files.len()).unwrap_or(u64::MAX));
    let searched = figures::counted(found.searched, "searched file", "searched files");
    let of = if listed == found.total { String::new() } else { format!("{} of ", figures::count(listed)) };
    let count = style::paint(style::BOLD, &format!("{of}{}", figures::counted(found.total, "marker", "markers")));
    let whence = style::paint(style::DIM, &format!(", in {files} of {searched}"));
    let mut text = format!("\n{}\n", view.wrapped(&format!("{count}{whence}"), ""));
    if listed == 0 {
        return text;
    }
    let mut tags: BTreeMap<&str, [u64; 4]> = BTreeMap::new();
    let mut teams: BTreeMap<Option<usize>, [u64; 4]> = BTreeMap::new();
    for row in &found.rows {
        let attributes = &row.marker.attributes;
        let is_past = found.ground.as_of.zip(attributes.due).is_some_and(|(now, due)| due < now.day());
        let counts = [true, !attributes.owners.is_empty(), !attributes.tickets.is_empty(), is_past].map(u64::from);
        add(tags.entry(&row.marker.tag).or_default(), counts);
        let owning: Vec<Option<usize>> = row.teams.iter().map(|team| Some(team.0)).collect();
        for team in if owning.is_empty() { vec![None] } else { owning } {
            add(teams.entry(team).or_default(), counts);
        }
    }
    let mut tags: Vec<_> = tags.into_iter().collect();
    tags.sort_by(|(_, a), (_, b)| b.cmp(a));
    text.push_str(&table("  Tag", tags.into_iter().map(|(tag, counts)| (view.sink.word(tag), counts)), view));
    if found.policy.everyone().is_none() {
        let teams = teams.into_iter().map(|(team, counts)| {
            let team = team.and_then(|team| found.policy.teams.get(team));
            (team.map_or("(no team)".to_owned(), |team| view.team(&team.name)), counts)
        });
        text.push_str(&table("  Team", teams, view));
    }
    text
}

/// What of a baseline is there.
fn known(found: &Markers, view: View) -> String {
    let Some(known) = &found.known else { return String::new() };
    let count = figures::counted(known.markers, "marker", "markers");
    let gone = match known.unmatched {
        None | Some(0) => String::new(),
        Some(gone) => {
            let gone = figures::counted(gone, "entry of it fits", "entries of it fit");
            format!("; {gone} none: --write-baseline writes it without them")
        }
    };
    view.wrapped(&format!("{count} more, which {} has{gone}", view.sink.line(&known.file)), "") + "\n"
}

fn add(sums: &mut [u64; 4], counts: [u64; 4]) {
    for (sum, count) in sums.iter_mut().zip(counts) {
        *sum = sum.saturating_add(count);
    }
}

fn table(title: &'static str, rows: impl Iterator<Item = (String, [u64; 4])>, view: View) -> String {
    let rows: Vec<_> = rows.collect();
    // Where there is no room for all columns the first is what counts.
    let grid = |columns: usize| {
        let titles = ["Markers", "With owner", "With ticket", "Past due"].map(|title| (title, Align::Right));
        let titles = titles.into_iter().take(columns);
        let mut grid = Grid::new(std::iter::once((title, Align::Left)).chain(titles).collect());
        for (name, counts) in &rows {
            let cells = counts.iter().take(columns).map(|count| Cell::plain(figures::count(*count)));
            grid.row(std::iter::once(Cell::plain(format!("  {name}"))).chain(cells).collect());
        }
        grid
    };
    let fitting = (1..=4).rev().find_map(|columns| grid(columns).lines(view.width));
    fitting.unwrap_or_else(|| grid(1).folded(view.width)).join("\n") + "\n"
}

fn left_out(found: &Markers, view: View) -> String {
    let all = found.left_out.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
    if all == 0 && found.said.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\n{}{}\n",
        style::paint(style::BOLD, "Left out"),
        style::paint(style::DIM, &format!(", {}", figures::counted(all, "file", "files"))),
    );
    let mut grid = Grid::new(vec![("  Reason", Align::Left), ("Files", Align::Right), ("", Align::Left)]);
    for (reason, count) in &found.left_out {
        grid.row(vec![
            Cell::plain(format!("  {}", view.sink.word(reason.name()))),
            Cell::plain(figures::count(*count)),
            Cell::new(meaning(reason), style::DIM),
        ]);
    }
    if all > 0 {
        text.push_str(&(grid.folded(view.width).join("\n") + "\n"));
    }
    let mut dim = |line: &str| text.push_str(&(style::paint(style::DIM, &view.wrapped(line, "  ")) + "\n"));
    for (path, said) in found.said.iter().take(SAID) {
        dim(&format!("{}: {}", view.sink.word(path.to_text().expose()), view.sink.prose(said)));
    }
    if let Some(more) = found.said.len().checked_sub(SAID).filter(|more| *more > 0) {
        dim(&format!("and {more} more: --format json has all"));
    }
    text
}

fn meaning(reason: &LeftOut) -> &'static str {
    use crate::marker::Skip;
    match reason {
        LeftOut::Excluded(_) => "by their paths",
        LeftOut::Attributes => "generated or vendored, as .gitattributes says",
        LeftOut::Ignored => "the policy's `ignore`",
        LeftOut::Content(Skip::Binary) => "no text",
        LeftOut::Content(Skip::TooLarge) => "more than 8 MiB",
        LeftOut::Content(Skip::LfsPointer) => "their content is elsewhere (Git LFS)",
        LeftOut::Content(Skip::UnknownLanguage) => "with a tag in them, in no language of the table",
        LeftOut::Content(Skip::Prose) => "with a tag in them; `markers: { prose: true }` searches them",
        LeftOut::Content(Skip::Generated) => "with a tag in them; their first lines say that they were generated",
        LeftOut::Symlink => "not followed",
        LeftOut::Submodule => "other repositories",
        LeftOut::Unreadable => "could not be read",
    }
}

/// A finding with the line of the file under it.
fn in_full(finding: &Finding, found: &Markers, view: View) -> String {
    let mut shown = MietteDiagnostic::new(view.sink.prose(finding.message.expose()))
        .with_code(finding.code.name())
        .with_severity(Severity::Error);
    if let Some(help) = &finding.help {
        shown = shown.with_help(view.sink.prose(help.expose()));
    }
    if let Some((source, span)) = problems::in_tree(finding, &found.sources, view) {
        let shown = shown.and_label(LabeledSpan::new_with_span(None, span));
        return diagnostic(miette::Report::new(shown).with_source_code(source).as_ref(), view);
    }
    let at = finding.at.as_ref().and_then(|at| Some((at, found.policy.text_at(at)?)));
    if let Some((at, text)) =
        at.filter(|(at, text)| finding.found.is_none() && text.text.get(at.span.clone()).is_some())
    {
        shown = shown.and_label(LabeledSpan::new_with_span(Some("here".to_owned()), at.span.clone()));
        let source = NamedSource::new(view.sink.word(&text.name), view.sink.same_length(&text.text));
        return diagnostic(miette::Report::new(shown).with_source_code(source).as_ref(), view);
    }
    match &finding.found {
        Some(_) => problems::in_brief(finding, view),
        None => diagnostic(&shown, view),
    }
}

/// What was found besides, and decides like the rest.
fn unasked(found: &Markers, view: View) -> String {
    match found.unasked.len() {
        0 => String::new(),
        number => {
            let grave = found.unasked.iter().filter_map(|place| found.findings.get(*place));
            let grave = match grave.filter(|finding| finding.level == Level::Error).count() {
                0 => String::new(),
                errors => format!(": {} among them", figures::counted(errors, "error", "errors")),
            };
            let told = figures::counted(number, "more finding is", "more findings are");
            let text = format!("{told} about what was not asked for{grave}");
            format!("\n{}\n", style::paint(style::DIM, &view.wrapped(&text, "")))
        }
    }
}

/// Of all findings, also of those that are only counted.
fn verdict(found: &Markers) -> String {
    let grave = found.findings.iter().filter(|finding| finding.level == Level::Error).count();
    let brief = found.findings.len().saturating_sub(grave);
    let warnings =
        if brief > 0 { format!(", {}", figures::counted(brief, "warning", "warnings")) } else { String::new() };
    match found.outcome() {
        Outcome::Failed => {
            format!(
                "{}: {}{warnings}\n",
                style::paint(style::BAD, "failed"),
                figures::counted(grave, "error", "errors")
            )
        }
        Outcome::Passed => format!("{}{warnings}\n", style::paint(style::GOOD, "passed")),
    }
}
