//! Who carries a loosening: the sponsor, by his signature on the commits, or by the review that the host asks him for.

use std::collections::BTreeSet;

use crate::cli::tampered::Content;
use crate::cli::tampered::Tampered;
use crate::config;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::first_of;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::SponsorProof;
use crate::repo::RepoError;
use crate::repo::proof::AllowedSigners;
use crate::repo::trusted::CodeOwners;
use crate::repo::trusted::Trusted;

/// So many commits and files are named.
const NAMED: usize = 3;

/// What the base says of its sponsor.
pub(super) struct Sponsor<'a> {
    pub(super) policy: &'a Policy,
    pub(super) trusted: &'a Trusted,
    /// When the change lands: keys have to be valid then.
    pub(super) landing: UnixTime,
}

impl Sponsor<'_> {
    /// Settles what the sponsor carries of the loosenings that were found, and says what stands in the way of the rest.
    pub(super) fn carry(&self, tampered: &Tampered<'_>, findings: &mut Vec<Finding>) -> Result<(), RepoError> {
        let Some(sponsor) = self.policy.sponsor.as_deref() else { return Ok(()) };
        let unowned = self.unowned(tampered)?;
        if self.policy.safeguards.proof == SponsorProof::Review {
            findings.extend(owners_edited(tampered)?);
        }
        let is_loosening = |finding: &Finding| finding.code == Code::PolicyLoosened && finding.level == Level::Error;
        if findings.iter().any(is_loosening) {
            let missing = match self.policy.safeguards.proof {
                SponsorProof::Signature => self.unsigned(sponsor, tampered)?,
                SponsorProof::Review => {
                    let edited: Vec<String> = unowned.intersection(&tampered.paths).map(RepoPath::to_name).collect();
                    (!edited.is_empty())
                        .then(|| format!("CODEOWNERS does not give {} to the sponsor alone", listed(&edited)))
                }
            };
            for finding in findings.iter_mut().filter(|finding| is_loosening(finding)) {
                self.settle(finding, sponsor, missing.as_deref());
            }
        }
        if !unowned.is_empty() {
            let paths: Vec<String> = unowned.iter().map(RepoPath::to_name).collect();
            let (message, help) = match self.policy.safeguards.proof {
                SponsorProof::Review => (
                    format!("CODEOWNERS does not give {} to the sponsor alone", listed(&paths)),
                    "any other owner, or anybody if it has none, could loosen the policy without the sponsor",
                ),
                SponsorProof::Signature => (
                    format!("nobody owns {} in CODEOWNERS", listed(&paths)),
                    "a signature carries what loosens, but nobody is asked to look at an edit: give these files an owner",
                ),
            };
            findings.push(Finding::new(Code::PolicyUnowned, Level::Warning, message).help(help));
        }
        Ok(())
    }

    fn settle(&self, finding: &mut Finding, sponsor: &str, missing: Option<&str>) {
        let told = finding.message.expose();
        match (missing, self.policy.safeguards.proof) {
            (Some(missing), _) => {
                let help = format!("only the sponsor, {sponsor}, may loosen what the base protects, and {missing}");
                finding.help = Some(Untrusted::new(help));
            }
            (None, SponsorProof::Signature) => {
                finding.message = Untrusted::new(format!("{told}; the sponsor has signed it"));
                finding.help = None;
                finding.level = Level::Note;
            }
            (None, SponsorProof::Review) => {
                let help = format!(
                    "an approval of this change by {sponsor} says that the sponsor takes this protection back; \
                     nobody else's does"
                );
                finding.help = Some(Untrusted::new(help));
                finding.level = Level::Warning;
            }
        }
    }

    /// Why the commits that touch what decides do not prove to be the sponsor's; `None` when each of them does.
    fn unsigned(&self, sponsor: &str, tampered: &Tampered<'_>) -> Result<Option<String>, RepoError> {
        let Some(signers) = &self.trusted.signers else {
            return Ok(Some(format!(
                "the base has no {}, which lists the sponsor's keys",
                AllowedSigners::PATHS.join(" or ")
            )));
        };
        let commits = tampered.touching(&tampered.paths)?;
        if commits.is_empty() {
            return Ok(Some("no commit of the change says that it is the sponsor's".to_owned()));
        }
        let mut bad = Vec::new();
        for commit in commits {
            if let Err(why) = tampered.repository.proven(commit, sponsor, self.landing, signers)? {
                bad.push(format!("of {}: {why}", commit.short()));
            }
        }
        Ok((!bad.is_empty()).then(|| format!("the sponsor has not signed each commit of it; {}", listed(&bad))))
    }

    /// The files that decide, or that the change edits, which CODEOWNERS does not give to the sponsor alone; where signatures
    /// are the proof, those that it gives to nobody. Without a CODEOWNERS nobody is asked, and then nothing is said of that.
    fn unowned(&self, tampered: &Tampered<'_>) -> Result<BTreeSet<RepoPath>, RepoError> {
        let by_signature = self.policy.safeguards.proof == SponsorProof::Signature;
        if by_signature && self.trusted.codeowners.is_none() {
            return Ok(BTreeSet::new());
        }
        let mut paths: BTreeSet<RepoPath> = tampered.paths.clone();
        paths.extend(tampered.pipelines()?);
        if matches!(self.policy.source, PolicySource::Tree { .. }) {
            let texts = self.policy.texts.iter().map(|text| &*text.name);
            let texts = texts.filter(|name| !config::is_shipped(name));
            paths.extend(texts.map(RepoPath::from));
        }
        for path in CodeOwners::PATHS.into_iter().chain(AllowedSigners::PATHS) {
            if tampered.content(tampered.base, path)? != Content::Nothing {
                paths.insert(path.into());
            }
        }
        paths.retain(|path| if by_signature { !self.is_owned(path) } else { !self.owns_alone(path) });
        Ok(paths)
    }

    fn is_owned(&self, path: &RepoPath) -> bool {
        let owners = self.trusted.codeowners.as_ref().map(|owners| owners.owners(path));
        owners.is_some_and(|owners| !owners.is_empty())
    }

    fn owns_alone(&self, path: &RepoPath) -> bool {
        let names = self.policy.sponsor.iter().chain(&self.policy.safeguards.sponsor_handle);
        let names: Vec<&String> = names.collect();
        let owners = self.trusted.codeowners.as_ref().map(|owners| owners.reviewers(path));
        owners.is_some_and(|owners| {
            !owners.is_empty() && owners.iter().all(|owner| names.iter().any(|name| name.eq_ignore_ascii_case(owner)))
        })
    }
}

/// An edit of CODEOWNERS, where the sponsor's proof rests on it: later changes could ask somebody else.
fn owners_edited(tampered: &Tampered<'_>) -> Result<Vec<Finding>, RepoError> {
    let mut all = Vec::new();
    for path in CodeOwners::PATHS.map(RepoPath::from).iter().filter(|path| tampered.paths.contains(*path)) {
        let name = path.to_name();
        let message =
            format!("{name}: whose review is asked for, on which the sponsor's proof rests, may be another's");
        let commits = tampered.touching([path])?;
        all.push(Finding::new(Code::PolicyLoosened, Level::Error, message).of_commits(commits));
    }
    Ok(all)
}

fn listed(all: &[String]) -> String {
    first_of(all.iter(), NAMED)
}
