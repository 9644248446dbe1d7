//! The rules of a policy and of the packs that it extends, in the order in which they are asked.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::Problems;
use crate::config::error::quoted;
use crate::config::raw;
use crate::config::read::At;
use crate::config::read::Mapping as _;
use crate::config::read::OneOrMany;
use crate::config::values::Glob;
use crate::config::values::RuleId;
use crate::finding::Location;
use crate::policy::ExemptChange;
use crate::policy::ExemptMatch;
use crate::policy::ExemptRule;
use crate::policy::LabelMatch;
use crate::policy::LabelOutcome;
use crate::policy::LabelRule;
use crate::policy::PathGlobs;
use crate::policy::PathRule;
use crate::policy::Rank;

/// The rules of a policy.
pub(super) struct Rules {
    pub(super) labels: Vec<LabelRule>,
    pub(super) exempt: Vec<ExemptRule>,
    pub(super) ignore: Vec<PathRule>,
    pub(super) ignored: PathGlobs,
    pub(super) bot_paths: PathGlobs,
    pub(super) bot_path_rules: Vec<PathRule>,
}

/// The lists of one file, or of a pack that is written out in one.
#[derive(Default)]
pub(super) struct Lists {
    labels: Option<At<Vec<At<raw::LabelRule>>>>,
    exempt: Option<At<Vec<At<raw::ExemptRule>>>>,
    ignore: Option<At<Vec<At<Glob>>>>,
    bot_paths: Option<At<Vec<At<Glob>>>>,
}

impl From<raw::File> for Lists {
    fn from(file: raw::File) -> Self {
        let raw::File { labels, exempt, ignore, bot_paths, .. } = file;
        Self { labels, exempt, ignore, bot_paths }
    }
}

impl From<raw::PackEntry> for Lists {
    fn from(pack: raw::PackEntry) -> Self {
        let raw::PackEntry { labels, exempt, ignore, bot_paths, .. } = pack;
        Self { labels, exempt, ignore, bot_paths }
    }
}

/// A policy's own lists, then those of the packs that are written out in it, then those of the files that it extends.
pub(super) fn ranked(own: Option<raw::File>, packs: impl Iterator<Item = raw::File>) -> Vec<(Rank, Lists)> {
    let mut ranked = Vec::new();
    if let Some(mut own) = own {
        let written_out = own.packs.take().into_iter().flat_map(|packs| packs.value);
        let written_out: Vec<_> = written_out.map(|pack| (Rank::Pack, Lists::from(pack.value))).collect();
        ranked.push((Rank::Own, Lists::from(own)));
        ranked.extend(written_out);
    }
    ranked.extend(packs.map(|pack| (Rank::Pack, Lists::from(pack))));
    ranked
}

/// The rules of all lists in their order. Of several rules of one id the first stays, so that a policy's own replaces
/// that of a pack, and a pack's that of a pack which it extends.
pub(super) fn rules(lists: Vec<(Rank, Lists)>, problems: &mut Problems) -> Rules {
    let (mut labels, mut exempt) = (Vec::new(), Vec::new());
    let (mut ignore, mut bot_path_rules) = (Vec::new(), Vec::new());
    let (mut ignored, mut bot_paths): (Vec<At<Glob>>, Vec<At<Glob>>) = (Vec::new(), Vec::new());
    let (mut label_ids, mut exempt_ids) = (BTreeSet::new(), BTreeSet::new());
    for (rank, file) in lists {
        let mut ids = BTreeMap::new();
        for rule in file.labels.into_iter().flat_map(|rules| rules.value) {
            note_repeated(rule.value.id.as_ref(), &mut ids, problems);
            labels.extend(label(rank, rule, problems).filter(|rule| label_ids.insert(rule.id.clone())));
        }
        for rule in file.exempt.into_iter().flat_map(|rules| rules.value) {
            note_repeated(rule.value.id.as_ref(), &mut ids, problems);
            exempt.extend(exemption(rank, rule, problems).filter(|rule| exempt_ids.insert(rule.id.clone())));
        }
        let path_rule = |glob: &At<Glob>| PathRule { glob: glob.value.text.clone(), rank, at: glob.at.clone() };
        for (from, rules, globs) in
            [(file.ignore, &mut ignore, &mut ignored), (file.bot_paths, &mut bot_path_rules, &mut bot_paths)]
        {
            let from: Vec<_> = from.into_iter().flat_map(|globs| globs.value).collect();
            rules.extend(from.iter().map(path_rule));
            globs.extend(from);
        }
    }
    let (ignored, bot_paths) = (all(&ignored, problems), all(&bot_paths, problems));
    Rules { labels, exempt, ignore, ignored, bot_paths, bot_path_rules }
}

/// The globs of all files together; where they are too big, the last place is told.
fn all(globs: &[At<Glob>], problems: &mut Problems) -> PathGlobs {
    let patterns: Vec<_> = globs.iter().map(|glob| glob.value.glob.clone()).collect();
    PathGlobs::new(&patterns).unwrap_or_else(|error| {
        let problem = too_big(&error);
        problems.push(match globs.last() {
            Some(last) => problem.at_place(&last.at),
            None => problem,
        });
        PathGlobs::default()
    })
}

fn too_big(error: &globset::Error) -> Problem {
    Problem::new(Fault::BadGlob, format!("these globs cannot be used together: {}", error.kind()))
        .help("shorten the list: one glob of a folder, such as `vendor/**`, stands for all below it")
}

