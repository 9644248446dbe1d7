//! A policy as it is written: every value has the right form, nothing is compared with anything else yet.

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
use crate::config::values::Address;
use crate::config::values::AddressPattern;
use crate::config::values::AuthorPattern;
use crate::config::values::CodeOwner;
use crate::config::values::CommitScope;
use crate::config::values::CommitType;
use crate::config::values::Extended;
use crate::config::values::Glob;
use crate::config::values::Hundredths;
use crate::config::values::OwnedPath;
use crate::config::values::People;
use crate::config::values::PullRequestLabel;
use crate::config::values::RuleId;
use crate::config::values::TeamName;
use crate::config::values::Text;
use crate::config::values::TrailerKey;
use crate::config::values::TreePath;
use crate::config::values::True;
use crate::config::values::Version;
use crate::config::values::Window;
use crate::facts::Day;
use crate::facts::ObjectId;
use crate::finding::Level;
use crate::policy::Attribution;
use crate::policy::BasisPoints;
use crate::policy::ChangeReason;
use crate::policy::Enforcement;
use crate::policy::ExemptReason;
use crate::policy::FailWhen;
use crate::policy::Kind;
use crate::policy::MarkerFlow;
use crate::policy::Measure;
use crate::policy::Percent;
use crate::policy::SponsorProof;
use crate::policy::TextPattern;

pub(super) use crate::config::raw_markers::{LanguageEntry, MarkerRules, Markers, TagEntry};

written! {
    /// A policy of debtlint: which share of each team's work pays technical debt down, and how that is measured.
    /// A file that others extend has the same form, but only `version`, `description`, `extends`, `labels`,
    /// `exempt`, `ignore` and `bot-paths`.
    File, "a policy" {
        /// The version of this format: 1.
        Required "version" _version: Version,
        /// What the file is for, in one line.
        Optional "description" _description: Text,
        /// Whose rules follow after the file's own, in this order: shipped packs by name (`debtlint rules` lists them),
        /// or files of the repository as `./path/from/the/root.yml`. Without it a policy extends `default`; `[]` is nothing.
        Optional "extends" extends: Vec<At<Extended>>,
        /// Packs that are written out here: rules behind the file's own, and before those of what it extends.
        Optional "packs" packs: Vec<At<PackEntry>>,
        /// The e-mail address of who guards the allocation.
        Optional "sponsor" sponsor: Address,
        /// How the sponsor shows that a loosening of the policy is the sponsor's own: by a signature on the commits, or by a review.
        Optional "sponsor-proof" sponsor_proof: SponsorProof,
        /// The sponsor's name in CODEOWNERS, where that does not give the address.
        Optional "sponsor-handle" sponsor_handle: CodeOwner,
        /// Up to which part of a team's credit its lead may relabel commits in `.debtlint/relabels.yml`: 25% if not said.
        Optional "relabel-cap" relabel_cap: BasisPoints,
        /// Whether the policy decides the exit code: `false`, or the day from which on it does. Until then it is tried out.
        Optional "enforce" enforce: Enforce,
        /// Teams that need not meet their allocations for a time.
        Optional "waivers" waivers: Vec<At<WaiverEntry>>,
        /// The length of time that is judged, in weeks or days: `13w`, `90d`; at most five years.
        Optional "window" window: Window,
        /// What the share is a share of.
        Optional "effort" effort: Measure,
        /// Whether work belongs to the teams of those who did it (`roster`) or to those who own the changed paths (`paths`).
        Optional "attribution" attribution: Attribution,
        /// The share of the work that has to pay debt down, for every team that states none of its own.
        Optional "allocation" allocation: BasisPoints,
        /// Below this a team is not judged.
        Optional "minimum-effort" minimum_effort: MinimumEffort,
        /// Whether a team fails as soon as its share is below its allocation, or only when the share's 90 % interval is.
        Optional "fail-when" fail_when: FailWhen,
        /// The part that counts of the credit of a commit whose paydown label nothing in its change bears out; without
        /// it 100%. `debtlint explain COMMIT` shows what bears a label out.
        Optional "unproven-credit" unproven_credit: BasisPoints,
        /// The teams by their names. Without it there is one team, `everyone`.
        Optional "teams" teams: Named<TeamName, Team>,
        /// What the commits' own words, their authors and paths say about the kind of work; the first rule that matches wins.
        Optional "labels" labels: Vec<At<LabelRule>>,
        /// The file of the repository with the labels of landed pull requests, which `debtlint labels import` writes.
        Optional "pull-request-labels" pull_request_labels: TreePath,
        /// Whether it is a warning (`warn`) or an `error` when a commit of a change carries no label.
        Optional "require-label" require_label: Level,
        /// Changes that may land although their team is short, since they cannot wait. Their work counts all the same.
        Optional "exempt-changes" exempt_changes: Vec<At<ExemptChange>>,
        /// Which commits are left out of the measure.
        Optional "exempt" exempt: Vec<At<ExemptRule>>,
        /// Paths that are left out of the measure, as globs over the whole path; `**` crosses directories.
        Optional "ignore" ignore: Vec<At<Glob>>,
        /// What a commit of a change may touch and yet be left out by its author, whom nobody has proven: globs over the
        /// whole path. With `'**'` the names of authors are trusted.
        Optional "bot-paths" bot_paths: Vec<At<Glob>>,
        /// What is agreed about markers: tagged comments such as `TODO(@ada, TD-12): text`. Without it they are only listed.
        Optional "markers" markers: Markers,
        /// Whether a team may take more markers on in the window than it pays; with `not-rising` that fails.
        Optional "marker-flow" marker_flow: MarkerFlow,
    }
}

