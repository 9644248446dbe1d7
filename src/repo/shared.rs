//! What several threads use.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

/// What a lock guards. A thread that panicked under it ends the process, so that nobody sees what it left behind.
pub(super) fn locked<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Things of which each thread needs one at a time. Those that nobody uses at the moment are kept for the next who does.
#[derive(Debug)]
pub(super) struct Idle<T>(Mutex<Vec<T>>);

impl<T> Default for Idle<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Idle<T> {
    /// Does some work with one that nobody else uses meanwhile; it is made where none is idle.
    pub(super) fn with<D, E>(&self, make: impl FnOnce() -> Result<T, E>, work: impl FnOnce(&T) -> D) -> Result<D, E> {
        let idle = locked(&self.0).pop();
        let thing = match idle {
            Some(thing) => thing,
            None => make()?,
        };
        let done = work(&thing);
        locked(&self.0).push(thing);
        Ok(done)
    }
}
