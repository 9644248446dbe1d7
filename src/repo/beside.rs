//! Work for idle threads, so that callers need not know how threads are run.

use rayon::prelude::*;

/// Starts some work, which is done once a thread is idle.
pub fn beside(work: impl FnOnce() + Send + 'static) {
    rayon::spawn(work);
}

/// Does two independent things, at the same time where a thread is idle.
pub fn both<A: Send, B: Send>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(first, second)
}

/// Does the same work for each of some things, in any order; the results are in the order of the things.
pub fn each<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    things.par_iter().map(&work).collect()
}
