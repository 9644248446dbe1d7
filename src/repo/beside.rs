//! Work on the threads that share it, for those who know nothing of threads.

use rayon::prelude::*;

/// Does something on a thread that shares the work, once one is idle.
pub fn beside(work: impl FnOnce() + Send + 'static) {
    rayon::spawn(work);
}

/// Does two things that do not need each other, at once where a thread is idle.
pub fn both<A: Send, B: Send>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(first, second)
}

/// Does something with each of some things, in any order; what comes of it is in theirs.
pub fn each<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    things.par_iter().map(&work).collect()
}
