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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_a_change_can_edit() {
        for (path, expected) in [
            ("ci/policy.yml", true),
            ("./policy.yml", true),
            ("..policy.yml", true),
            ("$GITHUB_WORKSPACE", true),
            ("$GITHUB_WORKSPACE/ci", true),
            ("%GITHUB_WORKSPACE%\\ci", true),
            ("$GITHUB_WORKSPACE/../ci", false),
            ("$GITHUB_WORKSPACE_OF_ANOTHER/ci", false),
            ("../policy.yml", false),
            ("/etc/policy.yml", false),
            ("C:/policy.yml", false),
            ("~/policy.yml", false),
            ("$HOME/policy.yml", false),
            ("%APPDATA%/policy.yml", false),
            ("", false),
        ] {
            assert_eq!(is_in_checkout(path), expected, "{path}");
        }
    }
}
