//! The repository: bytes become facts.