written! {
    /// A pack that is written out. Its rules are a pack's: a policy's own rule replaces and outranks them.
    PackEntry, "a pack", most 32 {
        /// How it is called: what `extends` would name.
        Required "name" _name: Text,
        /// As the policy's own.
        Optional "labels" labels: Vec<At<LabelRule>>,
        /// As the policy's own.
        Optional "exempt" exempt: Vec<At<ExemptRule>>,
        /// As the policy's own.
        Optional "ignore" ignore: Vec<At<Glob>>,
        /// As the policy's own.
        Optional "bot-paths" bot_paths: Vec<At<Glob>>,
    }
}

written! {
    /// What a commit is, said by the lead of its team after it has landed.
    RelabelEntry, "a relabel" {
        /// The commit.
        Required "commit" commit: ObjectId,
        /// What it is; with a `share`, what the rest of it is.
        Required "kind" kind: Kind,
        /// The part of it that pays debt down.
        Optional "share" share: BasisPoints,
        /// Why.
        Required "reason" reason: Text,
    }
}

written! {
    /// How much work a team must have done to be judged.
    MinimumEffort, "`minimum-effort`" {
        /// By how many people.
        Optional "people" people: People,
        /// How many developer-weeks, with at most two decimals.
        Optional "developer-weeks" developer_weeks: Hundredths,
    }
}

written! {
    /// That a team need not meet its allocation for a time. It is told as `waived`, and fails nothing.
    WaiverEntry, "a waiver", most 200 {
        /// The team.
        Required "team" team: TeamName,
        /// The last day: at most 13 weeks ahead of what is judged.
        Required "until" until: Day,
        /// Why.
        Required "reason" reason: Text,
        /// The sponsor's e-mail address: nobody else may waive.
        Required "approved-by" approved_by: Address,
    }
}

written! {
    /// Since when a policy decides the exit code.
    EnforceFrom, "`enforce`" {
        /// The first day on which it does, by the time that is judged.
        Required "from" from: Day,
    }
}

written! {
    /// A product team.
    Team, "a team" {
        /// The e-mail address of its engineering lead. Being the lead makes nobody a member.
        Optional "lead" lead: Address,
        /// The share of its work that has to pay debt down.
        Optional "allocation" allocation: BasisPoints,
        /// Who is in it: an e-mail address, or a mapping that says more.
        Optional "members" members: Vec<At<Member>>,
        /// What it builds and runs, in gitignore syntax.
        Optional "paths" paths: Vec<At<OwnedPath>>,
        /// The owners in CODEOWNERS that mean this team. Of a team that lists none, those that bear its name: `@any-organisation/name`.
        Optional "codeowners" codeowners: Vec<At<CodeOwner>>,
    }
}

written! {
    /// Someone of a team.
    MemberEntry, "a member" {
        /// How reports call the person.
        Optional "name" name: Text,
        /// The person's e-mail addresses; one with `*` or `?` stands for everyone whose address fits.
        Required "emails" emails: OneOrMany<AddressPattern>,
        /// The part of a full week that the team has of the person, in whole per cents.
        Optional "part-time" part_time: Percent,
        /// The first day in the team.
        Optional "from" from: Day,
        /// The last day in the team.
        Optional "until" until: Day,
    }
}

