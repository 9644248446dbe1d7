//! The lead's hand in a judgement: the trusted entries, who brought them in, and what came of them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::classify::Effect;
use crate::classify::Reading;
use crate::classify::Stated;
use crate::classify::WorkItem;
use crate::cli::error::Fault;
use crate::cli::tampered::Content;
use crate::cli::tampered::Tampered;
use crate::config;
use crate::config::ConfigError;
use crate::config::Source;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::ledger::Ledger;
use crate::policy::Policy;
use crate::policy::Relabel;
use crate::policy::SponsorProof;
use crate::policy::TeamId;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Walk;
use crate::repo::origin;
use crate::repo::origin::Held;
use crate::repo::proof::AllowedSigners;
use crate::repo::trusted::Trusted;
use crate::report;
use crate::report::Counting;

/// Far above what the file may have: `config` itself says what is too large.
const LARGEST: u64 = 64 << 20;
/// So many entries are told one by one.
const TOLD: usize = 10;

/// Reads the entries in some bytes.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Relabel>, ConfigError> {
    config::relabels(&Source { name: Arc::from(Relabel::PATH), bytes })
}

/// The entries of the trusted tree about commits that are judged, with what is known of who brought them in.
pub(super) fn stated(
    repository: &Repository,
    policy: &Policy,
    trusted: Option<(ObjectId, &Trusted)>,
    history: &Walk,
) -> Result<BTreeMap<ObjectId, Vec<Stated>>, Fault> {
    let Some((tip, trusted)) = trusted else { return Ok(BTreeMap::new()) };
    let bytes = match repository.read_file(tip, Relabel::PATH, LARGEST) {
        Ok(bytes) => bytes.unwrap_or_default(),
        // As with the other trusted files, a link is not followed.
        Err(RepoError::NotAFile { .. }) => return Ok(BTreeMap::new()),
        Err(error) => return Err(Fault::from(error)),
    };
    let all = parse(&bytes)?;
    let judged: BTreeSet<ObjectId> = history.commits.iter().map(|fact| fact.id).collect();
    let about: Vec<(usize, &Relabel)> =
        all.iter().enumerate().filter(|(_, one)| judged.contains(&one.commit)).collect();
    let wanted: BTreeSet<usize> = about.iter().map(|(number, _)| *number).collect();
    let origins = match policy.safeguards.proof {
        _ if wanted.is_empty() => return Ok(BTreeMap::new()),
        // Nothing of it rests on who made the commit.
        SponsorProof::Review => BTreeMap::new(),
        SponsorProof::Signature => {
            let holds = |bytes: &[u8]| held(&about, &parse(bytes).unwrap_or_default());
            let file = Held { path: Relabel::PATH, limit: LARGEST, holds: &holds };
            origin::origins(repository, tip, wanted, &file)?
        }
    };
    let mut found: BTreeMap<ObjectId, Vec<Stated>> = BTreeMap::new();
    for (number, entry) in about {
        let proof = match policy.safeguards.proof {
            SponsorProof::Review => reviewed(policy, trusted),
            SponsorProof::Signature => signed(repository, policy, trusted, history, origins.get(&number).copied())?,
        };
        let Proof { origin, by, leads, missing } = proof;
        let one = Stated { number, entry: entry.clone(), origin, by, leads, missing };
        found.entry(entry.commit).or_default().push(one);
    }
    Ok(found)
}

/// Which of some entries a file holds: those with all entries about the same commit before them, in the same order. So
/// whoever moves, alters or repeats one has brought it in anew.
fn held(about: &[(usize, &Relabel)], there: &[Relabel]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut ended: BTreeSet<ObjectId> = BTreeSet::new();
    let mut next: BTreeMap<ObjectId, Vec<&Relabel>> = BTreeMap::new();
    for one in there.iter().rev() {
        next.entry(one.commit).or_default().push(one);
    }
    for (number, entry) in about {
        let same = next.get_mut(&entry.commit).and_then(Vec::pop).is_some_and(|one| one.says_as(entry));
        if same && !ended.contains(&entry.commit) {
            found.insert(*number);
        } else {
            ended.insert(entry.commit);
        }
    }
    found
}

struct Proof {
    origin: Option<ObjectId>,
    by: Untrusted,
    leads: BTreeSet<TeamId>,
    missing: String,
}

fn leads(policy: &Policy) -> impl Iterator<Item = (TeamId, &str)> {
    (0..).zip(&policy.teams).filter_map(|(at, team)| Some((TeamId(at), team.lead.as_deref()?)))
}

