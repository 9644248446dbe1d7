//! The lead's hand: what entries of the relabels make of a commit. Pure.
//!
//! Entries are taken in the order of the file. One that leaves nobody more credit than there was always counts; one
//! that gives more counts for the teams whose lead is proven to have brought it in. Of several the last that counts holds.

use std::collections::BTreeSet;

use crate::classify::Counted;
use crate::classify::FoundLabel;
use crate::facts::ObjectId;
use crate::facts::Untrusted;
use crate::policy::Attribution;
use crate::policy::BasisPoints;
use crate::policy::Kind;
use crate::policy::LabelOutcome;
use crate::policy::Policy;
use crate::policy::Rank;
use crate::policy::Relabel;
use crate::policy::TeamId;

/// An entry of the trusted relabels, and what is known of who brought it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Its place among the entries.
    pub number: usize,
    /// What it says.
    pub entry: Relabel,
    /// The commit that brought it in, where that was looked for and found.
    pub origin: Option<ObjectId>,
    /// Who is named there, or proven.
    pub by: Untrusted,
    /// The teams whose lead is proven.
    pub leads: BTreeSet<TeamId>,
    /// Why no other team's is.
    pub missing: String,
}

/// What relabels made of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relabelled {
    /// The credit without any.
    pub natural: BasisPoints,
    /// The kind without any.
    pub natural_kind: Kind,
    /// The entry that holds; `None` when none counts.
    pub holds: Option<usize>,
    /// The teams for which its credit is the commit's.
    pub teams: BTreeSet<TeamId>,
    /// The credit for all others, never more.
    pub others: BasisPoints,
    /// Their kind.
    pub others_kind: Kind,
    /// What each entry does, by its number.
    pub effects: Vec<(usize, Effect)>,
}

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It counts, and gives nobody more credit.
    Lowers,
    /// It counts for the teams of the proven lead, within the cap.
    Raises,
    /// It would give more credit, and nobody is proven to be a lead.
    Unproven,
    /// A later one holds in its place.
    Superseded,
}

/// Reads the entries about a commit.
pub(super) fn relabel(counted: &mut Counted, stated: &[Stated], policy: &Policy) {
    let teams = teams(counted, policy);
    let mut made = Relabelled {
        natural: counted.credit,
        natural_kind: counted.kind,
        holds: None,
        teams: BTreeSet::new(),
        others: counted.credit,
        others_kind: counted.kind,
        effects: Vec::new(),
    };
    for one in stated {
        let credit = one.entry.credit();
        let leads: BTreeSet<TeamId> = one.leads.intersection(&teams).copied().collect();
        let effect = if credit <= made.others {
            made.others = credit;
            made.others_kind = one.entry.kind;
            made.teams.clear();
            Effect::Lowers
        } else if credit <= counted.credit {
            // Less for those who were given more, and more for those who are proven now.
            made.teams.extend(&leads);
            if leads.is_empty() { Effect::Lowers } else { Effect::Raises }
        } else if !leads.is_empty() {
            made.teams = leads;
            Effect::Raises
        } else {
            Effect::Unproven
        };
        if effect != Effect::Unproven {
            for (_, earlier) in made.effects.iter_mut().filter(|(_, earlier)| *earlier != Effect::Unproven) {
                *earlier = Effect::Superseded;
            }
            made.holds = Some(one.number);
            counted.credit = credit;
            counted.kind = one.entry.kind;
            let before = counted.evidence.winner.replace(label(&one.entry));
            // One that was relabelled already had its label in the file, which is shown there.
            let others = before.filter(|label| label.source != SOURCE);
            counted.evidence.others.splice(0..0, others);
        }
        made.effects.push((one.number, effect));
    }
    counted.evidence.relabelled = Some(Box::new(made));
}

/// The teams that have a part in a commit.
fn teams(counted: &Counted, policy: &Policy) -> BTreeSet<TeamId> {
    if let Some(team) = policy.everyone() {
        return BTreeSet::from([team]);
    }
    if policy.attribution == Attribution::Paths {
        return counted.owners.iter().filter_map(|owner| owner.team).collect();
    }
    let held = counted.workers.iter().filter_map(|worker| worker.id.on(&policy.roster));
    held.flat_map(|person| person.on(counted.day)).map(|membership| membership.team).collect()
}

/// What labels of this sort are called.
pub(super) const SOURCE: &str = "relabel";

fn label(entry: &Relabel) -> FoundLabel {
    FoundLabel {
        rule: SOURCE.into(),
        rank: Rank::Own,
        source: SOURCE,
        matched: entry.reason.clone(),
        outcome: match entry.share {
            Some(share) => LabelOutcome::Share(share),
            None => LabelOutcome::Kind(entry.kind),
        },
        at: entry.at.clone(),
    }
}

impl Counted {
    /// The credit that a team has of it.
    #[must_use]
    pub fn credit_of(&self, team: Option<TeamId>) -> BasisPoints {
        match &self.evidence.relabelled {
            Some(made) if team.is_none_or(|team| !made.teams.contains(&team)) => made.others.min(self.credit),
            _ => self.credit,
        }
    }

    /// The part of that which it would have without relabels.
    #[must_use]
    pub fn natural_credit_of(&self, team: Option<TeamId>) -> BasisPoints {
        let credit = self.credit_of(team);
        self.evidence.relabelled.as_ref().map_or(credit, |made| made.natural.min(credit))
    }

    /// The kind of what is not credited. What is not credited of paydown is no paydown.
    #[must_use]
    pub fn rest_kind(&self) -> Kind {
        if self.kind == Kind::Paydown { self.former_rest_kind() } else { self.kind }
    }

