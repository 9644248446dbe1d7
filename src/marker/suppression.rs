//! `debtlint:ignore marker-stale -- reason`: a finding that somebody answers for.

use std::ops::Range;

use crate::facts::Untrusted;
use crate::marker::item::Place;

/// What a suppression begins with.
pub(super) const SIGN: &str = "debtlint:ignore";

/// A comment that takes findings away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The codes, as written.
    pub codes: Vec<String>,
    /// Why; without a reason nothing is suppressed.
    pub reason: Option<Untrusted>,
    /// Where it stands.
    pub place: Place,
    /// Its bytes.
    pub span: Range<usize>,
    /// It holds for markers whose tag stands on these lines: those of its comment, and the one after.
    pub lines: Range<u32>,
}

/// The codes and the reason, out of what follows the sign.
pub(super) fn parse(text: &str) -> (Vec<String>, Option<Untrusted>) {
    let (codes, reason) = text.split_once("--").unwrap_or((text, ""));
    let codes = codes.split([',', ' ', '\t']).filter(|code| !code.is_empty()).map(str::to_owned).collect();
    let reason = reason.trim();
    (codes, (!reason.is_empty()).then(|| Untrusted::new(reason)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_reason() {
        for (text, codes, reason) in [
            (" marker-stale -- waits for v2 ", vec!["marker-stale"], Some("waits for v2")),
            (" marker-stale, marker-denied -- a -- b", vec!["marker-stale", "marker-denied"], Some("a -- b")),
            (" marker-stale", vec!["marker-stale"], None),
            (" marker-stale --", vec!["marker-stale"], None),
            ("", vec![], None),
        ] {
            let (found, why) = parse(text);
            assert_eq!(found, codes);
            assert_eq!(why.as_ref().map(Untrusted::expose), reason);
        }
    }
}
