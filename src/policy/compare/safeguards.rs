//! What holds an agreement up: enforcement, waivers, and the sponsor's proof.

use crate::policy::Enforcement;
use crate::policy::Policy;
use crate::policy::Safeguards;
use crate::policy::Waiver;

use super::Difference;
use super::Direction;
use super::Pair;
use super::Side;
use super::scalars::lower_is_tighter;
use super::scalars::side;

pub(super) fn compare(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    let (base, head) = (pair.base, pair.head);
    let Safeguards { enforcement, waivers, proof, sponsor_handle, relabel_cap } = &base.safeguards;
    if let Some(direction) = lower_is_tighter(*enforcement, head.safeguards.enforcement) {
        let told = |policy: &Policy| side(policy, &["enforce"], enforced(policy.safeguards.enforcement));
        let found = Difference::new("when the policy is enforced", "enforce", direction);
        all.push(found.base(told(base)).head(told(head)));
    }
    if let Some(direction) = lower_is_tighter(*proof, head.safeguards.proof) {
        let told = |policy: &Policy| side(policy, &["sponsor-proof"], policy.safeguards.proof.name().to_owned());
        let found = Difference::new("the proof that a loosening is the sponsor's", "sponsor-proof", direction);
        all.push(found.base(told(base)).head(told(head)));
    }
    if *sponsor_handle != head.safeguards.sponsor_handle {
        let told = |policy: &Policy| {
            let handle = policy.safeguards.sponsor_handle.clone();
            handle.map(|handle| side(policy, &["sponsor-handle"], handle))
        };
        let found = Difference::new("the sponsor's name in CODEOWNERS", "sponsor-handle", Direction::Looser);
        let (base, head) = (told(base), told(head));
        all.push(Difference { base, head, ..found.because("this changes whose review counts") });
    }
    if let Some(direction) = lower_is_tighter(*relabel_cap, head.safeguards.relabel_cap) {
        let told = |policy: &Policy| side(policy, &["relabel-cap"], policy.safeguards.relabel_cap.0.to_string());
        let found = Difference::new("the part of a team's credit that relabels may bring", "relabel-cap", direction);
        all.push(found.base(told(base)).head(told(head)));
    }
    compare_waivers(pair, waivers, all);
}

/// Each waiver that the other side lacks. One that was only shortened counts as a new one: a waiver that ends too far
/// ahead does not hold, and a nearer end would make it.
fn compare_waivers(pair: &Pair<'_>, waivers: &[Waiver], all: &mut Vec<Difference>) {
    let proposed = &pair.head.safeguards.waivers;
    let is_in = |waiver: &Waiver, own: &Policy, others: &[Waiver], other: &Policy| {
        let same = |one: &&Waiver| one.until == waiver.until && team(other, one) == team(own, waiver);
        others.iter().any(|one| same(&one))
    };
    let difference = |waiver: &Waiver, policy: &Policy, direction| {
        let name = team(policy, waiver).to_owned();
        let until = waiver.until.date();
        let found = Difference::new(format!("the waiver of {name}"), format!("waivers.{name}.{until}"), direction);
        (found.of_team(&name), Side::at(format!("until {until}"), &waiver.until_at))
    };
    for waiver in waivers.iter().filter(|waiver| !is_in(waiver, pair.base, proposed, pair.head)) {
        let (found, told) = difference(waiver, pair.base, Direction::Tighter);
        all.push(found.base(told));
    }
    for waiver in proposed.iter().filter(|waiver| !is_in(waiver, pair.head, waivers, pair.base)) {
        let (found, told) = difference(waiver, pair.head, Direction::Looser);
        all.push(found.head(told));
    }
}

fn team<'p>(policy: &'p Policy, waiver: &Waiver) -> &'p str {
    policy.team(waiver.team).map_or("", |team| &team.name)
}

fn enforced(enforcement: Enforcement) -> String {
    match enforcement {
        Enforcement::Always => "always".to_owned(),
        Enforcement::From(day) => format!("from {} on", day.date()),
        Enforcement::Never => "never".to_owned(),
    }
}
