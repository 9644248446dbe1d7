//! Where facts are kept from one run to the next.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

use crate::cli::error::CliError;
use crate::cli::outputs::variable;
use crate::cli::settings::FactsKept;
use crate::cli::settings::Settings;
use crate::repo::Repository;

/// The repository with the facts that are kept of it.
pub(super) fn with_facts(repository: Repository, settings: &Settings) -> Result<Repository, CliError> {
    match &settings.facts {
        FactsKept::Nowhere => Ok(repository),
        FactsKept::In(folder) => {
            let folder = std::path::absolute(folder).unwrap_or_else(|_unclear| folder.clone());
            if repository.holds(&folder) {
                return Err(CliError::CacheInRepository { folder });
            }
            Ok(repository.with_facts_kept_in(&folder))
        }
        // Nobody asked for it, so that nothing is said where it cannot be.
        FactsKept::InUsersCache => match users_cache() {
            Some(folder) if !repository.holds(&folder) => Ok(repository.with_facts_kept_in(&folder)),
            _ => Ok(repository),
        },
    }
}

/// Keeps what a run found out for the next one; says why not where that was asked for. No report depends on it, so that it
/// fails no run.
pub(super) fn keep(repository: &Repository, settings: &Settings) -> Option<String> {
    let kept = repository.keep_facts();
    // Nobody asked for the user's own folder.
    let FactsKept::In(folder) = &settings.facts else { return None };
    let reason = match kept {
        Ok(()) => return None,
        Err(_taken) if folder.exists() && !folder.is_dir() => "it is no folder".to_owned(),
        Err(error) => error.to_string(),
    };
    Some(format!("facts cannot be kept in {}: {reason}", folder.display()))
}

/// Our folder in the user's cache. On a build machine there is none: who runs there may be somebody else each time,
/// and what one leaves behind must not reach the next unless somebody arranged it so.
fn users_cache() -> Option<PathBuf> {
    if variable("CI").is_some_and(|value| value != "false" && value != "0") {
        return None;
    }
    let cache = etcetera::choose_base_strategy().ok()?.cache_dir();
    cache.is_absolute().then(|| cache.join("debtlint"))
}