fn signed(
    repository: &Repository,
    policy: &Policy,
    trusted: &Trusted,
    history: &Walk,
    origin: Option<ObjectId>,
) -> Result<Proof, RepoError> {
    let nobody = |missing: String| Proof { origin, by: Untrusted::default(), leads: BTreeSet::new(), missing };
    let Some(commit) = origin else {
        return Ok(nobody(format!("the commit that brought it in is not among the last {}", origin::MOST)));
    };
    let fact = history.commits.iter().find(|fact| fact.id == commit);
    let by = fact.map(|fact| Untrusted::new(fact.author.address())).unwrap_or_default();
    let Some(signers) = &trusted.signers else {
        let path = AllowedSigners::PATHS.join(" or ");
        return Ok(Proof { by, ..nobody(format!("there is no {path}, which would list the lead's keys")) });
    };
    let landing = fact.map_or(history.as_of, |fact| fact.landing.time);
    let (mut proven, mut why) = (BTreeMap::new(), None);
    for (team, lead) in leads(policy) {
        match repository.proven(commit, lead, landing, signers)? {
            Ok(()) => drop(proven.insert(team, lead)),
            Err(reason) => why = why.max(Some(reason)),
        }
    }
    let by = proven.values().next().map_or(by, |lead| Untrusted::new(*lead));
    let missing = match why {
        Some(why) => format!("{} is not proven to be the lead's: {why}", commit.short()),
        None => "no team has a lead".to_owned(),
    };
    Ok(Proof { origin, by, leads: proven.into_keys().collect(), missing })
}

/// By the review that the host asks for: of the lead, or of the sponsor who stands above.
fn reviewed(policy: &Policy, trusted: &Trusted) -> Proof {
    let path = RepoPath::new(Relabel::PATH.as_bytes());
    let owners = trusted.codeowners.as_ref().map(|owners| owners.reviewers(&path)).unwrap_or_default();
    let sponsor: Vec<&str> =
        policy.sponsor.iter().chain(&policy.safeguards.sponsor_handle).map(String::as_str).collect();
    let owns = |lead: &str| {
        let is = |name: &str| owners.iter().any(|owner| owner.eq_ignore_ascii_case(name));
        let known = |owner: &&str| std::iter::once(&lead).chain(&sponsor).any(|name| owner.eq_ignore_ascii_case(name));
        is(lead) && owners.iter().all(known)
    };
    let proven: BTreeMap<TeamId, &str> = leads(policy).filter(|(_, lead)| owns(lead)).collect();
    Proof {
        origin: None,
        by: proven.values().next().map(|lead| Untrusted::new(*lead)).unwrap_or_default(),
        leads: proven.into_keys().collect(),
        missing: format!("CODEOWNERS does not give {} to the lead alone", Relabel::PATH),
    }
}

/// What came of each entry about a commit of the window, in the order of the file.
pub(super) fn told(
    stated: &BTreeMap<ObjectId, Vec<Stated>>,
    items: &[WorkItem],
    ledger: &Ledger,
    policy: &Policy,
) -> Vec<report::Relabel> {
    let by_commit = items.iter().filter_map(|item| Some((item, stated.get(&item.commit)?)));
    let mut all: Vec<(usize, report::Relabel)> = Vec::new();
    for (item, entries) in by_commit {
        for one in entries {
            let (counting, why) = outcome(one, item, ledger, policy);
            let names = one.leads.iter().filter_map(|team| policy.team(*team)).map(|team| team.name.clone());
            let told = report::Relabel {
                entry: one.entry.clone(),
                by: one.by.clone(),
                origin: one.origin,
                leads: names.collect(),
                counting,
                why,
            };
            all.push((one.number, told));
        }
    }
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, told)| told).collect()
}

fn outcome(one: &Stated, item: &WorkItem, ledger: &Ledger, policy: &Policy) -> (Counting, Option<String>) {
    let not = |why: String| (Counting::No, Some(why));
    let made = match &item.reading {
        Reading::Exempt(exempt) => {
            return not(format!("the commit is left out of the measure: {}", exempt.reason.name()));
        }
        Reading::Counted(counted) => counted,
    };
    let effects = made.evidence.relabelled.iter().flat_map(|relabelled| &relabelled.effects);
    let effect = effects.filter(|(number, _)| *number == one.number).map(|(_, effect)| *effect).next();
    match (effect, ledger.relabels.get(&one.number)) {
        (Some(Effect::Unproven), _) if !one.leads.is_empty() => {
            not("nothing of the commit is of a team whose lead brought it in".to_owned())
        }
        (None | Some(Effect::Unproven), _) => not(one.missing.clone()),
        (Some(Effect::Superseded), _) => not("a later entry holds in its place".to_owned()),
        _ if made.evidence.retraced.is_some() => {
            not("the change was undone, undoes another, or repeats one".to_owned())
        }
        (_, Some(granted)) if granted.given < granted.asked => {
            let cap = policy.safeguards.relabel_cap.0;
            let why = format!("relabels may bring {cap} of a team's credit at most (`relabel-cap`)");
            (if granted.given == 0 { Counting::No } else { Counting::InPart }, Some(why))
        }
        _ => (Counting::Yes, None),
    }
}

