#!/usr/bin/env bash
# The step of the action: gets the program, gives it what was typed, and tells the workflow how it ended. What it judges,
# and by what, is the program's own business. Inputs come as INPUT_*, and are never read as code.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# Nothing is written into the repository, and no other step's files are met.
work="$(mktemp -d "${RUNNER_TEMP:-/tmp}/debtlint.XXXXXX")"

# One line into the log that becomes an annotation. Texts are our own, or escaped.
annotate() { # level, text
    local text="${2//'%'/%25}"
    text="${text//$'\r'/%0D}"
    printf '::%s title=debtlint::%s\n' "$1" "${text//$'\n'/%0A}"
}

output() { # name, an enum or a path of our own
    printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/null}"
}

# What was typed is wrong.
refuse() { # text
    annotate error "$1"
    output standing refused
    exit 2
}

cannot() { # text
    annotate error "$1"
    output standing not-judged
    exit 3
}

case "$INPUT_FAIL_ON" in short | never) ;; *) refuse "fail-on is \`short\` or \`never\`, not \`$INPUT_FAIL_ON\`" ;; esac
case "$INPUT_ACCEPT_OWNER" in true | false) ;; *) refuse "accept-owner is \`true\` or \`false\`, not \`$INPUT_ACCEPT_OWNER\`" ;; esac
case "$INPUT_DEEPEN" in true | false) ;; *) refuse "deepen is \`true\` or \`false\`, not \`$INPUT_DEEPEN\`" ;; esac

# --- The program ---

# A release archive: its checksum stands in the action's own tree, so that who pins the action pins the program.
archived() {
    local target archive sum
    case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) target=x86_64-unknown-linux-musl ;;
    Linux-aarch64) target=aarch64-unknown-linux-musl ;;
    Darwin-x86_64) target=x86_64-apple-darwin ;;
    Darwin-arm64) target=aarch64-apple-darwin ;;
    *) return 1 ;;
    esac
    read -r sum archive < <(grep -E "^[0-9a-f]{64}  debtlint-[0-9.]+-$target\.tar\.gz\$" "$here/checksums.txt" || true) || true
    [ -n "${archive:-}" ] || return 1
    local version="${archive#debtlint-}"
    version="${version%-"$target".tar.gz}"
    [ -n "${ACTION_REPOSITORY:-}" ] || return 1
    local from="${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/v$version/$archive"
    curl --fail --silent --show-error --location --proto '=https' --output "$work/$archive" "$from" ||
        cannot "the release archive $archive could not be fetched"
    (cd "$work" && printf '%s  %s\n' "$sum" "$archive" | sha256sum --check --status 2>/dev/null) ||
        (cd "$work" && printf '%s  %s\n' "$sum" "$archive" | shasum -a 256 --check --status 2>/dev/null) ||
        cannot "the release archive $archive is not the one that the action knows: its checksum is another"
    tar -xzf "$work/$archive" -C "$work"
    program="$(find "$work" -type f -name debtlint | head -n 1)"
    [ -n "$program" ]
}

built() {
    command -v cargo >/dev/null ||
        cannot "the action knows no release archive for this platform, and there is no cargo to build debtlint with; install debtlint and give \`version: path\`"
    echo "debtlint is built from the action's own source"
    # From there, so that no configuration of the judged repository's takes part.
    (cd "$here/.." && cargo build --release --locked --bin debtlint --target-dir "$work/target") ||
        cannot "debtlint could not be built from the action's own source"
    program="$work/target/release/debtlint"
}

program=
case "$INPUT_VERSION" in
path)
    program="$(command -v debtlint)" || cannot "there is no debtlint on PATH; \`version: path\` takes it from there"
    ;;
source) built ;;
auto) archived || built ;;
*) refuse "version is \`auto\`, \`path\` or \`source\`, not \`$INPUT_VERSION\`: which release it is, is fixed by the commit of the action" ;;
esac

# --- What is judged ---

arguments=(check)
option() { # name, value: an option that was not typed is left out
    if [ -n "$2" ]; then arguments+=("$1=$2"); fi
}
each() { # name, lines
    local line
    while IFS= read -r line; do
        line="${line%$'\r'}"
        option "$1" "$line"
    done <<<"$2"
}
if [ -n "$INPUT_BASE" ]; then
    [ -z "$INPUT_EXPECT_BASE" ] || refuse "expect-base is about the event; with base it is known what the change is for"
    option --base "$INPUT_BASE"
else
    arguments+=(--event)
    option --expect-base "$INPUT_EXPECT_BASE"
