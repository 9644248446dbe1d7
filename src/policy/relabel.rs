//! The lead's hand: what a commit is, said after it has landed.

use crate::facts::ObjectId;
use crate::facts::Untrusted;
use crate::finding::Location;
use crate::policy::BasisPoints;
use crate::policy::Kind;

/// An entry of [`Relabel::PATH`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relabel {
    /// The commit that it is about.
    pub commit: ObjectId,
    /// What it is, or what the rest of it is.
    pub kind: Kind,
    /// The part that pays debt down.
    pub share: Option<BasisPoints>,
    /// Why.
    pub reason: Untrusted,
    /// Where it is written.
    pub at: Location,
}

/// The part of a team's credit that relabels may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelabelCap(pub BasisPoints);

impl Relabel {
    /// Where they are kept.
    pub const PATH: &str = ".debtlint/relabels.yml";

    /// The part of the commit that is credited as paydown.
    #[must_use]
    pub fn credit(&self) -> BasisPoints {
        let of_kind = if self.kind == Kind::Paydown { BasisPoints::WHOLE } else { BasisPoints::ZERO };
        self.share.unwrap_or(of_kind)
    }

    /// Whether another entry, written elsewhere, says the same.
    #[must_use]
    pub fn says_as(&self, other: &Self) -> bool {
        (self.commit, self.kind, self.share, &self.reason) == (other.commit, other.kind, other.share, &other.reason)
    }
}

impl Default for RelabelCap {
    fn default() -> Self {
        Self(BasisPoints::QUARTER)
    }
}