/// What a change does to the entries: adds some, which is told, or touches those that are there, which fails.
pub(super) fn changed(tampered: &Tampered<'_>) -> Result<Vec<Finding>, RepoError> {
    let path = Relabel::PATH;
    if !tampered.edits(&path.into())? {
        return Ok(Vec::new());
    }
    let commits = tampered.touching([&path.into()])?;
    let head = tampered.content(tampered.head, path)?;
    let finding = |code, level, message: String| Finding::new(code, level, message).of_commits(commits.clone());
    let edited = |message: String| {
        let help =
            "entries stay as they are: take the edit back, and put another entry behind them with `debtlint relabel`";
        finding(Code::RelabelEdited, Level::Error, message).help(help)
    };
    let entries = match (&head, parse(head.bytes())) {
        (Content::Else, _) => return Ok(vec![edited(format!("{path} is no file in the change"))]),
        (_, Ok(entries)) => entries,
        (_, Err(error)) => {
            let first = error.problems().first().map(|problem| format!(": {problem}")).unwrap_or_default();
            return Ok(vec![edited(format!("{path} cannot be read in the change{first}"))]);
        }
    };
    // Where the base has moved on since the change began, the change only lacks what came then.
    let mut before = Vec::new();
    let sides: &[ObjectId] = if tampered.ahead.forks.is_empty() { &[tampered.base] } else { &tampered.ahead.forks };
    for side in sides {
        before.push(parse(tampered.content(*side, path)?.bytes()).unwrap_or_default());
    }
    let mut all = Vec::new();
    for old in &before {
        let gone = old.iter().enumerate().find(|(at, one)| !entries.get(*at).is_some_and(|new| new.says_as(one)));
        if let Some((at, one)) = gone {
            let number = at.saturating_add(1);
            let message = format!(
                "entry {number} of {path}, which calls {} {}, is edited, moved or removed",
                one.commit.short(),
                one.kind.name()
            );
            all.push(edited(message));
            break;
        }
    }
    let known = before.iter().map(Vec::len).max().unwrap_or_default();
    let added: Vec<&Relabel> = entries.iter().skip(known).collect();
    if all.is_empty() {
        for one in added.iter().take(TOLD) {
            let share = one.share.map(|share| format!(" ({share} paydown)")).unwrap_or_default();
            let (commit, kind, reason) = (one.commit.short(), one.kind.name(), one.reason.expose());
            let message = format!("the change relabels {commit} as {kind}{share}: {reason}");
            let help = "it counts once it has landed; what gives more credit, only by the hand of the team's lead";
            all.push(finding(Code::RelabelAdded, Level::Note, message).help(help));
        }
        if let Some(more) = added.len().checked_sub(TOLD).filter(|more| *more > 0) {
            all.push(finding(Code::RelabelAdded, Level::Note, format!("the change relabels {more} commits more")));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Location;
    use crate::policy::Kind;

    /// The first entry about a commit that is another, or stands elsewhere, ends what is held of it.
    #[test]
    fn an_entry_is_held_with_all_before_it() {
        let entry = |commit: u8, kind| Relabel {
            commit: ObjectId::from_bytes([commit; 20]),
            kind,
            share: None,
            reason: Untrusted::new("x"),
            at: Location::start_of(&Arc::from(Relabel::PATH)),
        };
        let (run, feature, paydown) = (entry(1, Kind::Run), entry(1, Kind::Feature), entry(1, Kind::Paydown));
        let other = entry(2, Kind::Paydown);
        let about = [(0, &run), (1, &other), (2, &feature)];
        for (there, found) in [
            (vec![&run, &other, &feature], &[0, 1, 2][..]),
            (vec![&run, &other], &[0, 1]),
            (vec![&other, &run, &feature, &paydown], &[0, 1, 2]),
            (vec![&feature, &run, &other], &[1]),
            (vec![&paydown, &feature], &[]),
            (vec![], &[]),
        ] {
            let there: Vec<Relabel> = there.into_iter().cloned().collect();
            assert_eq!(held(&about, &there).into_iter().collect::<Vec<_>>(), found);
        }
    }
}
