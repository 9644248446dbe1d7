//! What objects stand on at last: read in that order, what many of them stand on is unpacked once.

use foldhash::HashMap;

use crate::repo::pack::Packs;
use crate::repo::pack::Start;
use crate::repo::pack::entry;
use crate::repo::pack::entry::Base;

/// One thread's search.
pub(in crate::repo) struct Roots<'p> {
    packs: &'p Packs,
    /// By the pack's number and where a delta starts.
    known: HashMap<(usize, u64), u64>,
    chain: Vec<u64>,
}

impl<'p> Roots<'p> {
    pub(super) fn new(packs: &'p Packs) -> Self {
        Self { packs, known: HashMap::default(), chain: Vec::new() }
    }

    /// Completes a start. Where something is wrong the search ends: that is said when the object is read.
    pub(in crate::repo) fn complete(&mut self, start: &mut Start) {
        self.chain.clear();
        let mut at = start.at;
        start.root = loop {
            if let Some(root) = self.known.get(&(start.pack, at)) {
                break *root;
            }
            let Some(base) = self.base(start.pack, at) else { break at };
            self.chain.push(at);
            at = base;
        };
        self.known.extend(self.chain.iter().map(|at| ((start.pack, *at), start.root)));
    }

    /// Where the object starts that another one is a delta upon; before that one, so that this comes to an end. Bases that
    /// are told by name are seldom, and not followed.
    fn base(&self, number: usize, at: u64) -> Option<u64> {
        let pack = self.packs.0.get(number)?;
        match entry::parse(pack.index.format, pack.from(at)).ok()?.base {
            Base::Behind(distance) => at.checked_sub(distance).filter(|base| *base < at),
            Base::None(_) | Base::Named(_) => None,
        }
    }
}
