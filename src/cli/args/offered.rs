//! Values with names that a shell offers when they are completed.

use std::ffi::OsStr;

use clap::Arg;
use clap::Command;
use clap::builder::PossibleValue;
use clap::builder::TypedValueParser;

/// Reads a value as another parser does, which says in words of its own what is wrong with one.
#[derive(Debug, Clone)]
pub(super) struct Offered<P> {
    pub(super) parser: P,
    pub(super) names: Vec<&'static str>,
}

impl<P: TypedValueParser> TypedValueParser for Offered<P> {
    type Value = P::Value;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<P::Value, clap::Error> {
        self.parser.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names.iter().map(|name| PossibleValue::new(*name))))
    }
}
