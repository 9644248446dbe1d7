//! What landings did to markers, and what stands in directories, as bytes and back: kept for later runs.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::facts::RepoPath;
use crate::marker::brief::Words;
use crate::marker::flow::Step;
use crate::marker::flow::Steps;
use crate::marker::flow::Stock;
use crate::repo::Conclusion;

#[derive(Serialize, Deserialize)]
enum WrittenStep {
    Put(Option<[u8; 16]>),
    Taken(Option<[u8; 16]>),
    TakenWithFile(Option<[u8; 16]>),
    Edited,
    Moved,
}

impl Conclusion for Steps {
    const WHAT: &'static str = "marker steps";

    fn to_bytes(&self) -> Option<Vec<u8>> {
        let bytes = |words: Option<Words>| words.map(|words| *words.as_bytes());
        let written = self.0.iter().map(|(path, step)| {
            let step = match step {
                Step::Put(words) => WrittenStep::Put(bytes(*words)),
                Step::Taken(words) => WrittenStep::Taken(bytes(*words)),
                Step::TakenWithFile(words) => WrittenStep::TakenWithFile(bytes(*words)),
                Step::Edited => WrittenStep::Edited,
                Step::Moved => WrittenStep::Moved,
            };
            (path.as_bytes(), step)
        });
        postcard::to_allocvec(&written.collect::<Vec<_>>()).ok()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let written: Vec<(&[u8], WrittenStep)> = postcard::from_bytes(bytes).ok()?;
        let words = |bytes: Option<[u8; 16]>| bytes.map(Words::from_bytes);
        let steps = written.into_iter().map(|(path, step)| {
            let step = match step {
                WrittenStep::Put(bytes) => Step::Put(words(bytes)),
                WrittenStep::Taken(bytes) => Step::Taken(words(bytes)),
                WrittenStep::TakenWithFile(bytes) => Step::TakenWithFile(words(bytes)),
                WrittenStep::Edited => Step::Edited,
                WrittenStep::Moved => Step::Moved,
            };
            (RepoPath::new(path), step)
        });
        Some(Self(steps.collect()))
    }
}

impl Conclusion for Stock {
    const WHAT: &'static str = "marker stock";

    fn to_bytes(&self) -> Option<Vec<u8>> {
        let written: Vec<([u8; 16], u64)> =
            self.standing.iter().map(|(words, count)| (*words.as_bytes(), *count)).collect();
        postcard::to_allocvec(&written).ok()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let written: Vec<([u8; 16], u64)> = postcard::from_bytes(bytes).ok()?;
        let standing: BTreeMap<Words, u64> =
            written.into_iter().map(|(words, count)| (Words::from_bytes(words), count)).collect();
        Some(Self { standing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let words = |number| Some(Words::from_bytes([number; 16]));
        let steps = [
            Step::Put(words(1)),
            Step::Put(None),
            Step::Taken(words(2)),
            Step::TakenWithFile(None),
            Step::Edited,
            Step::Moved,
        ];
        let steps = Steps(steps.into_iter().map(|step| (RepoPath::new(b"a/\xff".as_slice()), step)).collect());
        let bytes = steps.to_bytes().unwrap();
        assert_eq!(Steps::from_bytes(&bytes), Some(steps));
        assert_eq!(Steps::from_bytes(&bytes[..bytes.len() - 1]), None);
        let mut stock = Stock::default();
        stock.put(words(1));
        stock.put(words(1));
        stock.put(words(9));
        let bytes = stock.to_bytes().unwrap();
        assert_eq!(Stock::from_bytes(&bytes), Some(stock));
        assert_eq!(Stock::from_bytes(&bytes[..bytes.len() - 1]), None);
    }
}
