//! Which kind a commit is, and which part of it is credited as paydown.

use std::collections::BTreeSet;

use crate::classify::Doubt;
use crate::classify::FoundLabel;
use crate::classify::label::Found;
use crate::classify::label::Voice;
use crate::policy::BasisPoints;
use crate::policy::Kind;

/// What the labels of a commit come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    /// The kind of what is not credited.
    pub(super) kind: Kind,
    /// The part that is credited as paydown.
    pub(super) credit: BasisPoints,
    /// The label that decided the kind; without one, the label that gave the share.
    pub(super) winner: Option<FoundLabel>,
    /// The others, in the order of the rules.
    pub(super) others: Vec<FoundLabel>,
    /// Whether labels contradict each other.
    pub(super) contradicts: bool,
    /// Why a share was not credited.
    pub(super) doubt: Option<Doubt>,
}

/// Decides. The labels are in the order of the rules; the first that gives a kind wins.
pub(super) fn decide(found: Vec<Found>) -> Decision {
    let (share, doubt) = match credited_share(&found) {
        Ok(share) => (share, None),
        Err(doubt) => (Some(BasisPoints::ZERO), Some(doubt)),
    };
    let first = found.iter().position(|one| kind_of(one).is_some());
    let contradiction = match (share, first) {
        // Whoever states the share has said how much of the commit is what.
        (Some(_), _) if doubt.is_none() => None,
        (_, Some(first)) => contradiction(&found, first),
        _ => None,
    };
    let decisive = contradiction.or(first);
    let kind = decisive.and_then(|place| found.get(place)).and_then(kind_of).unwrap_or(Kind::Unlabelled);
    let of_kind = if kind == Kind::Paydown { BasisPoints::WHOLE } else { BasisPoints::ZERO };
    let shown = decisive.or_else(|| found.iter().position(|one| one.share.is_some()));
    let (mut winner, mut others) = (None, Vec::new());
    for (place, one) in found.into_iter().enumerate() {
        if Some(place) == shown {
            winner = Some(one.label);
        } else {
            others.push(one.label);
        }
    }
    Decision { kind, credit: share.unwrap_or(of_kind), winner, others, contradicts: contradiction.is_some(), doubt }
}

const fn kind_of(found: &Found) -> Option<Kind> {
    found.label.outcome.kind()
}

/// The share that the labels give, if they give one.
fn credited_share(found: &[Found]) -> Result<Option<BasisPoints>, Doubt> {
    let Some(first) = found.iter().position(|one| one.share.is_some()) else { return Ok(None) };
    let (before, rest) = found.split_at(first);
    // A `commit` rule names this very commit: where it comes first, it settles the whole of it. Otherwise a share that
    // somebody wrote into a message would outlive the lead's correction.
    if before.iter().any(|one| one.label.source == "commit" && kind_of(one).is_some()) {
        return Ok(None);
    }
    let Some((first, later)) = rest.split_first() else { return Ok(None) };
    let share = first.share.transpose().map_err(|_no_percentage| Doubt::ShareUnreadable)?;
    if first.voice == Voice::Policy {
        return Ok(share);
    }
    for other in later.iter().filter(|one| one.voice == Voice::Words && one.label.rank == first.label.rank) {
        let Some(other) = other.share else { continue };
        let other = other.map_err(|_no_percentage| Doubt::ShareUnreadable)?;
        if Some(other) != share {
            return Err(Doubt::SharesDiffer);
        }
    }
    Ok(share)
}

