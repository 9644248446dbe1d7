//! What a judgement reads like: reports made by hand, told in every format.

mod fixtures;
mod formats;
mod json;
mod text;