written! {
    /// A rule that recognises a label and says what it means. It has one source and one outcome.
    LabelRule, "a label rule", most 200,
    one of ["type" "scope" "trailer" "subject" "pull-request" "author" "path" "commit"],
    one of ["kind" "share" "share-from-value"] {
        /// Its name in reports; a policy's rule replaces that of the same id in a pack.
        Required "id" id: RuleId,
        /// The type of a conventional commit is one of these, without case.
        Optional "type" type_: OneOrMany<CommitType>,
        /// The scope of a conventional commit is one of these, without case.
        Optional "scope" scope: OneOrMany<CommitScope>,
        /// A trailer has this key, without case.
        Optional "trailer" trailer: TrailerKey,
        /// What the trailer's value must fit: a regular expression, found anywhere in it.
        Optional "matches" matches: TextPattern,
        /// The subject fits this regular expression, found anywhere in it.
        Optional "subject" subject: TextPattern,
        /// A label of the pull request is this, without case; `*` and `?` are wildcards.
        Optional "pull-request" pull_request: PullRequestLabel,
        /// The author's name or address is this, without case; `*` and `?` are wildcards.
        Optional "author" author: AuthorPattern,
        /// Every changed path that is not ignored fits one of these globs.
        Optional "path" path: OneOrMany<Glob>,
        /// The commit is one of these full ids.
        Optional "commit" commit: OneOrMany<ObjectId>,
        /// The commit is wholly of this kind.
        Optional "kind" kind: Kind,
        /// This part of the commit pays debt down; other labels decide the kind of the rest.
        Optional "share" share: BasisPoints,
        /// The trailer's value is that part: `Debt-Share: 30%`.
        Optional "share-from-value" share_from_value: True,
    }
}

written! {
    /// A rule that leaves commits out of the measure. Subjects cannot exempt: a change could write itself out.
    ExemptRule, "an exempt rule", most 200,
    one of ["author" "commit" "path"] {
        /// Its name in reports; a policy's rule replaces that of the same id in a pack.
        Required "id" id: RuleId,
        /// The author's name or address is this, without case; `*` and `?` are wildcards.
        Optional "author" author: AuthorPattern,
        /// The commit is one of these full ids.
        Optional "commit" commit: OneOrMany<ObjectId>,
        /// Every changed path fits one of these globs.
        Optional "path" path: OneOrMany<Glob>,
        /// Why.
        Required "reason" reason: ExemptReason,
    }
}

written! {
    /// A rule by which a change may land although its team is short. Each commit of the team's part must fit one.
    ExemptChange, "a rule of `exempt-changes`", most 20,
    one of ["type" "scope" "trailer" "pull-request"] {
        /// Its name in reports.
        Required "id" id: RuleId,
        /// The type of a conventional commit is one of these, without case.
        Optional "type" type_: OneOrMany<CommitType>,
        /// The scope of a conventional commit is one of these, without case.
        Optional "scope" scope: OneOrMany<CommitScope>,
        /// A trailer has this key, without case.
        Optional "trailer" trailer: TrailerKey,
        /// What the trailer's value must fit: a regular expression, found anywhere in it.
        Optional "matches" matches: TextPattern,
        /// A label of the pull request is this, without case; `*` and `?` are wildcards.
        Optional "pull-request" pull_request: PullRequestLabel,
        /// Why such a change cannot wait.
        Required "reason" reason: ChangeReason,
        /// How many landings of a window may use the rule; then it no longer lets any pass.
        Optional "at-most" at_most: People,
    }
}

impl File {
    /// Whether a policy has a key of that name.
    pub(super) fn knows(key: &str) -> bool {
        Self::KEYS.known.iter().any(|(known, ..)| *known == key)
    }
}

/// A member, written either way.
#[derive(Debug)]
pub(super) enum Member {
    Address(AddressPattern),
    Entry(Box<MemberEntry>),
}

/// Whether a policy decides, written either way.
#[derive(Debug)]
pub(super) struct Enforce(pub(super) Enforcement);

impl Read for Enforce {
    const WHAT: &'static str = "`true`, `false`, or a mapping with `from`";

    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match &node.value {
            Value::Map(_) => Some(Self(Enforcement::From(EnforceFrom::read(node, problems)?.from?.value))),
            Value::Text { text, quoted: false } if text == "true" => Some(Self(Enforcement::Always)),
            Value::Text { text, quoted: false } if text == "false" => Some(Self(Enforcement::Never)),
            _ => wrong_type(node, Self::WHAT, problems),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let from = <EnforceFrom as Read>::schema(generator);
        schemars::json_schema!({ "anyOf": [{ "type": "boolean" }, from] })
    }
}

impl Read for Member {
    const WHAT: &'static str = "an e-mail address, or a mapping with `emails`";

    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match node.value {
            Value::Map(_) => Some(Self::Entry(Box::new(MemberEntry::read(node, problems)?))),
            Value::Text { .. } => Some(Self::Address(AddressPattern::read(node, problems)?)),
            _ => wrong_type(node, Self::WHAT, problems),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let (address, entry) = (<AddressPattern as Read>::schema(generator), <MemberEntry as Read>::schema(generator));
        schemars::json_schema!({ "anyOf": [address, entry] })
    }
}
