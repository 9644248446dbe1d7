//! Enforcement, waivers and the sponsor's proof.

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::Problems;
use crate::config::error::nearest;
use crate::config::error::quoted;
use crate::config::raw;
use crate::config::read::At;
use crate::config::values::CodeOwner;
use crate::policy::BasisPoints;
use crate::policy::RelabelCap;
use crate::policy::Safeguards;
use crate::policy::SponsorProof;
use crate::policy::Team;
use crate::policy::TeamId;
use crate::policy::Waiver;

/// What a policy says of them.
#[derive(Default)]
pub(super) struct Written {
    enforce: Option<At<raw::Enforce>>,
    waivers: Option<At<Vec<At<raw::WaiverEntry>>>>,
    proof: Option<At<SponsorProof>>,
    handle: Option<At<CodeOwner>>,
    relabel_cap: Option<At<BasisPoints>>,
}

impl Written {
    pub(super) fn take(file: &mut raw::File) -> Self {
        Self {
            enforce: file.enforce.take(),
            waivers: file.waivers.take(),
            proof: file.sponsor_proof.take(),
            handle: file.sponsor_handle.take(),
            relabel_cap: file.relabel_cap.take(),
        }
    }
}

pub(super) fn safeguards(
    written: Written,
    sponsor: Option<&str>,
    teams: &[Team],
    problems: &mut Problems,
) -> Safeguards {
    let waivers = written.waivers.into_iter().flat_map(|waivers| waivers.value);
    Safeguards {
        enforcement: written.enforce.map(|enforce| enforce.value.0).unwrap_or_default(),
        waivers: waivers.filter_map(|entry| waiver(entry, sponsor, teams, problems)).collect(),
        proof: written.proof.map(|proof| proof.value).unwrap_or_default(),
        sponsor_handle: written.handle.map(|handle| handle.value.0),
        relabel_cap: written.relabel_cap.map(|cap| RelabelCap(cap.value)).unwrap_or_default(),
    }
}

/// `None` when it misses something, which is reported.
fn waiver(
    entry: At<raw::WaiverEntry>,
    sponsor: Option<&str>,
    teams: &[Team],
    problems: &mut Problems,
) -> Option<Waiver> {
    let entry = entry.value;
    let (team, approved) = (entry.team?, entry.approved_by?);
    let id = teams.iter().position(|known| known.name == team.value.0).map(TeamId);
    if id.is_none() {
        let problem = Problem::new(Fault::UnknownName, format!("there is no team {}", quoted(&team.value.0)));
        let names = || teams.iter().map(|team| team.name.as_str());
        let help = match nearest(&team.value.0, names()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("there are {}", names().map(quoted).collect::<Vec<_>>().join(", ")),
        };
        problems.push(problem.at_place(&team.at).help(help));
    }
    let by = &approved.value.0;
    if sponsor.is_none_or(|sponsor| !sponsor.eq_ignore_ascii_case(by)) {
        let message = format!("{} is not the sponsor, who alone may waive an allocation", quoted(by));
        let help = match sponsor {
            Some(sponsor) => format!("ask {} to approve it, and to land it", quoted(sponsor)),
            None => "name the `sponsor` of the policy first".to_owned(),
        };
        problems.push(Problem::new(Fault::WaiverUnapproved, message).at_place(&approved.at).help(help));
    }
    let until = entry.until?;
    Some(Waiver { team: id?, until: until.value, until_at: until.at, reason: entry.reason?.value.0 })
}