/// The first label that claims something else than paydown, if the commit's words of the winner's rank claim both.
/// `other` claims nothing; and what the policy says about a commit settles the matter, it contradicts nobody. A trailer claims
/// what the first rule for it says: `Debt: no` is a denial, though a rule for any text fits it, too.
fn contradiction(found: &[Found], winner: usize) -> Option<usize> {
    let winner = found.get(winner).filter(|one| one.voice == Voice::Words)?;
    let mut told = BTreeSet::new();
    let (mut claims_paydown, mut else_claimed) = (false, None);
    for (place, one) in found.iter().enumerate() {
        let is_alike = one.voice == Voice::Words && one.label.rank == winner.label.rank;
        let Some(kind) = kind_of(one).filter(|_| is_alike) else { continue };
        // Looked up in what was told: a message has room for a hundred thousand trailers.
        if one.label.source == "trailer" && !told.insert(one.label.matched.expose()) {
            continue;
        }
        claims_paydown |= kind == Kind::Paydown;
        if matches!(kind, Kind::Feature | Kind::Run) {
            else_claimed = else_claimed.or(Some(place));
        }
    }
    else_claimed.filter(|_| claims_paydown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::label::NoPercentage;
    use crate::classify::sample::place;
    use crate::facts::Untrusted;
    use crate::policy::LabelOutcome;
    use crate::policy::Rank;

    /// `own` or `pack`, a source, and what it gives: a kind, `share=30` or `share=?`. Then the text, where two rules fit the same.
    fn label(written: &str) -> Found {
        let name = written;
        let (written, matched) = written.split_once(": ").unwrap_or((written, written));
        let parts: Vec<_> = written.split(' ').collect();
        let [rank, source, gives] = parts[..] else { panic!("{written}") };
        let source = ["type", "trailer", "author", "path", "commit"].into_iter().find(|one| *one == source).unwrap();
        let voice = if ["type", "trailer"].contains(&source) { Voice::Words } else { Voice::Policy };
        let (outcome, share) = match gives.strip_prefix("share=") {
            Some("?") => (LabelOutcome::ShareFromValue, Some(Err(NoPercentage))),
            Some(digits) => {
                let share = BasisPoints::parse_percentage(&format!("{digits}%")).unwrap();
                (LabelOutcome::ShareFromValue, Some(Ok(share)))
            }
            None => {
                let kind = Kind::ALL.into_iter().find(|kind| kind.name() == gives).unwrap();
                (LabelOutcome::Kind(kind), None)
            }
        };
        let rank = if rank == "own" { Rank::Own } else { Rank::Pack };
        let matched = Untrusted::new(matched);
        Found { label: FoundLabel { rule: name.into(), rank, source, matched, outcome, at: place() }, voice, share }
    }

    #[test]
    fn kinds_and_credits() {
        use Kind::Feature;
        use Kind::Other;
        use Kind::Paydown;
        use Kind::Run;
        use Kind::Unlabelled;
        let plain = (false, None);
        let contradicts = (true, None);
        let differ = (false, Some(Doubt::SharesDiffer));
        let unreadable = (false, Some(Doubt::ShareUnreadable));
        for (labels, kind, credit, winner, said) in [
            (&[][..], Unlabelled, 0, None, plain),
            (&["pack type paydown"], Paydown, 10_000, Some(0), plain),
            (&["pack type feature"], Feature, 0, Some(0), plain),
            // The policy's own rule goes before a pack's, and does not contradict it.
            (&["own trailer paydown", "pack type feature"], Paydown, 10_000, Some(0), plain),
            (&["own trailer feature", "pack type paydown"], Feature, 0, Some(0), plain),
            // Contradictions within one rank.
            (&["pack trailer paydown", "pack type feature"], Feature, 0, Some(1), contradicts),
            (&["pack type run", "pack trailer paydown"], Run, 0, Some(0), contradicts),
            (&["pack type other", "pack trailer paydown", "pack type run"], Run, 0, Some(2), contradicts),
            (&["own type other", "pack trailer paydown", "pack type run"], Other, 0, Some(0), plain),
            (&["pack trailer paydown", "pack type other"], Paydown, 10_000, Some(0), plain),
            (&["pack type feature", "pack type run"], Feature, 0, Some(0), plain),
            // Of two rules for the same trailer the first says what it claims.
            (&["pack trailer other: no", "pack trailer paydown: no", "pack type feature"], Other, 0, Some(0), plain),
            (&["pack trailer other: no", "pack trailer paydown: yes", "pack type run"], Run, 0, Some(2), contradicts),
            // What the policy says about a commit contradicts nobody.
            (&["pack path paydown", "pack type feature"], Paydown, 10_000, Some(0), plain),
            (&["own commit run", "own trailer paydown", "own type feature"], Run, 0, Some(0), plain),
            (&["pack trailer paydown", "pack author run"], Paydown, 10_000, Some(0), plain),
            // Shares.
            (&["pack trailer share=30"], Unlabelled, 3_000, Some(0), plain),
            (&["pack trailer share=30", "pack type feature"], Feature, 3_000, Some(1), plain),
            (&["pack type paydown", "pack trailer share=30"], Paydown, 3_000, Some(0), plain),
            (&["pack trailer share=30", "pack trailer share=30"], Unlabelled, 3_000, Some(0), plain),
            (&["pack trailer share=30", "pack trailer share=40", "pack type feature"], Feature, 0, Some(2), differ),
            (&["own trailer share=30", "pack trailer share=40"], Unlabelled, 3_000, Some(0), plain),
            (&["pack trailer share=?", "pack type paydown"], Paydown, 0, Some(1), unreadable),
            (&["pack trailer share=30", "pack trailer share=?"], Unlabelled, 0, Some(0), unreadable),
            (&["pack trailer share=0", "pack type paydown"], Paydown, 0, Some(1), plain),
            (&["pack trailer paydown", "pack trailer share=30", "pack type feature"], Paydown, 3_000, Some(0), plain),
            (&["pack path share=50", "pack trailer share=30"], Unlabelled, 5_000, Some(0), plain),
            // Who names the commit has the last word, if his rule comes first.
            (&["own commit other", "pack trailer share=90"], Other, 0, Some(0), plain),
            (&["own trailer share=90", "own commit other"], Other, 9_000, Some(1), plain),
        ] {
            let decision = decide(labels.iter().map(|written| label(written)).collect());
            let won = decision.winner.as_ref().map(|found| &*found.rule);
            assert_eq!(decision.kind, kind, "{labels:?}");
            assert_eq!(decision.credit.get(), credit, "{labels:?}");
            assert_eq!(won, winner.and_then(|place: usize| labels.get(place)).copied(), "{labels:?}");
            assert_eq!((decision.contradicts, decision.doubt), said, "{labels:?}");
            assert_eq!(decision.others.len() + usize::from(won.is_some()), labels.len(), "{labels:?}");
        }
    }

    /// Comparing each with every other would take hours.
    #[test]
    fn as_many_trailers_as_a_message_has_room_for() {
        let trailers = (0..100_000).map(|number| label(&format!("pack trailer paydown: {number}")));
        let decision = decide(trailers.chain([label("pack type feature")]).collect());
        assert!(decision.contradicts);
        assert_eq!((decision.kind, decision.others.len()), (Kind::Feature, 100_000));
    }
}
