//! Proofs as bytes, and back: what was found in a commit's content is kept for later runs.

use serde::Deserialize;
use serde::Serialize;

use crate::facts::Age;
use crate::facts::Grade;
use crate::facts::Ground;
use crate::facts::Proof;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::repo::Conclusion;

const GRADES: [Grade; 5] = [Grade::None, Grade::OldCode, Grade::Suppression, Grade::Marker, Grade::NamedDebt];

#[derive(Serialize, Deserialize)]
struct Written<'w> {
    grade: &'w str,
    #[serde(borrow)]
    grounds: Vec<(&'w [u8], &'w str)>,
    is_age_known: bool,
}

impl Conclusion for Proof {
    const WHAT: &'static str = "proof";

    fn to_bytes(&self) -> Option<Vec<u8>> {
        let grounds = self.grounds.iter().map(|ground| (ground.path.as_bytes(), ground.what.expose()));
        let is_age_known = self.age == Age::Known;
        postcard::to_allocvec(&Written { grade: self.grade.name(), grounds: grounds.collect(), is_age_known }).ok()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let written: Written<'_> = postcard::from_bytes(bytes).ok()?;
        let ground = |(path, what)| Ground { path: RepoPath::new(path), what: Untrusted::new(what) };
        Some(Self {
            grade: GRADES.into_iter().find(|grade| grade.name() == written.grade)?,
            grounds: written.grounds.into_iter().map(ground).collect(),
            age: if written.is_age_known { Age::Known } else { Age::Unknown },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for grade in GRADES {
            for (age, grounds) in [(Age::Known, vec![(b"a/\xff".as_slice(), "TODO x")]), (Age::Unknown, Vec::new())] {
                let ground = |(path, what)| Ground { path: RepoPath::new(path), what: Untrusted::new(what) };
                let proof = Proof { grade, grounds: grounds.into_iter().map(ground).collect(), age };
                let bytes = proof.to_bytes().unwrap();
                assert_eq!(Proof::from_bytes(&bytes).unwrap(), proof);
                assert_eq!(Proof::from_bytes(&bytes[..bytes.len() - 1]), None);
            }
        }
    }
}
