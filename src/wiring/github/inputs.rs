//! What a workflow or an action is told by the one that calls it.

use crate::config::document::Yaml;
use crate::finding::Location;

/// An `if:`.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    /// As it is written.
    pub(super) text: String,
    /// The same with what is known of `inputs` in their place.
    pub(super) meant: String,
    /// Where.
    pub(super) at: Location,
}

/// The `inputs` of which it is known what they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Inputs(Vec<(String, String)>);

impl Inputs {
    /// Those that are declared, as the caller says, or else by their default.
    pub(super) fn of(declared: Option<&Yaml>, with: Option<&Yaml>) -> Self {
        let said = |name: &str, default: Option<&Yaml>| {
            let value = with.and_then(|with| with.get(name)).or(default)?.text()?;
            // An expression may be anything.
            (!value.contains("${{") && !value.contains('\'')).then(|| (name.to_owned(), value.to_owned()))
        };
        let declared = declared.map(Yaml::entries).unwrap_or_default();
        Self(declared.iter().filter_map(|entry| said(&entry.key, entry.value.get("default"))).collect())
    }

    /// The `if:` of a step or a job.
    pub(super) fn condition(&self, of: &Yaml) -> Option<Condition> {
        let entry = of.entry("if")?;
        let text = entry.value.text().unwrap_or_default();
        Some(Condition { text: text.to_owned(), meant: self.resolved(text), at: entry.at.clone() })
    }

    fn resolved(&self, text: &str) -> String {
        let (mut resolved, mut rest) = (String::new(), text);
        while let Some((before, behind)) = rest.split_once("inputs.") {
            let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
            let end = behind.find(|char| !is_name(char)).unwrap_or(behind.len());
            let (name, after) = behind.split_at_checked(end).unwrap_or((behind, ""));
            let known = self.0.iter().find(|(known, _)| known == name);
            // `github.event.inputs.x` is something else.
            let known = known.filter(|_| !before.ends_with(['.', '_']) && !before.ends_with(char::is_alphanumeric));
            resolved.push_str(before);
            match known {
                Some((_, value)) => resolved.push_str(&format!("'{value}'")),
                None => resolved.push_str(&format!("inputs.{name}")),
            }
            rest = after;
        }
        resolved + rest
    }
}
