//! The page of each code: what it means, why it matters, an example, how to mend it, and what configures it.

use crate::finding::Code;

/// The sections of every page, in their order.
pub const SECTIONS: [&str; 5] = ["What it means", "Why it matters", "Example", "How to fix it", "Configuration"];

/// The page of all errors in a policy.
pub const POLICY_ERRORS: &str = include_str!("../../docs/errors/policy.md");
/// The page of all errors in reading a repository.
pub const REPOSITORY_ERRORS: &str = include_str!("../../docs/errors/repository.md");
/// The page of all other errors: a row for each, or for a few that are alike.
pub const RUN_ERRORS: &str = include_str!("../../docs/errors/run.md");

/// The page of a code, in Markdown.
#[must_use]
pub const fn page(code: Code) -> &'static str {
    match code {
        Code::AllocationShort => include_str!("../../docs/findings/allocation-short.md"),
        Code::NotEnoughWork => include_str!("../../docs/findings/not-enough-work.md"),
        Code::DefaultPolicy => include_str!("../../docs/findings/default-policy.md"),
        Code::ContradictingLabels => include_str!("../../docs/findings/contradicting-labels.md"),
        Code::ShareUnreadable => include_str!("../../docs/findings/share-unreadable.md"),
        Code::MalformedCommit => include_str!("../../docs/findings/malformed-commit.md"),
        Code::MeasuresDisagree => include_str!("../../docs/findings/measures-disagree.md"),
        Code::MostlyUnlabelled => include_str!("../../docs/findings/mostly-unlabelled.md"),
        Code::UnmatchedEntry => include_str!("../../docs/findings/unmatched-entry.md"),
        Code::CreditUndone => include_str!("../../docs/findings/credit-undone.md"),
        Code::CreditWithoutChange => include_str!("../../docs/findings/credit-without-change.md"),
        Code::CreditMassChange => include_str!("../../docs/findings/credit-mass-change.md"),
        Code::UnprovenAuthor => include_str!("../../docs/findings/unproven-author.md"),
        Code::HistoryOverridden => include_str!("../../docs/findings/history-overridden.md"),
        Code::PolicyChanged => include_str!("../../docs/findings/policy-changed.md"),
        Code::PolicyLoosened => include_str!("../../docs/findings/policy-loosened.md"),
        Code::PolicyUnusable => include_str!("../../docs/findings/policy-unusable.md"),
        Code::PolicyTightened => include_str!("../../docs/findings/policy-tightened.md"),
        Code::BelowOrgPolicy => include_str!("../../docs/findings/below-org-policy.md"),
        Code::PolicyProposed => include_str!("../../docs/findings/policy-proposed.md"),
        Code::AllocationWaived => include_str!("../../docs/findings/allocation-waived.md"),
        Code::WaiverExpired => include_str!("../../docs/findings/waiver-expired.md"),
        Code::WaiverTooLong => include_str!("../../docs/findings/waiver-too-long.md"),
        Code::PolicyUnowned => include_str!("../../docs/findings/policy-unowned.md"),
        Code::SignersUnreadable => include_str!("../../docs/findings/signers-unreadable.md"),
        Code::LabelMissing => include_str!("../../docs/findings/label-missing.md"),
        Code::ExemptChange => include_str!("../../docs/findings/exempt-change.md"),
        Code::RequestNotUsed => include_str!("../../docs/findings/request-not-used.md"),
        Code::MarkerWithoutTicket => include_str!("../../docs/findings/marker-without-ticket.md"),
        Code::MarkerWithoutOwner => include_str!("../../docs/findings/marker-without-owner.md"),
        Code::MarkerWithoutDue => include_str!("../../docs/findings/marker-without-due.md"),
        Code::MarkerWithoutEstimate => include_str!("../../docs/findings/marker-without-estimate.md"),
        Code::MarkerOwnerUnknown => include_str!("../../docs/findings/marker-owner-unknown.md"),
        Code::MarkerMalformed => include_str!("../../docs/findings/marker-malformed.md"),
        Code::MarkerExpired => include_str!("../../docs/findings/marker-expired.md"),
        Code::MarkerStale => include_str!("../../docs/findings/marker-stale.md"),
        Code::MarkerBudget => include_str!("../../docs/findings/marker-budget.md"),
        Code::MarkerFlowRising => include_str!("../../docs/findings/marker-flow-rising.md"),
        Code::MarkerDenied => include_str!("../../docs/findings/marker-denied.md"),
        Code::UnusedSuppression => include_str!("../../docs/findings/unused-suppression.md"),
        Code::RelabelEdited => include_str!("../../docs/findings/relabel-edited.md"),
        Code::RelabelAdded => include_str!("../../docs/findings/relabel-added.md"),
        Code::GateMissing => include_str!("../../docs/findings/gate-missing.md"),
        Code::GateIgnored => include_str!("../../docs/findings/gate-ignored.md"),
        Code::GateSkipped => include_str!("../../docs/findings/gate-skipped.md"),
        Code::GateEventMissing => include_str!("../../docs/findings/gate-event-missing.md"),
        Code::GatePrivileged => include_str!("../../docs/findings/gate-privileged.md"),
        Code::GateSelfJudged => include_str!("../../docs/findings/gate-self-judged.md"),
        Code::GateAnyBase => include_str!("../../docs/findings/gate-any-base.md"),
        Code::GateShallow => include_str!("../../docs/findings/gate-shallow.md"),
        Code::GateUnpinned => include_str!("../../docs/findings/gate-unpinned.md"),
        Code::GateCache => include_str!("../../docs/findings/gate-cache.md"),
        Code::GateUnowned => include_str!("../../docs/findings/gate-unowned.md"),
        Code::GateUnenforced => include_str!("../../docs/findings/gate-unenforced.md"),
        Code::GateUnreadable => include_str!("../../docs/findings/gate-unreadable.md"),
        Code::CloneIncomplete => include_str!("../../docs/findings/clone-incomplete.md"),
    }
}

