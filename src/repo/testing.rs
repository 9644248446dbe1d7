//! Repositories for tests.