pub(super) fn together(globs: At<OneOrMany<Glob>>, problems: &mut Problems) -> PathGlobs {
    let patterns: Vec<_> = globs.value.0.into_iter().map(|glob| glob.value.glob).collect();
    PathGlobs::new(&patterns).unwrap_or_else(|error| {
        problems.push(too_big(&error).at_place(&globs.at));
        PathGlobs::default()
    })
}

fn note_repeated(id: Option<&At<RuleId>>, seen: &mut BTreeMap<String, Location>, problems: &mut Problems) {
    let Some(At { value: RuleId(id), at }) = id else { return };
    if let Some(first) = seen.get(id) {
        let problem = Problem::new(Fault::DuplicateRule, format!("two rules of this file have the id {}", quoted(id)));
        problems.push(
            problem.noting(at, "again").noting(first, "first").help("reports name rules by their ids: rename one"),
        );
    } else {
        seen.insert(id.clone(), at.clone());
    }
}

/// `None` when the rule misses something that is reported already.
fn label(rank: Rank, rule: At<raw::LabelRule>, problems: &mut Problems) -> Option<LabelRule> {
    let At { value: rule, at } = rule;
    for key in rule.keys().iter().filter(|key| ["matches", "share-from-value"].contains(&key.value.as_str())) {
        if !rule.has("trailer") {
            let message = format!("`{}` speaks of a trailer's value, but the rule has no `trailer`", key.value);
            let problem = Problem::new(Fault::MissingKey, message).at_place(&key.at);
            problems.push(problem.help("as in `{ id: ticket, trailer: Refs, matches: '^DEBT-', kind: paydown }`"));
        }
    }
    let raw::LabelRule { type_, scope, trailer, matches, subject, pull_request, author, path, commit, .. } = rule;
    let source = None
        .or_else(|| Some(LabelMatch::Type(each(type_?, |word| word.0))))
        .or_else(|| Some(LabelMatch::Scope(each(scope?, |word| word.0))))
        .or_else(|| Some(LabelMatch::Trailer { key: trailer?.value.0, value: matches.map(|value| value.value) }))
        .or_else(|| Some(LabelMatch::Subject(subject?.value)))
        .or_else(|| Some(LabelMatch::PullRequest(pull_request?.value.0)))
        .or_else(|| Some(LabelMatch::Author(author?.value.0)))
        .or_else(|| Some(LabelMatch::Path(together(path?, problems))))
        .or_else(|| Some(LabelMatch::Commit(each(commit?, |id| id))));
    let outcome = None
        .or_else(|| Some(LabelOutcome::Kind(rule.kind?.value)))
        .or_else(|| Some(LabelOutcome::Share(rule.share?.value)))
        .or_else(|| rule.share_from_value.map(|_| LabelOutcome::ShareFromValue));
    Some(LabelRule { id: rule.id?.value.0.into(), rank, matches: source?, outcome: outcome?, at })
}

/// The rules of `exempt-changes`, in their order.
pub(super) fn exempt_changes(
    rules: Option<At<Vec<At<raw::ExemptChange>>>>,
    problems: &mut Problems,
) -> Vec<ExemptChange> {
    let (mut all, mut ids) = (Vec::new(), BTreeMap::new());
    for rule in rules.into_iter().flat_map(|rules| rules.value) {
        note_repeated(rule.value.id.as_ref(), &mut ids, problems);
        all.extend(exempt_change(rule, problems));
    }
    all
}

fn exempt_change(rule: At<raw::ExemptChange>, problems: &mut Problems) -> Option<ExemptChange> {
    let At { value: rule, at } = rule;
    if rule.matches.is_some() && !rule.has("trailer") {
        let message = "`matches` speaks of a trailer's value, but the rule has no `trailer`";
        let problem = Problem::new(Fault::MissingKey, message.to_owned()).at_place(&at);
        problems.push(problem.help("as in `{ id: cve, trailer: Security, matches: '^CVE-', reason: security }`"));
    }
    let raw::ExemptChange { type_, scope, trailer, matches, pull_request, .. } = rule;
    let source = None
        .or_else(|| Some(LabelMatch::Type(each(type_?, |word| word.0))))
        .or_else(|| Some(LabelMatch::Scope(each(scope?, |word| word.0))))
        .or_else(|| Some(LabelMatch::Trailer { key: trailer?.value.0, value: matches.map(|value| value.value) }))
        .or_else(|| Some(LabelMatch::PullRequest(pull_request?.value.0)));
    let at_most = rule.at_most.map(|most| most.value.0);
    Some(ExemptChange { id: rule.id?.value.0.into(), matches: source?, reason: rule.reason?.value, at_most, at })
}

fn each<T, U>(written: At<OneOrMany<T>>, agreed: impl Fn(T) -> U) -> Vec<U> {
    written.value.0.into_iter().map(|one| agreed(one.value)).collect()
}

fn exemption(rank: Rank, rule: At<raw::ExemptRule>, problems: &mut Problems) -> Option<ExemptRule> {
    let At { value: rule, at } = rule;
    let raw::ExemptRule { author, commit, path, .. } = rule;
    let matches = None
        .or_else(|| Some(ExemptMatch::Author(author?.value.0)))
        .or_else(|| Some(ExemptMatch::Commit(each(commit?, |id| id))))
        .or_else(|| Some(ExemptMatch::Path(together(path?, problems))));
    Some(ExemptRule { id: rule.id?.value.0.into(), rank, matches: matches?, reason: rule.reason?.value, at })
}
