//! What the program noticed on its way that is neither about commits nor about teams.

use crate::config;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::repo::Repository;
use crate::repo::Walk;
use crate::repo::proof::AllowedSigners;
use crate::repo::proof::BadSigner;
use crate::repo::trusted::Trusted;
use crate::report::figures;

pub(super) fn findings(
    repository: &Repository,
    walk: &Walk,
    policy: &Policy,
    trusted: Option<&Trusted>,
) -> Vec<Finding> {
    let mut all = Vec::new();
    if policy.source == PolicySource::Default {
        all.push(default_policy(repository));
    }
    all.extend(overridden(walk));
    all.extend(trusted.and_then(bad_revisions));
    all.extend(trusted.map(bad_signers).unwrap_or_default());
    all
}

fn default_policy(repository: &Repository) -> Finding {
    // Only asked whether it is there: the working tree does not decide.
    let uncommitted = config::CANDIDATES.into_iter().find(|path| repository.root().join(path).is_file());
    let help = match uncommitted {
        Some(path) => {
            format!(
                "{path} is in the working tree but not in the judged revision: commit it, or try it with `--config {path}`"
            )
        }
        None => "`debtlint init` drafts a `.debtlint.yml` from the history, to be agreed upon and committed".to_owned(),
    };
    let message = "the repository has no policy, so the built-in default judged it: one team, an allocation of 10%";
    Finding::new(Code::DefaultPolicy, Level::Note, message).help(help)
}

fn overridden(walk: &Walk) -> Option<Finding> {
    let count = |number: usize, one: &str, many: &str| (number > 0).then(|| figures::counted(number, one, many));
    let refs = count(walk.replaced.replace_refs, "replace ref", "replace refs");
    let grafts = count(walk.replaced.grafts, "graft", "grafts");
    let found: Vec<_> = refs.into_iter().chain(grafts).collect();
    (!found.is_empty()).then(|| {
        let message = format!("history was read as its commits tell it: {} not followed", found.join(" and "));
        let help = "`git replace --list` and `.git/info/grafts` show what git itself would follow";
        Finding::new(Code::HistoryOverridden, Level::Warning, message).help(help)
    })
}

fn bad_signers(trusted: &Trusted) -> Vec<Finding> {
    let told = |(path, bad): (&str, &[BadSigner])| {
        let BadSigner { line, reason } = bad.first()?;
        let is_openpgp = path == AllowedSigners::OPENPGP_PATH;
        let message = match (bad.len(), is_openpgp) {
            (1, false) => format!("line {line} of {path} cannot be used: {reason}"),
            (1, true) => format!("what begins in line {line} of {path} cannot be used: {reason}"),
            (many, false) => format!("{many} lines of {path} cannot be used; line {line}: {reason}"),
            (many, true) => format!("{many} keys of {path} cannot be used; the one in line {line}: {reason}"),
        };
        let help = if is_openpgp {
            "a key is what `gpg --armor --export ADDRESS` writes; a signature by any other key proves nothing"
        } else {
            "a line is an address, `namespaces=\"git\"`, and a key; a signature by any other key proves nothing"
        };
        Some(Finding::new(Code::SignersUnreadable, Level::Warning, message).help(help))
    };
    trusted.signers.iter().flat_map(AllowedSigners::bad_lines).filter_map(told).collect()
}

fn bad_revisions(trusted: &Trusted) -> Option<Finding> {
    let bad = trusted.bad_revision_lines.len();
    (bad > 0).then(|| {
        let lines = figures::counted(bad, "line of .git-blame-ignore-revs is", "lines of .git-blame-ignore-revs are");
        let message = format!("{lines} no full commit id");
        Finding::new(Code::UnmatchedEntry, Level::Warning, message)
            .help("write all hexadecimal digits of the id: `git rev-parse REVISION` prints them")
    })
}