/// The page of the code of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static str> {
    Code::ALL.into_iter().find(|code| code.name() == name).map(page)
}

/// What a page says of its code in one sentence.
#[must_use]
pub fn in_a_sentence(page: &str) -> String {
    let paragraph = page.split("\n\n").nth(1).unwrap_or_default().replace('\n', " ");
    // No abbreviation stands in a first sentence, but the name of a file may.
    paragraph.split_inclusive(". ").next().unwrap_or_default().trim_end().trim_end_matches('.').to_owned()
}

/// The errors of [`RUN_ERRORS`], with what each means.
pub fn run_errors() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = RUN_ERRORS.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once(" | "));
    rows.flat_map(|(codes, meaning)| codes.split(", ").map(move |code| (code.trim_matches('`'), meaning)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_title_and_sections() {
        let errors = [
            ("Errors in a policy", POLICY_ERRORS),
            ("Errors in reading a repository", REPOSITORY_ERRORS),
            ("Errors in a run", RUN_ERRORS),
        ];
        for (code, page) in Code::ALL.map(|code| (code.name(), page(code))).into_iter().chain(errors) {
            assert!(page.starts_with(&format!("# {code}\n\n")), "{code}");
            let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert_eq!(sections, SECTIONS, "{code}");
            for line in page.lines() {
                assert!(line.chars().count() <= 125, "{code}: {line}");
            }
        }
    }

    #[test]
    fn a_list_takes_a_sentence_of_each_page() {
        for (code, page) in Code::ALL.map(|code| (code, page(code))) {
            let sentence = in_a_sentence(page);
            assert!((20..=120).contains(&sentence.chars().count()) && !sentence.contains('\n'), "{code}: {sentence}");
        }
        assert!(run_errors().any(|(code, _)| code == "bad-glob"));
        assert!(run_errors().all(|(code, meaning)| !code.contains('`') && meaning.len() > 10));
    }
}
