//! The policy file and the packs: text becomes agreement.
//!
//! [`load`] reads a policy and everything that it extends, and either gives a [`Policy`] or says everything that is
//! wrong with it, at once. The steps, each a file: bytes become text, text a tree of values with their places,
//! the tree what was written (every value of the right form), and that what was agreed (the values go together).
//!
//! What a policy need not say comes from the pack `default`: it applies whole where there is no policy; its rules also
//! where a policy has no `extends` (`extends: []` is how to have none); its settings wherever a policy leaves them out.

pub mod document;
mod error;
mod languages;
mod node;
mod pack;
mod raw;
mod raw_markers;
mod read;
mod relabels;
mod remedy;
mod requests;
mod schema;
mod shipped;
mod show;
mod signs;
mod text;
mod validate;
mod values;

use std::sync::Arc;

use sha1::Digest as _;
use sha1::Sha1;

use crate::finding::Finding;
use crate::finding::Location;
use crate::policy::Attribution;
use crate::policy::Policy;
use crate::policy::PolicySource;

pub use error::{ConfigError, Fault, Problem, nearest};
pub use languages::{LanguagesError, languages, languages_from};
pub use pack::{Pack, is_shipped, pack, packs, read_ahead};
pub use relabels::{is_reason, relabel_entry, relabels};
pub use requests::{BadRequest, RequestLabels, requests, requests_file};
pub use schema::policy_schema;
pub use show::{PACK_LISTS, plain_or_quoted, show};
pub use signs::{SignsError, excluded, signs};

use read::At;
use read::Mapping as _;

/// Where a policy is looked for in a repository's root. Two of them at once are an error of the caller's to raise: the
/// one could shadow the other.
pub const CANDIDATES: [&str; 3] = [".debtlint.yml", ".debtlint.yaml", ".github/debtlint.yml"];

/// Gives the bytes of a file of the judged revision by its path from the repository's root, without `./`; `None` when
/// there is no such file. It must refuse symbolic links and submodules; its refusals are shown.
pub type ReadFile<'a> = dyn Fn(&str) -> Result<Option<Vec<u8>>, String> + 'a;

/// A policy file as it was found.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// What messages call it.
    pub name: Arc<str>,
    /// Its content.
    pub bytes: &'a [u8],
}

/// A policy that can be used.
#[derive(Debug)]
pub struct Loaded {
    /// What was agreed.
    pub policy: Policy,
    /// What was probably not meant.
    pub warnings: Vec<Finding>,
}

/// Reads a policy, or the default one.
///
/// `read` is asked for the files that `extends` names, at most 16.
///
/// # Errors
///
/// Everything that is wrong with the policy and the files that it extends.
pub fn load(source: Option<(PolicySource, Source<'_>)>, read: &ReadFile<'_>) -> Result<Loaded, ConfigError> {
    load_as(source, read, Role::Policy)
}

/// Reads a policy that is a floor under others: its teams need no members.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn load_floor(origin: PolicySource, source: Source<'_>, read: &ReadFile<'_>) -> Result<Loaded, ConfigError> {
    load_as(Some((origin, source)), read, Role::Floor)
}

/// What a policy is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// To judge by.
    Policy,
    /// To hold others against.
    Floor,
}

fn load_as(source: Option<(PolicySource, Source<'_>)>, read: &ReadFile<'_>, role: Role) -> Result<Loaded, ConfigError> {
    let mut problems = error::Problems::default();
    let default = pack::default();
    let (name, origin, own) = match source {
        None => (default.file.into(), PolicySource::Default, None),
        Some((origin, source)) => {
            let Some(mut own) = pack::read_file(&source, &mut problems) else {
                return Err(problems.into_error(&source.name));
            };
            if role == Role::Floor {
                // Nobody is judged by it: who is in its teams, the repositories say.
                let at = Location::start_of(&source.name);
                own.file.attribution.get_or_insert(At { value: Attribution::Paths, at });
            }
            (source.name, origin, Some(own))
        }
    };

    let mut follower = pack::Follower::new(read, &mut problems);
    match &own {
        // A list that cannot be read is reported; the default rules would only add noise.
        Some(own) if own.file.has("extends") => follower.follow_from(own),
        _ => follower.take(default, &[]),
    }
    let layers = follower.layers;
    let settings = default.read(&mut problems);
    let (policy, warnings) = validate::policy(origin, own, layers, settings, &mut problems);
    match policy {
        Some(policy) if problems.count() == 0 => Ok(Loaded { policy, warnings }),
        _ => Err(problems.into_error(&name)),
    }
}

/// A name for the shipped tables of languages and signs: another text, another name.
#[must_use]
pub fn tables_digest() -> [u8; 20] {
    let mut hash = Sha1::new();
    hash.update(languages::SHIPPED);
    hash.update([0]);
    hash.update(signs::SHIPPED);
    hash.finalize().into()
}
