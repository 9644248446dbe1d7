//! Paths of the checkout, which a change can edit.

/// Whether a path is one of the checkout; what a variable says is not known.
pub(super) fn is_in_checkout(path: &str) -> bool {
    if let Some(rest) = below_checkout(path) {
        return !rest.starts_with("/..");
    }
    let has_drive = path.get(1..).is_some_and(|rest| rest.starts_with(':'));
    !path.is_empty() && !path.starts_with(['/', '$', '~', '%']) && !path.starts_with("../") && !has_drive
}

/// What stands behind the folder of the checkout, in a path that names it.
pub(super) fn below_checkout(path: &str) -> Option<&str> {
    let rest = CHECKOUT.into_iter().find_map(|folder| path.strip_prefix(folder))?;
    (rest.is_empty() || rest.starts_with(['/', '\\'])).then_some(rest)
}

/// How the folder of the checkout is called.
const CHECKOUT: [&str; 15] = [
    "$GITHUB_WORKSPACE",
    "${GITHUB_WORKSPACE}",
    "$env:GITHUB_WORKSPACE",
    "%GITHUB_WORKSPACE%",
    "${{ github.workspace }}",
    "${{github.workspace}}",
    "$CI_PROJECT_DIR",
    "${CI_PROJECT_DIR}",
    "$BITBUCKET_CLONE_DIR",
    "${BITBUCKET_CLONE_DIR}",
    "$(Build.SourcesDirectory)",
    "$BUILD_SOURCESDIRECTORY",
    "$PWD",
    "${PWD}",
    "$(pwd)",
];
