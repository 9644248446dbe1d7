//! What can go wrong while a repository is read: each with its place, its reason and its remedy.

mod told;

use std::path::PathBuf;

use crate::facts::ObjectId;
use crate::repo::ObjectKind;
use crate::repo::resolve::NoParent;
pub(super) use told::shown;

/// The repository, or what was asked of it, cannot be read.
///
/// Texts in here that come from a repository were escaped when the error was made.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[non_exhaustive]
pub enum RepoError {
    /// There is no repository at a path or above it.
    #[error("no git repository at {} or above it", path.display())]
    #[diagnostic(
        code("repository-not-found"),
        help("name a directory inside a clone or a bare repository; in CI, check the repository out first")
    )]
    NotFound {
        /// Where the search began.
        path: PathBuf,
    },

    /// A file or a directory cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    #[diagnostic(
        code("repository-unreadable"),
        help("check that it exists, that this user may read all of it, and that no limit (`ulimit -a`) is too low")
    )]
    Unreadable {
        /// The file or the directory.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },

    /// A `.git` that is no repository.
    #[error("{} does not lead to a git repository: {reason}", path.display())]
    #[diagnostic(
        code("repository-broken-link"),
        help(
            "`git worktree repair` repairs a linked worktree that was moved, `git submodule update --init` a submodule; \
             or name the repository itself"
        )
    )]
    BrokenLink {
        /// The `.git` in question.
        path: PathBuf,
        /// Why.
        reason: String,
    },

    /// The repository belongs to another user.
    #[error("{} belongs to user {owner}, not to user {user} who runs this", path.display())]
    #[diagnostic(
        code("repository-foreign-owner"),
        help(
            "run again with `--accept-owner` if you trust its owner, or run as that owner; git's `safe.directory` is \
             not consulted because no user configuration is read"
        )
    )]
    ForeignOwner {
        /// What belongs to somebody else.
        path: PathBuf,
        /// Its owner's number.
        owner: u32,
        /// Our own number.
        user: u32,
    },

    /// The repository's configuration cannot be read.
    #[error("cannot read the configuration {}: {reason}", path.display())]
    #[diagnostic(code("repository-config"), help("`git config --file <that file> --list` shows where it is wrong"))]
    Config {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },

    /// A newer repository format.
    #[error("repository format version {version} is not supported")]
    #[diagnostic(
        code("repository-format-version"),
        help("versions 0 and 1 are; judge a fresh clone made by `git clone`")
    )]
    FormatVersion {
        /// `core.repositoryFormatVersion`
        version: String,
    },

    /// Objects are named by a hash that is not known here, or by SHA-256 in a repository that is too old for it.
    #[error(
        "the repository names its objects by `{format}`; only `sha1` is supported, and `sha256` in format version 1"
    )]
    #[diagnostic(code("repository-object-format"), help("judge a fresh clone made by `git clone`"))]
    ObjectFormat {
        /// `extensions.objectFormat`
        format: String,
    },

    /// References are kept in a way that is not known here.
    #[error("the repository keeps its references as `{storage}`; only `files` and `reftable` are supported")]
    #[diagnostic(
        code("repository-reference-format"),
        help(
            "run `git refs migrate --ref-format=files` in it, or judge a fresh clone made by `git clone --ref-format=files`"
        )
    )]
    ReferenceFormat {
        /// `extensions.refStorage`
        storage: String,
    },

    /// An extension that we do not know may mean anything.
    #[error("the repository uses the extension `{name}`, which is not supported")]
    #[diagnostic(
        code("repository-extension"),
        help("judge a fresh clone made by `git clone`, which does not carry it over")
    )]
    Extension {
        /// The key below `extensions`.
        name: String,
    },

    /// A name that was typed leads to nothing.
    #[error("there is no revision `{name}`")]
    #[diagnostic(
        code("repository-no-such-revision"),
        help(
            "`git for-each-ref` lists what there is; for a branch that was never fetched, run \
             `git fetch origin <branch>:refs/remotes/origin/<branch>`"
        )
    )]
    NoSuchRevision {
        /// As it was typed.
        name: String,
    },

    /// A short name stands for several references.
    #[error("`{name}` is ambiguous: it may be {}", candidates.join(" or "))]
    #[diagnostic(code("repository-ambiguous-revision"), help("write the full name, for example `{}`", candidates.first().map_or("", String::as_str)))]
    AmbiguousRevision {
        /// As it was typed.
        name: String,
        /// The full names.
        candidates: Vec<String>,
    },

    /// An abbreviated object id may change its meaning at any time.
    #[error("`{name}` looks like an abbreviated object id; a full one has {digits} digits")]
    #[diagnostic(code("repository-abbreviated-id"), help("`git rev-parse {name}` prints the full id"))]
    AbbreviatedId {
        /// As it was typed.
        name: String,
        /// Of a full one.
        digits: usize,
    },

    /// Not the name of a reference, and no id.
    #[error("`{name}` is not HEAD, a reference name or a full object id, nor one of them with `~3` or `^2` after it")]
    #[diagnostic(code("repository-revision-syntax"), help("`git rev-parse` prints the id that an expression means"))]
    RevisionSyntax {
        /// As it was typed.
        name: String,
    },

    /// A name that was typed leads past the beginning of history.
    #[error(transparent)]
    #[diagnostic(transparent)]
    NoParent(#[from] NoParent),

    /// A name that was typed leads to something that is no commit.
    #[error("`{name}` names a {kind}, not a commit")]
    #[diagnostic(code("repository-not-a-commit"), help("name a branch, a tag of a commit, or a commit's full id"))]
    NotACommit {
        /// As it was typed.
        name: String,
        /// What it is.
        kind: ObjectKind,
    },

    /// HEAD cannot be followed to a commit.
    #[error("HEAD cannot be read: {reason}")]
    #[diagnostic(
        code("repository-head"),
        help("`git symbolic-ref HEAD refs/heads/<branch>` repairs it; or name the revision to judge with `--rev`")
    )]
    Head {
        /// Why.
        reason: String,
    },

    /// A reference cannot be followed to an object.
    #[error("the reference {name} cannot be read: {reason}")]
    #[diagnostic(code("repository-reference"), help("`git fsck` says more; a fresh clone repairs it"))]
    Reference {
        /// Its full name.
        name: String,
        /// Why.
        reason: String,
    },

    /// An object that is needed is not there.
    #[error("the {kind} {id} is missing: the clone is incomplete or damaged")]
    #[diagnostic(code("repository-missing-object"), help("`git fsck` lists what is missing; a fresh clone repairs it"))]
    Missing {
        /// Its name.
        id: ObjectId,
        /// What it should be.
        kind: ObjectKind,
    },

    /// A file that a commit changed cannot be compared, or one of the tree not searched.
    #[error(
        "the blob {id} is missing, which stood at {path}{}: the clone is incomplete or damaged",
        .commit.map(|commit| format!(" before or after {commit}")).unwrap_or_default()
    )]
    #[diagnostic(
        code("repository-missing-file"),
        help(
            "`git fsck` lists what is missing; a fresh clone repairs it. Where none has the file, leave its path out: \
             `ignore` in the policy"
        )
    )]
    MissingFile {
        /// Its name.
        id: ObjectId,
        /// Its path in the repository.
        path: String,
        /// The commit that changed it; none where a tree is searched.
        commit: Option<ObjectId>,
    },

    /// An object that is needed was left out of a partial clone.
    #[error("the {kind} {id} is not in this partial clone")]
    #[diagnostic(
        code("repository-partial-clone"),
        help(
            "run `git fetch --refetch --no-filter origin`; in CI, drop `filter:` and `sparse-checkout:` from the \
             checkout step"
        )
    )]
    Partial {
        /// Its name.
        id: ObjectId,
        /// What it should be.
        kind: ObjectKind,
    },

    /// The content of an object does not have the name that it is stored under.
    #[error("object {id} is corrupt: its content has the name {found}")]
    #[diagnostic(
        code("repository-hash-mismatch"),
        help("somebody or something changed it: `git fsck` says more; a fresh clone repairs it")
    )]
    HashMismatch {
        /// The name that was asked for.
        id: ObjectId,
        /// The name that the content has.
        found: ObjectId,
    },

    /// The stored form of an object cannot be unpacked.
    #[error("object {id} is corrupt: {reason}")]
    #[diagnostic(code("repository-corrupt-object"), help("`git fsck` says more; a fresh clone repairs it"))]
    Corrupt {
        /// Its name.
        id: ObjectId,
        /// What is wrong.
        reason: String,
    },

    /// An object is not what the one that names it says it is.
    #[error("object {id} is a {found}, where a {expected} is needed")]
    #[diagnostic(code("repository-wrong-kind"), help("`git fsck` says more; the history itself may be malformed"))]
    WrongKind {
        /// Its name.
        id: ObjectId,
        /// What is needed.
        expected: ObjectKind,
        /// What it is.
        found: ObjectKind,
    },

    /// An object is larger than anything of its kind may be.
    #[error("the {kind} {id} has {size} bytes; more than {limit} are not read")]
    #[diagnostic(
        code("repository-object-too-large"),
        help("no ordinary history has such objects; `git cat-file -s` shows the size")
    )]
    ObjectTooLarge {
        /// Its name.
        id: ObjectId,
        /// What it is.
        kind: ObjectKind,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },

    /// A file of the repository is larger than it may be.
    #[error("{path} in {commit} has {size} bytes; more than {limit} are not read")]
    #[diagnostic(
        code("repository-file-too-large"),
        help("make the file smaller; `git cat-file -s {commit}:{path}` shows its size")
    )]
    FileTooLarge {
        /// Its path in the repository.
        path: String,
        /// The commit whose tree it is in.
        commit: ObjectId,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },

    /// A path that should be a file is something else.
    #[error("{path} in {commit} is a {what}, not a file")]
    #[diagnostic(
        code("repository-not-a-file"),
        help("put the file itself there: links and submodules are not followed")
    )]
    NotAFile {
        /// Its path in the repository.
        path: String,
        /// The commit whose tree it is in.
        commit: ObjectId,
        /// What it is.
        what: &'static str,
    },

    /// A tree's bytes are no tree.
    #[error("the tree {id} is malformed: {reason}")]
    #[diagnostic(code("repository-malformed-tree"), help("`git fsck` says more; the history itself is malformed"))]
    MalformedTree {
        /// Its name.
        id: ObjectId,
        /// What is wrong.
        reason: &'static str,
    },

    /// Two revisions that share no commit.
    #[error("{head} and {base} have no commit in common: there is no change to judge")]
    #[diagnostic(
        code("repository-unrelated-histories"),
        help("as the base, name the branch that the change will be merged into; `git merge-base` says more")
    )]
    Unrelated {
        /// The commit that was to be judged against.
        base: ObjectId,
        /// The commit at the end of the change.
        head: ObjectId,
    },

    /// A commit that was named by its id was never fetched.
    #[error("the commit {id} is not in this clone")]
    #[diagnostic(
        code("repository-commit-not-fetched"),
        help(
            "run `git fetch origin {id}`, or `git fetch --unshallow` in a shallow clone; in GitHub Actions, give the \
             checkout step `fetch-depth: 0`"
        )
    )]
    NotFetched {
        /// As it was typed.
        id: ObjectId,
    },

    /// More commits than can be numbered.
    #[error("the history has more than four thousand million commits or parents")]
    #[diagnostic(
        code("repository-too-many-commits"),
        help("such a history was made to be too large; look at who made it")
    )]
    TooManyCommits,

    /// Directories are nested deeper than anybody nests them.
    #[error("the tree {id} is nested more than {limit} directories deep")]
    #[diagnostic(code("repository-tree-too-deep"), help("git itself reads no deeper tree (`core.maxTreeDepth`)"))]
    TreeTooDeep {
        /// The tree at the root.
        id: ObjectId,
        /// How deep it may be.
        limit: usize,
    },

    /// A tree, or a comparison of trees, has no end.
    #[error("the tree {id} holds or changes too much: more than {limit} entries, or paths beyond 512 MiB")]
    #[diagnostic(
        code("repository-tree-too-large"),
        help("no ordinary commit changes so much; an import may be named in the policy's `exempt` by its commit id")
    )]
    TreeTooLarge {
        /// The tree at the root.
        id: ObjectId,
        /// How many entries may be looked at.
        limit: u64,
    },
    /// The working tree was asked for, and there is none.
    #[error("{} is a bare repository: it has no working tree", path.display())]
    #[diagnostic(
        code("repository-no-working-tree"),
        help("leave `--worktree` out, or name a clone with a working tree")
    )]
    NoWorkingTree {
        /// The repository.
        path: PathBuf,
    },

    /// Files that have to be counted were left out of a partial clone.
    #[error("{count} needed files are not in this partial clone, the blob {first} first of all")]
    #[diagnostic(
        code("repository-partial-clone-files"),
        help(
            "run `git fetch --refetch --no-filter origin`; in CI, drop `filter:` and `sparse-checkout:` from the \
             checkout step"
        )
    )]
    PartialBlobs {
        /// The first, in the order of their names.
        first: ObjectId,
        /// How many.
        count: usize,
    },

    /// The history of a shallow clone ends where it is still needed.
    #[error("the history of this shallow clone ends at {at}, but more of it is needed")]
    #[diagnostic(
        code("repository-shallow"),
        help(
            "run `git fetch --unshallow origin`, after `git prune --expire=never` if git says `error in object: \
             unshallow`; `git fetch --shallow-since={since} origin` gets less, which is enough unless the branch was \
             idle then, or older work has been merged since; in GitHub Actions, give the checkout step `fetch-depth: 0`"
        )
    )]
    Shallow {
        /// The last commit that is there.
        at: ObjectId,
        /// A date that lies far enough back, as far as can be told.
        since: String,
    },
}
