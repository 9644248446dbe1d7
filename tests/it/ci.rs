//! Build services: what the program tells in them.

use crate::support::History;
use crate::support::Room;

/// The history ends where the window still needs it.
const SHALLOW: &str = r#"
people: { ann: Ann Archer <ann@example.com> }
commits:
  - { at: 2026-11-02T10:00:00Z, by: ann, say: "feat: begin", touch: [a.rs] }
  - { name: cut, at: 2026-11-03T10:00:00Z, by: ann, say: "feat: more", touch: [a.rs] }
  - { at: 2026-11-04T10:00:00Z, by: ann, say: "feat: and more", touch: [a.rs] }
cut: [cut]
"#;

#[test]
fn missing_history_is_mended_by_lines_of_the_workflow() {
    let (room, _) = Room::with_past(&History::parse(SHALLOW));
    let lines =
        "  in the workflow, at the step with `uses: actions/checkout`:\n        with:\n          fetch-depth: 0\n";
    let absent = "0123456789012345678901234567890123456789";
    for line in [&["check", "past.git"][..], &["check", "past.git", "--base", absent]] {
        let told = room.debtlint_with(line, &[("GITHUB_ACTIONS", "true")]);
        assert!(told.status == Some(3) && told.stderr.ends_with(lines), "{told}");
        let elsewhere = room.debtlint(line);
        assert!(elsewhere.status == Some(3) && !elsewhere.stderr.contains(lines), "{elsewhere}");
    }
    let other = room.debtlint_with(["check", "nothing"], &[("GITHUB_ACTIONS", "true")]);
    assert!(other.status == Some(3) && !other.stderr.contains("in the workflow"), "{other}");
}
