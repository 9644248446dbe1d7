//! Work that nobody waits for.

/// Does something on a thread that shares the work, once one is idle.
pub fn beside(work: impl FnOnce() + Send + 'static) {
    rayon::spawn(work);
}
