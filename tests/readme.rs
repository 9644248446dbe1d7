//! The console blocks of README and docs are true.
