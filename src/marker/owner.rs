//! Whether an owner that a marker names is somebody whom the policy knows.

use std::collections::BTreeSet;

use crate::policy::Policy;

/// Everybody whom a policy knows, in lower case: people by their addresses, what stands before the `@` in them, and
/// their names; teams by their names and their owners in CODEOWNERS.
#[derive(Debug)]
pub(super) struct Known<'p> {
    policy: &'p Policy,
    names: BTreeSet<String>,
}

impl<'p> Known<'p> {
    /// `None` for a policy that knows nobody: there everybody is as good as another.
    pub(super) fn of(policy: &'p Policy) -> Option<Self> {
        if policy.everyone().is_some() {
            return None;
        }
        let mut names = BTreeSet::new();
        for person in &policy.roster.people {
            names.insert(person.name.to_lowercase());
            for address in &person.addresses {
                names.insert(address.clone());
                names.extend(handle(address));
            }
        }
        for team in &policy.teams {
            names.insert(team.name.to_lowercase());
            names.extend(team.codeowners.iter().map(|(owner, _)| bare(owner)));
            names.extend(team.lead.iter().flat_map(|lead| [Some(lead.to_lowercase()), handle(lead)]).flatten());
        }
        Some(Self { policy, names })
    }

    pub(super) fn knows(&self, owner: &str) -> bool {
        let owner = bare(owner);
        let team = || owner.rsplit_once('/').is_some_and(|(_, team)| self.policy_has_team(team));
        self.names.contains(&owner) || team() || (owner.contains('@') && self.policy.roster.find(&owner).is_some())
    }

    fn policy_has_team(&self, name: &str) -> bool {
        self.policy.teams.iter().any(|team| team.name.to_lowercase() == name)
    }
}

fn bare(owner: &str) -> String {
    owner.strip_prefix('@').unwrap_or(owner).to_lowercase()
}

/// What stands before the `@`; of GitHub's `1234+ada@users.noreply.github.com` what stands after the `+`.
fn handle(address: &str) -> Option<String> {
    let (local, host) = address.split_once('@')?;
    let local = match local.split_once('+') {
        Some((_, login)) if host.eq_ignore_ascii_case("users.noreply.github.com") => login,
        _ => local,
    };
    Some(local.to_lowercase())
}