    /// The same for a team: an entry that gives more says nothing of the part of those whose lead did not bring it in.
    #[must_use]
    pub fn rest_kind_of(&self, team: Option<TeamId>) -> Kind {
        match &self.evidence.relabelled {
            Some(made) if team.is_none_or(|team| !made.teams.contains(&team)) => {
                if made.others_kind == Kind::Paydown {
                    self.former_rest_kind()
                } else {
                    made.others_kind
                }
            }
            _ => self.rest_kind(),
        }
    }

    /// What it would be without relabels.
    #[must_use]
    pub fn former_rest_kind(&self) -> Kind {
        let kind = self.evidence.relabelled.as_ref().map_or(self.kind, |made| made.natural_kind);
        if kind == Kind::Paydown { Kind::Other } else { kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Reading;
    use crate::classify::sample::but;
    use crate::classify::sample::place;
    use crate::classify::sample::policy;
    use crate::classify::sample::work;

    const A: TeamId = TeamId(0);
    const B: TeamId = TeamId(1);

    /// A kind or a share, and the letters of the teams whose leads are proven.
    fn stated(number: usize, written: &str) -> Stated {
        let (says, leads) = written.split_once(' ').unwrap_or((written, ""));
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == says).unwrap_or(Kind::Feature);
        let entry = Relabel {
            commit: ObjectId::from_bytes([1; 20]),
            kind,
            share: BasisPoints::parse_percentage(says),
            reason: Untrusted::new(written),
            at: place(),
        };
        let leads = [(A, 'a'), (B, 'b'), (TeamId(2), 'c')].into_iter().filter(|(_, letter)| leads.contains(*letter));
        let leads = leads.map(|(team, _)| team).collect();
        Stated { number, entry, origin: None, by: Untrusted::default(), leads, missing: String::new() }
    }

    #[test]
    fn who_may_say_what() {
        use Effect::Lowers;
        use Effect::Raises;
        use Effect::Superseded;
        use Effect::Unproven;
        // Before, the entries; then the credit of A, of B and of nobody's part, and what each entry does.
        for (before, entries, credits, effects) in [
            (0, &["paydown a"][..], [10_000, 0, 0], &[Raises][..]),
            (0, &["paydown"], [0, 0, 0], &[Unproven]),
            (0, &["paydown ab"], [10_000, 10_000, 0], &[Raises]),
            (10_000, &["feature"], [0, 0, 0], &[Lowers]),
            (10_000, &["40%"], [4_000, 4_000, 4_000], &[Lowers]),
            (3_000, &["30%"], [3_000, 3_000, 3_000], &[Lowers]),
            (3_000, &["40% b"], [3_000, 4_000, 3_000], &[Raises]),
            // The lead of a team that has no part in it.
            (0, &["paydown c"], [0, 0, 0], &[Unproven]),
            // What one lead gave, anybody may take.
            (0, &["paydown a", "feature"], [0, 0, 0], &[Superseded, Lowers]),
            (0, &["paydown a", "40%"], [4_000, 0, 0], &[Superseded, Lowers]),
            (0, &["paydown a", "40% b"], [4_000, 4_000, 0], &[Superseded, Raises]),
            (0, &["40% a", "paydown"], [4_000, 0, 0], &[Raises, Unproven]),
            (0, &["40% a", "paydown b"], [0, 10_000, 0], &[Superseded, Raises]),
            // Taken, and given back.
            (10_000, &["feature", "paydown a"], [10_000, 0, 0], &[Superseded, Raises]),
            (10_000, &["feature", "paydown"], [0, 0, 0], &[Lowers, Unproven]),
        ] {
            let entries: Vec<Stated> = (0..).zip(entries).map(|(number, written)| stated(number, written)).collect();
            let policy = policy(&["a: ann@x.example 50", "b: ann@x.example 50", "c: cy@x.example"]);
            let item = but(work(&policy, 1, "2026-01-05", 1, &["ann@x.example"], Kind::Run), |counted| {
                counted.credit = BasisPoints::new(before).unwrap();
                relabel(counted, &entries, &policy);
            });
            let Reading::Counted(counted) = item.reading else { panic!("{item:?}") };
            let found = [Some(A), Some(B), None].map(|team| counted.credit_of(team).get());
            assert_eq!(found, credits, "{entries:?}");
            let made = counted.evidence.relabelled.unwrap();
            assert_eq!(made.effects.iter().map(|(_, effect)| *effect).collect::<Vec<_>>(), effects, "{entries:?}");
        }
    }

    #[test]
    fn whose_part_is_of_which_kind() {
        use Kind::Feature;
        use Kind::Other;
        use Kind::Run;
        // Of a commit that is `run`: what is not credited of A's part, of B's and of nobody's. A share is one of a feature.
        for (entries, kinds) in [
            (&["paydown a"][..], [Run, Run, Run]),
            (&["40% a"], [Feature, Run, Run]),
            (&["40%"], [Run, Run, Run]),
            (&["feature"], [Feature, Feature, Feature]),
            (&["other", "40% a"], [Feature, Other, Other]),
            (&["40% a", "other"], [Other, Other, Other]),
        ] {
            let entries: Vec<Stated> = (0..).zip(entries).map(|(number, written)| stated(number, written)).collect();
            let policy = policy(&["a: ann@x.example 50", "b: ann@x.example 50"]);
            let item = but(work(&policy, 1, "2026-01-05", 1, &["ann@x.example"], Run), |counted| {
                relabel(counted, &entries, &policy);
            });
            let Reading::Counted(counted) = item.reading else { panic!("{item:?}") };
            assert_eq!([Some(A), Some(B), None].map(|team| counted.rest_kind_of(team)), kinds, "{entries:?}");
            assert_eq!(counted.former_rest_kind(), Run);
        }
    }
}