fi
if [ "$INPUT_ACCEPT_OWNER" = true ]; then arguments+=(--accept-owner); fi
option --pr-labels "$INPUT_PR_LABELS"
option --config "$INPUT_CONFIG"
option --org-policy "$INPUT_ORG_POLICY"
each --team "$INPUT_TEAM"
each --output "$INPUT_OUTPUT"
option --format "$INPUT_FORMAT"
report="$work/debtlint.json" sarif="$work/debtlint.sarif" html="$work/debtlint.html" summary="$work/debtlint.md"
arguments+=(--output "json=$report" --output "sarif=$sarif" --output "markdown=$summary")
# One from PATH may be older than the format.
case "$("$program" check --help 2>/dev/null || true)" in
*html*) arguments+=(--output "html=$html") ;;
esac
arguments+=(-- "$INPUT_PATH")

# Judges. Nothing of an attempt before it is left.
judge() {
    rm -f "$report" "$sarif" "$html" "$summary"
    status=0
    "$program" "${arguments[@]}" || status=$?
}

# --- History that is not there ---

# git refuses a checkout of another user's as well.
own=()
if [ "$INPUT_ACCEPT_OWNER" = true ]; then own=(-c "safe.directory=*"); fi
in_checkout() {
    git ${own[@]+"${own[@]}"} -C "$INPUT_PATH" "$@"
}

is_shallow() {
    [ "$(in_checkout rev-parse --is-shallow-repository 2>/dev/null || true)" = true ]
}

# Of all branches, and of what is checked out, which may be on none of them: a fork's. Without credentials it fails at once,
# and asks nobody for a password.
fetch() { # how
    local head
    head="$(in_checkout rev-parse --verify HEAD)" || return 1
    GIT_TERMINAL_PROMPT=0 in_checkout fetch --quiet --no-tags "$@" origin '+refs/heads/*:refs/remotes/origin/*' "$head"
}

is_partial() {
    [ -n "$(in_checkout config --get-regexp '^(remote\..*\.promisor|extensions\.partialclone)$' 2>/dev/null || true)" ]
}

# Half a year holds the usual window, and what a change needs of the time before. git ends with 128 ("no commits selected")
# where nothing is as young as that; where it is not enough, or the server knows no dates, all is fetched.
since() {
    date -u -d '26 weeks ago' +%F 2>/dev/null || date -u -v-26w +%F
}

judge
# Files first: what a partial clone left out is fetched with all of its history that is there. Older gits know no `--refetch`
# (2.36), and a server may refuse: then the history is tried all the same, and the program says what is missing.
if [ "$status" -eq 3 ] && [ "$INPUT_DEEPEN" = true ] && is_partial; then
    echo "the clone is partial: fetching what was left out"
    if fetch --refetch --no-filter; then
        judge
    else
        annotate warning "what the partial clone left out could not be fetched: drop \`filter:\` from the checkout step, or leave it its credentials"
    fi
fi
if [ "$status" -eq 3 ] && [ "$INPUT_DEEPEN" = true ] && is_shallow; then
    echo "the clone is shallow: fetching more of its history"
    if fetch "--shallow-since=$(since)"; then
        judge
    else
        echo "no history by date; fetching all of it"
    fi
    if [ "$status" -eq 3 ] && is_shallow; then
        # By date git lists cuts behind older ones, which it then does not get, wherever something older was merged, and refuses
        # to go on ("error in object: unshallow"). This takes them off the list, and no object away.
        in_checkout prune --expire=never || true
        if fetch --unshallow; then
            judge
        else
            annotate warning "the history could not be fetched: give the checkout step \`fetch-depth: 0\`, or leave it its credentials"
        fi
    fi
fi

# --- How it ended ---

existing() { # name, path
    if [ -f "$2" ]; then output "$1" "$2"; else output "$1" ""; fi
}
existing report "$report"
existing sarif "$sarif"
existing html "$html"
existing summary "$summary"

case "$status" in
0) output standing passed ;;
1) output standing failed ;;
2)
    annotate error "what was typed, or the policy, is wrong: the log of this step says what"
    output standing refused
    ;;
*)
    annotate error "could not judge: the log of this step says why and what helps"
    output standing not-judged
    [ "$status" -eq 3 ] || status=3
    ;;
esac
if [ "$status" -eq 1 ] && [ "$INPUT_FAIL_ON" = never ]; then
    annotate warning "what was found fails the check, and not this step: \`fail-on: never\`"
    exit 0
fi
exit "$status"
