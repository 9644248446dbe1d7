//! What the repository layer makes of good, odd, forged and damaged repositories.

mod ahead;
mod files;
mod kept;
mod laws;
mod packing;
mod packs;
mod parser;
mod resolving;
mod roots;
mod sha256;
mod standing;
mod states;
mod storage;
mod trailers;
mod walks;
