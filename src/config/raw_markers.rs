//! What a policy says of markers, as it is written: a part of [`raw`](super::raw).

use std::borrow::Cow;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;

use crate::config::error::Problems;
use crate::config::node::Node;
use crate::config::node::Value;
use crate::config::read::At;
use crate::config::read::Keys;
use crate::config::read::Mapping;
use crate::config::read::Named;
use crate::config::read::Need;
use crate::config::read::OneOrMany;
use crate::config::read::Read;
use crate::config::read::mapping_schema;
use crate::config::read::schema_name;
use crate::config::read::value_of;
use crate::config::read::written;
use crate::config::read::wrong_type;
use crate::config::values::Days;
use crate::config::values::Glob;
use crate::config::values::MarkerTag;
use crate::config::values::People;
use crate::config::values::Switch;
use crate::config::values::TeamName;
use crate::config::values::Text;
use crate::config::values::Window;
use crate::policy::Required;
use crate::policy::RuleLevel;
use crate::policy::TextPattern;

written! {
    /// What is agreed about markers.
    Markers, "`markers`" {
        /// The tags to look for, instead of TODO, FIXME, HACK, XXX and DEBT: a word each, or a mapping that says more.
        Optional "tags" tags: Vec<At<TagEntry>>,
        /// Regular expressions for tickets in brackets, beside `#12`, `TD-12` and URLs.
        Optional "tickets" tickets: Vec<At<TextPattern>>,
        /// Whether Markdown and plain text are searched as a whole.
        Optional "prose" prose: Switch,
        /// How grave each finding about markers is.
        Optional "rules" rules: MarkerRules,
        /// Markers older than this are stale: `52w`, `365d`.
        Optional "stale-after" stale_after: Window,
        /// What teams may have at most, by their names.
        Optional "budgets" budgets: Named<TeamName, Budget>,
        /// Languages beside the shipped ones, or instead of them, by their names.
        Optional "languages" languages: Named<Text, LanguageEntry>,
    }
}

written! {
    /// A tag, and what a marker with it must have. With nothing required, a marker of the tag is itself the finding
    /// (`marker-denied`).
    TagRule, "a tag", most 200 {
        /// The tag as it stands in comments.
        Required "tag" tag: MarkerTag,
        /// Whether `todo` is as good as `TODO`.
        Optional "any-case" any_case: Switch,
        /// How grave it is when something is missing, or when there is such a marker at all.
        Optional "level" level: RuleLevel,
        /// What a marker must have.
        Optional "requires" requires: OneOrMany<Required>,
        /// A marker whose text one of these regular expressions fits is let through.
        Optional "allow" allow: OneOrMany<TextPattern>,
        /// Where it holds, as globs over the whole path.
        Optional "paths" paths: OneOrMany<Glob>,
    }
}

written! {
    /// How grave each finding about markers is: `off`, `warn` or `error`.
    MarkerRules, "`rules`" {
        /// A marker names no ticket.
        Optional "marker-without-ticket" without_ticket: RuleLevel,
        /// A marker names no owner.
        Optional "marker-without-owner" without_owner: RuleLevel,
        /// A marker names no due date.
        Optional "marker-without-due" without_due: RuleLevel,
        /// A marker names no estimate.
        Optional "marker-without-estimate" without_estimate: RuleLevel,
        /// A marker's owner is on no roster, and no team.
        Optional "marker-owner-unknown" owner_unknown: RuleLevel,
        /// A part of the brackets after a tag cannot be understood.
        Optional "marker-malformed" malformed: RuleLevel,
        /// A marker's due date has passed; an error only for markers of the judged change, or with --strict-dates.
        Optional "marker-expired" expired: RuleLevel,
        /// A marker is older than `stale-after`.
        Optional "marker-stale" stale: RuleLevel,
        /// A team is over its budget.
        Optional "marker-budget" budget: RuleLevel,
        /// A `debtlint:ignore` suppresses nothing, or says no reason.
        Optional "unused-suppression" unused_suppression: RuleLevel,
    }
}

written! {
    /// What a team may have at most.
    Budget, "a budget" {
        /// So many markers.
        Optional "markers" markers: People,
        /// So many days that its markers are old together.
        Optional "marker-days" marker_days: Days,
    }
}

written! {
    /// How a language writes comments and strings.
    LanguageEntry, "a language" {
        /// A shipped language that it is like, but for what stands here.
        Optional "like" like: Text,
        /// Its extensions, without the dot.
        Optional "extensions" extensions: OneOrMany<Text>,
        /// Whole names of files; `*` stands for any rest.
        Optional "file-names" file_names: OneOrMany<Text>,
        /// Programs in a first line that begins with `#!`.
        Optional "interpreters" interpreters: OneOrMany<Text>,
        /// What a comment to the end of the line begins with.
        Optional "line" line: OneOrMany<Text>,
        /// What a comment of many lines begins and ends with: `{ "(*": "*)" }`.
        Optional "block" block: Named<Text, Text>,
        /// What a string of one line begins and ends with; a backslash escapes.
        Optional "quotes" quotes: OneOrMany<Text>,
    }
}

/// A tag, written either way.
#[derive(Debug)]
pub(super) enum TagEntry {
    Tag(MarkerTag),
    Rule(Box<TagRule>),
}

impl Read for TagEntry {
    const WHAT: &'static str = "a tag such as `TODO`, or a mapping with `tag`";
    const MOST: usize = 200;

    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match node.value {
            Value::Map(_) => Some(Self::Rule(Box::new(TagRule::read(node, problems)?))),
            Value::Text { .. } => Some(Self::Tag(MarkerTag::read(node, problems)?)),
            _ => wrong_type(node, Self::WHAT, problems),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let (tag, rule) = (<MarkerTag as Read>::schema(generator), <TagRule as Read>::schema(generator));
        schemars::json_schema!({ "anyOf": [tag, rule] })
    }
}
