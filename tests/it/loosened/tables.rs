//! What is changed, one thing at a time, and what each change is.

/// A policy in which every key has a value that can be loosened.
pub(super) const RICH: &str = "\
version: 1
description: rich
extends: [conventional-commits, bots]
sponsor: cto@example.com
window: 13w
effort: developer-weeks
attribution: roster
allocation: 20%
minimum-effort: { people: 2, developer-weeks: 2 }
fail-when: below
teams:
  payments:
    lead: lead@example.com
    allocation: 30%
    members:
      - ann@example.com
      - al@example.com
      - { name: Bob, emails: [bob@example.com, bob@old.example], part-time: 50%, from: 2026-01-01, until: 2026-12-31 }
      - '*@pay.example.com'
      - '*@bill.example.com'
    paths: [/pay/, /bill/, '!/bill/docs/']
    codeowners: ['@org/pay']
  search: { members: [cy@example.com, { emails: bob@example.com, part-time: 50% }], paths: [/search/] }
labels:
  - { id: new, scope: ui, kind: feature }
  - { id: words, type: [tidy, prune], kind: paydown }
  - { id: ticket, trailer: Refs, matches: '^DEBT-', kind: paydown }
  - { id: subject, subject: '^debt', kind: paydown }
  - { id: board, pull-request: debt, kind: paydown }
  - { id: who, author: x@example.com, kind: paydown }
  - { id: rest, scope: rest, kind: other }
  - { id: where, path: old/**, share: 30% }
  - { id: named, commit: 0123456789012345678901234567890123456789, kind: paydown }
  - { id: part, trailer: Part, share-from-value: true }
  - { id: sold, trailer: Sold, kind: feature }
  - { id: unsold, trailer: Sold, matches: '^no', kind: other }
exempt:
  - { id: robot, author: robot@example.com, reason: bot }
  - { id: import, commit: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, reason: import }
  - { id: texts, path: locale/**, reason: ignored-paths }
ignore: [vendor/**]
unproven-credit: 50%
marker-flow: not-rising
bot-paths: [i18n/**]
packs:
  - name: theirs
    labels: [{ id: theirs, scope: theirs, kind: feature }]
    exempt: [{ id: their-robot, author: robot@their.example, reason: bot }]
    ignore: [theirs/**]
    bot-paths: [their-texts/**]
enforce: { from: 2026-06-01 }
sponsor-proof: signature
sponsor-handle: '@org/cto'
relabel-cap: 20%
pull-request-labels: .debtlint/requests.ndjson
require-label: error
exempt-changes:
  - { id: fire, type: fire, reason: incident, at-most: 2 }
  - { id: scoped, scope: sec, reason: security }
  - { id: hole, trailer: Fixes, matches: '^CVE-', reason: security }
  - { id: board, pull-request: urgent, reason: incident }
markers:
  tags: [TODO, { tag: FIXME, any-case: true, level: error, requires: [owner, ticket], allow: 'RFC', paths: ['src/**'] }]
  tickets: ['^b/']
  prose: true
  rules:
    marker-without-ticket: error
    marker-without-owner: error
    marker-without-due: error
    marker-without-estimate: error
    marker-owner-unknown: error
    marker-malformed: error
    marker-expired: error
    marker-stale: error
    marker-budget: error
    unused-suppression: error
  stale-after: 52w
  budgets: { payments: { markers: 40, marker-days: 9000 } }
  languages:
    ours: { extensions: [our], file-names: [Ours], interpreters: [ours], line: ['%%'], block: { '{-': '-}' }, quotes: ['`'] }
    dialect: { like: c, extensions: [dia] }
";

/// A key of the schema, what stands there, and what would loosen it. Several lines for what can be loosened in several ways.
pub(super) const LOOSENED: &[(&str, &str, &str)] = &[
    ("extends", "extends: [conventional-commits, bots]", "extends: [conventional-commits, bots, gitmoji]"),
    ("extends", "extends: [conventional-commits, bots]", "extends: [bots]"),
    ("extends", "extends: [conventional-commits, bots]", "extends: [conventional-commits]"),
    ("sponsor", "sponsor: cto@example.com\n", ""),
    ("sponsor", "sponsor: cto@example.com", "sponsor: ann@example.com"),
    ("window", "window: 13w", "window: 1w"),
    ("window", "window: 13w", "window: 52w"),
    ("effort", "effort: developer-weeks", "effort: commits"),
    ("attribution", "attribution: roster", "attribution: paths"),
    ("allocation", "\nallocation: 20%", "\nallocation: 19.99%"),
    ("allocation", "\nallocation: 20%", ""),
    ("minimum-effort.people", "people: 2", "people: 3"),
    ("minimum-effort.developer-weeks", "developer-weeks: 2 ", "developer-weeks: 2.01 "),
    ("unproven-credit", "unproven-credit: 50%", "unproven-credit: 51%"),
    ("unproven-credit", "unproven-credit: 50%\n", ""),
    ("marker-flow", "marker-flow: not-rising", "marker-flow: any"),
    ("marker-flow", "marker-flow: not-rising\n", ""),
    ("fail-when", "fail-when: below", "fail-when: clearly-below"),
    ("teams", "  search: {", "  seek: {"),
    ("teams.*.lead", "lead: lead@example.com", "lead: ann@example.com"),
    ("teams.*.lead", "    lead: lead@example.com\n", ""),
    ("teams.*.allocation", "    allocation: 30%", "    allocation: 29%"),
    ("teams.*.allocation", "    allocation: 30%\n", ""),
    ("teams.*.members", "      - ann@example.com\n", ""),
    ("teams.*.members", "[cy@example.com,", "[cy@example.com, dee@example.com,"),
    ("teams.*.members", "      - '*@pay.example.com'\n", ""),
    ("teams.*.members", "- '*@pay.example.com'", "- '*@p?y.example.com'"),
    // For whoever is made up later.
    ("teams.*.members", "'*@bill.example.com'\n", "'*@bill.example.com'\n      - '*@ghosts.example'\n"),
    (
        "teams.*.members",
        "'*@pay.example.com'\n      - '*@bill.example.com'",
        "'*@bill.example.com'\n      - '*@pay.example.com'",
    ),
    // Of two persons one, whose week is worth one; and the other way round, below.
    (
        "teams.*.members.*.emails",
        "      - ann@example.com\n      - al@example.com\n",
        "      - emails: [ann@example.com, al@example.com]\n",
    ),
    // Those that a wildcard fits are persons each.
    (
        "teams.*.members.*.emails",
        "      - '*@pay.example.com'\n",
        "      - { emails: [dee@pay.example.com, eve@pay.example.com] }\n      - '*@pay.example.com'\n",
    ),
    ("teams.*.members.*.emails", "[bob@example.com, bob@old.example]", "[bob@example.com]"),
    ("teams.*.members.*.emails", "[bob@example.com, bob@old.example]", "[bob@example.com, bob@older.example]"),
    ("teams.*.members.*.part-time", "bob@old.example], part-time: 50%", "bob@old.example], part-time: 40%"),
    ("teams.*.members.*.part-time", "bob@example.com, part-time: 50%", "bob@example.com, part-time: 49%"),
    ("teams.*.members.*.from", "from: 2026-01-01", "from: 2026-02-01"),
    ("teams.*.members.*.from", "from: 2026-01-01, ", ""),
    ("teams.*.members.*.until", "until: 2026-12-31", "until: 2026-11-30"),
    ("teams.*.members.*.until", ", until: 2026-12-31", ""),
    ("teams.*.paths", "[/pay/, /bill/,", "[/pay/,"),
    ("teams.*.paths", "'!/bill/docs/'", "'!/bill/docs/', '!/pay/api/'"),
    ("teams.*.paths", "[/pay/, /bill/, '!/bill/docs/']", "[/pay/, '!/bill/docs/', /bill/]"),
    ("teams.*.paths", "paths: [/search/]", "paths: [/search/, /pay/]"),
    ("teams.*.paths", "[/pay/, /bill/, '!/bill/docs/']", "['!/bill/docs/', /pay/, /bill/, /refund/]"),
    ("teams.*.codeowners", "    codeowners: ['@org/pay']\n", ""),
    ("teams.*.codeowners", "['@org/pay']", "['@org/pay', '@org/search']"),
    ("labels", "  - { id: new, scope: ui, kind: feature }\n", ""),
    ("labels", "labels:\n", "labels:\n  - { id: more, type: feat, kind: paydown }\n"),
    ("labels", "labels:\n", "labels:\n  - { id: more, trailer: Bit, share-from-value: true }\n"),
    // Of two rules for a trailer the first says what it claims: by another one it claims nothing.
    ("labels", "labels:\n", "labels:\n  - { id: more, trailer: sold, matches: 'y', kind: other }\n"),
    // Also where a rule that was there is made into such a one.
    (
        "labels",
        "  - { id: subject, subject: '^debt', kind: paydown }\n",
        "  - { id: subject, trailer: sold, matches: 'y', kind: other }\n",
    ),
    // With it no commit lacks a label any more.
    ("labels", "labels:\n", "labels:\n  - { id: more, path: '**', kind: other }\n"),
    ("labels", "labels:\n", "labels:\n  - { id: more, subject: '.', kind: other }\n"),
    ("labels", "subject: '^debt', kind: paydown", "author: '*@*.com', kind: other"),
    (
        "labels",
        "  - { id: sold, trailer: Sold, kind: feature }\n  - { id: unsold, trailer: Sold, matches: '^no', kind: other }\n",
        "  - { id: unsold, trailer: Sold, matches: '^no', kind: other }\n  - { id: sold, trailer: Sold, kind: feature }\n",
    ),
    (
        "labels",
        "  - { id: new, scope: ui, kind: feature }\n  - { id: words, type: [tidy, prune], kind: paydown }\n",
        "  - { id: words, type: [tidy, prune], kind: paydown }\n  - { id: new, scope: ui, kind: feature }\n",
    ),
    ("labels.*.id", "id: new", "id: newer"),
    ("labels.*.id", "id: words", "id: more-words"),
    ("labels.*.type", "[tidy, prune]", "[tidy, prune, feat]"),
    ("labels.*.scope", "scope: ui", "scope: ux"),
    ("labels.*.trailer", "trailer: Refs", "trailer: Signed-off-by"),
    ("labels.*.matches", "'^DEBT-'", "'-'"),
    ("labels.*.matches", ", matches: '^DEBT-'", ""),
    ("labels.*.subject", "'^debt'", "'t'"),
    ("labels.*.pull-request", "pull-request: debt", "pull-request: 'd*'"),
    ("labels.*.author", "author: x@example.com", "author: '*@example.com'"),
    ("labels.*.path", "path: old/**", "path: [old/**, new/**]"),
    ("labels.*.commit", "0123456789012345678901234567890123456789", "1123456789012345678901234567890123456789"),
    ("labels.*.kind", "scope: ui, kind: feature", "scope: ui, kind: paydown"),
    ("labels.*.kind", "scope: ui, kind: feature", "scope: ui, kind: other"),
    ("labels.*.kind", "scope: rest, kind: other", "scope: rest, kind: paydown"),
    ("labels.*.share", "share: 30%", "share: 31%"),
    ("labels.*.share", "share: 30%", "kind: paydown"),
    ("labels.*.share-from-value", "share-from-value: true", "kind: paydown"),
    ("exempt", "exempt:\n", "exempt:\n  - { id: all, author: '*@example.com', reason: bot }\n"),
    ("exempt", "  - { id: texts, path: locale/**, reason: ignored-paths }\n", ""),
    ("exempt.*.id", "id: robot", "id: robots"),
    ("exempt.*.author", "author: robot@example.com", "author: '*bot@example.com'"),
    ("exempt.*.commit", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ("exempt.*.path", "path: locale/**", "path: '**'"),
    ("ignore", "[vendor/**]", "[vendor/**, src/**]"),
    ("ignore", "ignore: [vendor/**]\n", ""),
    ("bot-paths", "bot-paths: [i18n/**]", "bot-paths: [i18n/**, src/**]"),
    ("packs", "packs:\n", "packs:\n  - { name: more, ignore: [src/**] }\n"),
    ("packs.*.labels", "scope: theirs, kind: feature", "scope: theirs, kind: paydown"),
    ("packs.*.labels", "    labels: [{ id: theirs, scope: theirs, kind: feature }]\n", ""),
    ("packs.*.exempt", "robot@their.example", "'*@their.example'"),
    ("packs.*.ignore", "[theirs/**]", "[theirs/**, src/**]"),
    ("packs.*.bot-paths", "[their-texts/**]", "[their-texts/**, src/**]"),
    ("enforce", "enforce: { from: 2026-06-01 }", "enforce: false"),
    ("enforce.from", "from: 2026-06-01", "from: 2026-06-02"),
    ("sponsor-proof", "sponsor-proof: signature", "sponsor-proof: review"),
    ("relabel-cap", "relabel-cap: 20%", "relabel-cap: 20.01%"),
    ("relabel-cap", "relabel-cap: 20%\n", ""),
    ("sponsor-handle", "'@org/cto'", "'@org/dev'"),
    ("sponsor-handle", "sponsor-handle: '@org/cto'\n", ""),
    ("pull-request-labels", "pull-request-labels: .debtlint/requests.ndjson", "pull-request-labels: other.ndjson"),
    ("pull-request-labels", "pull-request-labels: .debtlint/requests.ndjson\n", ""),
    ("require-label", "require-label: error", "require-label: warn"),
    ("require-label", "require-label: error\n", ""),
    ("exempt-changes", "exempt-changes:\n", "exempt-changes:\n  - { id: more, type: hotfix, reason: incident }\n"),
    ("exempt-changes.*.id", "id: hole", "id: holes"),
    ("exempt-changes.*.type", "type: fire", "type: [fire, feat]"),
    ("exempt-changes.*.scope", "scope: sec,", "scope: [sec, ui],"),
    ("exempt-changes.*.trailer", "trailer: Fixes", "trailer: Refs"),
    ("exempt-changes.*.matches", ", matches: '^CVE-'", ""),
    ("exempt-changes.*.pull-request", "pull-request: urgent", "pull-request: 'u*'"),
    ("exempt-changes.*.at-most", "at-most: 2", "at-most: 3"),
    ("exempt-changes.*.at-most", ", at-most: 2", ""),
    ("waivers", "version: 1\n", WAIVED),
    ("waivers.*.team", "version: 1\n", WAIVED),
    ("waivers.*.until", "version: 1\n", WAIVED),
    // Of markers nothing is shown to be harmless: a difference is one.
    ("markers", "  prose: true\n", ""),
    ("markers.tags", "[TODO, {", "[{"),
    ("markers.tags.*.tag", "tag: FIXME", "tag: FIXED"),
    ("markers.tags.*.any-case", "any-case: true", "any-case: false"),
    ("markers.tags.*.level", "level: error,", "level: warn,"),
    ("markers.tags.*.requires", "[owner, ticket]", "[owner]"),
    ("markers.tags.*.allow", "allow: 'RFC'", "allow: '.'"),
    ("markers.tags.*.paths", "['src/**']", "['src/x/**']"),
    ("markers.tickets", "['^b/']", "['.']"),
    ("markers.prose", "prose: true", "prose: false"),
    ("markers.rules", "  rules:\n    marker-without-ticket: error\n", "  rules:\n"),
    ("markers.rules.marker-without-ticket", "marker-without-ticket: error", "marker-without-ticket: warn"),
    ("markers.rules.marker-without-owner", "marker-without-owner: error", "marker-without-owner: warn"),
    ("markers.rules.marker-without-due", "marker-without-due: error", "marker-without-due: warn"),
    ("markers.rules.marker-without-estimate", "marker-without-estimate: error", "marker-without-estimate: warn"),
    ("markers.rules.marker-owner-unknown", "marker-owner-unknown: error", "marker-owner-unknown: warn"),
    ("markers.rules.marker-malformed", "marker-malformed: error", "marker-malformed: warn"),
    ("markers.rules.marker-expired", "marker-expired: error", "marker-expired: warn"),
    ("markers.rules.marker-stale", "marker-stale: error", "marker-stale: warn"),
    ("markers.rules.marker-budget", "marker-budget: error", "marker-budget: warn"),
    ("markers.rules.unused-suppression", "unused-suppression: error", "unused-suppression: warn"),
    ("markers.stale-after", "stale-after: 52w", "stale-after: 53w"),
    ("markers.budgets", "{ payments: { markers: 40", "{ search: { markers: 40"),
    ("markers.budgets.*.markers", "markers: 40", "markers: 41"),
    ("markers.budgets.*.marker-days", "marker-days: 9000", "marker-days: 9001"),
    ("markers.languages", "    dialect: { like: c, extensions: [dia] }\n", ""),
    ("markers.languages.*.like", "like: c,", "like: lua,"),
    ("markers.languages.*.extensions", "[our]", "[us]"),
    ("markers.languages.*.file-names", "[Ours]", "[Us]"),
    ("markers.languages.*.interpreters", "interpreters: [ours]", "interpreters: [us]"),
    ("markers.languages.*.line", "line: ['%%']", "line: ['%%%']"),
    ("markers.languages.*.block", "'{-': '-}'", "'{-': '-}}'"),
    ("markers.languages.*.quotes", "quotes: ['`']", "quotes: ['~']"),
];

/// With a waiver; `tests/it/safeguards.rs` changes one.
const WAIVED: &str = "\
version: 1
waivers: [{ team: search, until: 2026-06-30, reason: a release, approved-by: cto@example.com }]
";

/// Keys that nothing is protected by. Who approves a waiver can only be the sponsor.
pub(super) const HARMLESS: [&str; 8] = [
    "version",
    "description",
    "packs.*.name",
    "teams.*.members.*.name",
    "exempt.*.reason",
    "exempt-changes.*.reason",
    "waivers.*.reason",
    "waivers.*.approved-by",
];
