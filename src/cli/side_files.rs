//! What a change does to the trusted files beside the policy, line by line.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cli::loosened::Meaning;
use crate::cli::pipelines;
use crate::cli::tampered;
use crate::cli::tampered::Content;
use crate::cli::tampered::Tampered;
use crate::facts::RepoPath;
use crate::finding::Location;
use crate::policy::Attribution;
use crate::policy::Difference;
use crate::policy::Direction;
use crate::policy::ExemptMatch;
use crate::policy::Known;
use crate::policy::LabelMatch;
use crate::policy::Policy;
use crate::policy::PolicyText;
use crate::policy::Side;
use crate::repo::RepoError;
use crate::repo::proof::AllowedSigners;
use crate::repo::trusted::CodeOwners;
use crate::wiring;

/// A line that says something: in one form, whatever its blanks and comments.
#[derive(Debug, Clone)]
struct Line {
    says: String,
    at: Location,
}

/// What a kind of file is to the judgement.
struct Sort<'a> {
    /// As in "a line of .mailmap".
    what: &'a str,
    /// Why a line that comes, goes or moves may loosen; `None` for one that cannot.
    loosens: &'a dyn Fn(&str) -> Option<&'static str>,
    /// Whether the order of lines decides.
    ordered: bool,
}

/// The differences in meaning of the files beside the policy that a change edits.
///
/// Whoever is a member by the change's own policy is one of whom a line tells, too: else each half of what makes somebody's past work
/// a team's would be harmless without the other.
pub(super) fn compare(
    tampered: &Tampered<'_>,
    policy: &Policy,
    head: Option<&Policy>,
    known: &Known,
) -> Result<Vec<Meaning>, RepoError> {
    let loosens = |line: &str| identity(line, policy, known).or_else(|| member(line, head?));
    let mut all = Vec::new();
    for at in &tampered.paths {
        let path = &*at.to_name();
        let meaning = match path.rsplit('/').next().unwrap_or(path) {
            ".mailmap" => file(tampered, at, &Sort { what: path, loosens: &loosens, ordered: true })?,
            ".git-blame-ignore-revs" => file(tampered, at, &Sort { what: path, loosens: &left_out, ordered: false })?,
            tampered::ATTRIBUTES => {
                // A macro of the root's holds below.
                let mut any_macro = false;
                let root = &tampered::ATTRIBUTES.into();
                let sides = [tampered.base, tampered.head].map(|commit| [(commit, at), (commit, root)]);
                for (commit, path) in sides.into_iter().flatten() {
                    any_macro |= text_of(&tampered.content(commit, path)?).contains("[attr]");
                }
                file(tampered, at, &Sort { what: path, loosens: &|line| attributes(line, any_macro), ordered: true })?
            }
            _ if path == AllowedSigners::PATH => {
                file(tampered, at, &Sort { what: path, loosens: &proof, ordered: false })?
            }
            _ if path == AllowedSigners::OPENPGP_PATH => keyring(tampered, at)?,
            _ if tampered::is_pipeline(at) || wiring::is_action(path) => pipelines::compare(tampered, at)?,
            _ => continue,
        };
        all.push(meaning);
    }
    all.extend(codeowners(tampered, policy)?);
    Ok(all)
}

/// One file against its other side.
fn file(tampered: &Tampered<'_>, at: &RepoPath, sort: &Sort<'_>) -> Result<Meaning, RepoError> {
    let (base, head) = (tampered.content(tampered.base, at)?, tampered.landed(at)?);
    Ok(meaning(at, between(&at.to_name(), &base, &head, sort), &base, &head))
}

fn meaning(path: &RepoPath, differences: Vec<Difference>, base: &Content, head: &Content) -> Meaning {
    let text = |content: &Content| PolicyText { name: path.to_name().into(), text: Arc::from(text_of(content)) };
    Meaning {
        differences,
        base_texts: vec![text(base)],
        head_texts: vec![text(head)],
        paths: BTreeSet::from([path.clone()]),
    }
}

fn between(path: &str, base: &Content, head: &Content, sort: &Sort<'_>) -> Vec<Difference> {
    let (old, new) = (lines(path, base), lines(path, head));
    let mut all = Vec::new();
    for (these, those, is_head) in [(&old, &new, false), (&new, &old, true)] {
        for line in without(these, those) {
            let why = (sort.loosens)(&line.says);
            let direction = if why.is_some() { Direction::Looser } else { Direction::Neutral };
            let found =
                Difference::new(format!("a line of {}", sort.what), format!("{path}: {}", line.says), direction);
            let side = Side::at(format!("`{}`", line.says), &line.at);
            let found = if is_head { found.head(side) } else { found.base(side) };
            all.push(why.map_or(found.clone(), |why| found.because(why)));
        }
    }
    let order = |lines: &[Line]| lines.iter().map(|line| line.says.clone()).collect::<Vec<_>>();
    if all.is_empty() && sort.ordered && order(&old) != order(&new) {
        let why = old.iter().find_map(|line| (sort.loosens)(&line.says));
        let direction = if why.is_some() { Direction::Looser } else { Direction::Neutral };
        let found = Difference::new(format!("the order of the lines of {}", sort.what), path, direction);
        let differs = old.iter().zip(&new).find(|(old, new)| old.says != new.says);
        let first = |line: &Line| Side::at(format!("`{}` first", line.says), &line.at);
        let (base, head) = differs.map(|(old, new)| (first(old), first(new))).unzip();
        let found = Difference { base, head, ..found };
        all.push(why.map_or(found.clone(), |why| found.because(why)));
    }
    if *head == Content::Else || *base == Content::Else {
        let found = Difference::new(path, path, Direction::Looser);
        all.push(found.because("one side of it cannot be read as a file"));
    }
    all
}

/// The lines that the others do not have, as often as they do.
fn without<'l>(these: &'l [Line], those: &[Line]) -> Vec<&'l Line> {
    let mut there: BTreeMap<&str, usize> = BTreeMap::new();
    for line in those {
        let count = there.entry(&line.says).or_default();
        *count = count.saturating_add(1);
    }
    let mut missing = Vec::new();
    for line in these {
        match there.get_mut(line.says.as_str()) {
            Some(count) if *count > 0 => *count = count.saturating_sub(1),
            _ => missing.push(line),
        }
    }
    missing
}

/// What is no UTF-8 is told byte by byte: two files that differ in such bytes differ.
fn text_of(content: &Content) -> String {
    let mut text = String::new();
    for chunk in content.bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("\u{fffd}{byte:02x}")));
    }
    text
}

fn lines(path: &str, content: &Content) -> Vec<Line> {
    let text = text_of(content);
    let (mut all, mut start) = (Vec::new(), 0_usize);
    let file: Arc<str> = Arc::from(path);
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let end = start.saturating_add(line.trim_end().len());
        let bare = if number == 1 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        if let Some(says) = said(path, bare) {
            let at = Location { file: Arc::clone(&file), line: number, column: 1, span: start..end };
            all.push(Line { says, at });
        }
        start = start.saturating_add(line.len());
    }
    all
}

/// What a line says, if anything: nothing may be taken for a comment or for blanks here that the file's reader takes for more.
fn said(path: &str, line: &str) -> Option<String> {
    const BLANK: [char; 2] = [' ', '\t'];
    if CodeOwners::PATHS.contains(&path) {
        let words: Vec<&str> = CodeOwners::words(line).collect();
        return (!words.is_empty()).then(|| words.join(" "));
    }
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let bare = line.trim_matches(BLANK);
    // A comment of a mailmap begins in the first column, and blanks within a name are part of it.
    let is_mailmap = path == ".mailmap";
    if bare.is_empty() || (if is_mailmap { line } else { bare }).starts_with('#') {
        return None;
    }
    if is_mailmap {
        return Some(bare.to_owned());
    }
    // In quotes a blank is part of a pattern.
    let is_quoted = line.contains(['"', '\\']);
    let words = || line.split(BLANK).filter(|word| !word.is_empty()).collect::<Vec<_>>();
    Some(if is_quoted { line.to_owned() } else { words().join(" ") })
}

/// Any line: whether a listed commit held paydown or not is not known here.
fn left_out(_line: &str) -> Option<&'static str> {
    Some("this changes which commits are left out of the measure")
}

/// Any line: a key, or one that is no longer valid.
fn proof(_line: &str) -> Option<&'static str> {
    Some("this changes whose signature carries a loosening")
}

/// A file of armoured keys: any edit. A key is told by its fingerprint and addresses, and may differ in more than these.
fn keyring(tampered: &Tampered<'_>, at: &RepoPath) -> Result<Meaning, RepoError> {
    let path = &*at.to_name();
    let (base, head) = (tampered.content(tampered.base, at)?, tampered.landed(at)?);
    let side = |content: &Content| {
        let keys = AllowedSigners::openpgp_keys(content.bytes());
        let start = Location::start_of(&Arc::from(path));
        let words = if keys.is_empty() { "none that can be read".to_owned() } else { keys.join(", ") };
        (*content != Content::Nothing).then(|| Side::at(words, &start))
    };
    let found = Difference::new(format!("the keys of {path}"), path, Direction::Looser);
    let found = found.because("this changes whose signature carries a loosening");
    let found = Difference { base: side(&base), head: side(&head), ..found };
    Ok(meaning(at, vec![found], &base, &head))
}

/// A line that says what is generated or vendored; where there are macros, any line may.
fn attributes(line: &str, any_macro: bool) -> Option<&'static str> {
    (any_macro || line.contains("linguist-generated") || line.contains("linguist-vendored"))
        .then_some("this changes which paths are left out of the measure")
}

/// A line that gives work to a member, takes some away, or makes somebody one whom a rule knows.
fn identity(line: &str, policy: &Policy, known: &Known) -> Option<&'static str> {
    if let Some(why) = member(line, policy) {
        return Some(why);
    }
    let parts = parts(line);
    let parts = || parts.iter();
    let authors = policy.exempt.iter().filter_map(|rule| match &rule.matches {
        ExemptMatch::Author(pattern) => Some(pattern),
        ExemptMatch::Commit(_) | ExemptMatch::Path(_) => None,
    });
    let labelled = policy.labels.iter().filter_map(|rule| match &rule.matches {
        LabelMatch::Author(pattern) => Some(pattern),
        _ => None,
    });
    if authors.chain(labelled).any(|pattern| parts().any(|part| pattern.matches(part))) {
        return Some("a rule of the policy knows that author");
    }
    let everybody = policy.attribution == Attribution::Paths || policy.everyone().is_some();
    let works = |part: &String| known.authors.as_ref().is_none_or(|authors| authors.contains(part));
    (everybody && parts().any(works)).then_some("one person's week is divided over what the person did")
}

/// A line about a member.
fn member(line: &str, policy: &Policy) -> Option<&'static str> {
    let is_member = parts(line).iter().any(|part| policy.roster.find(part).is_some());
    is_member.then_some("whose work that is decides for which team it counts")
}

/// The names and addresses of a line of a mailmap.
fn parts(line: &str) -> Vec<String> {
    let parts = line.split(['<', '>']).map(|part| part.trim().to_lowercase());
    parts.filter(|part| !part.is_empty()).collect()
}

/// The one `CODEOWNERS` that holds, of the places where it may lie.
fn codeowners(tampered: &Tampered<'_>, policy: &Policy) -> Result<Option<Meaning>, RepoError> {
    let paths: BTreeSet<RepoPath> = CodeOwners::PATHS.into_iter().map(RepoPath::from).collect();
    let paths: BTreeSet<RepoPath> = tampered.paths.intersection(&paths).cloned().collect();
    if paths.is_empty() {
        return Ok(None);
    }
    let that_holds = |read: &dyn Fn(&str) -> Result<Content, RepoError>| -> Result<(&'static str, Content), RepoError> {
        for path in CodeOwners::PATHS {
            match read(path)? {
                Content::Nothing | Content::Else => {}
                // Nobody reads it.
                Content::File(bytes) if CodeOwners::is_too_large(&bytes) => return Ok((path, Content::Else)),
                found @ Content::File(_) => return Ok((path, found)),
            }
        }
        Ok(("CODEOWNERS", Content::Nothing))
    };
    let (base_path, base) = that_holds(&|path| tampered.content(tampered.base, path))?;
    let (head_path, head) = that_holds(&|path| tampered.landed(path))?;
    let dialect = |path: &str, content: &Content| CodeOwners::dialect(path, &text_of(content));
    let (old, new) = (lines(base_path, &base), lines(head_path, &head));
    let is_meant = old.iter().chain(&new).any(|line| means_a_team(&line.says, policy));
    let loosens = |_line: &str| is_meant.then_some("the last line that fits a path decides which team it concerns");
    let sort = Sort { what: "CODEOWNERS", loosens: &loosens, ordered: true };
    let mut differences = between("CODEOWNERS", &base, &head, &sort);
    // The same lines mean something else to another host.
    if is_meant && dialect(base_path, &base) != dialect(head_path, &head) {
        let found = Difference::new("the host whose rules CODEOWNERS follows", head_path, Direction::Looser);
        differences.push(found.because("lines mean other owners there"));
    }
    for found in &mut differences {
        for (side, path) in [(&mut found.base, base_path), (&mut found.head, head_path)] {
            if let Some(at) = side.as_mut().and_then(|side| side.at.as_mut()) {
                at.file = Arc::from(path);
            }
        }
    }
    let text = |path: &str, content: &Content| PolicyText { name: Arc::from(path), text: Arc::from(text_of(content)) };
    let (base_texts, head_texts) = (vec![text(base_path, &base)], vec![text(head_path, &head)]);
    Ok(Some(Meaning { differences, base_texts, head_texts, paths }))
}

/// Whether an owner of a line is one that a team lists, or bears the name of a team that lists none.
fn means_a_team(line: &str, policy: &Policy) -> bool {
    CodeOwners::words(line).skip(1).map(str::to_lowercase).any(|owner| {
        let name = owner.strip_prefix('@').and_then(|owner| owner.split_once('/')).map(|(_, name)| name);
        policy.teams.iter().any(|team| {
            let bears = || name.is_some_and(|name| name == team.name.to_lowercase());
            team.codeowners.iter().any(|(listed, _)| listed.to_lowercase() == owner)
                || team.codeowners.is_empty() && bears()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(path: &str, bytes: &[u8]) -> Vec<String> {
        lines(path, &Content::File(bytes.to_vec())).into_iter().map(|line| line.says).collect()
    }

    #[test]
    fn a_line_says_what_its_reader_takes_it_for() {
        let nothing: &[&str] = &[];
        for (path, text, expected) in [
            // Comments, blanks and ends of lines.
            ("CODEOWNERS", "# a\n  # b\n\n \t\n", nothing),
            ("CODEOWNERS", "/a/ \t @x\r\n  *   @y  ", &["/a/ @x", "* @y"]),
            (".mailmap", "# A <a@x> <b@x>\n\n", nothing),
            (".mailmap", "A <a@x>\t\r\n", &["A <a@x>"]),
            // What only looks like one.
            (".mailmap", " #1 <a@x> <b@x>", &["#1 <a@x> <b@x>"]),
            (".mailmap", "A #1 <a@x> <b@x>", &["A #1 <a@x> <b@x>"]),
            (".mailmap", "A  B <a@x>", &["A  B <a@x>"]),
            (".mailmap", "\u{a0}# <a@x> <b@x>", &["\u{a0}# <a@x> <b@x>"]),
            (".gitattributes", "a\u{b}linguist-generated", &["a\u{b}linguist-generated"]),
            (".gitattributes", "\"a  b\"  x", &["\"a  b\"  x"]),
            ("CODEOWNERS", "a\\  @x", &["a\\  @x"]),
            // As the reader divides it.
            ("CODEOWNERS", "/a/\u{a0}@x\u{2003} @y\u{b}", &["/a/ @x @y"]),
            ("CODEOWNERS", "/a\\\\b/\t@x", &["/a\\\\b/ @x"]),
            ("CODEOWNERS", "/a\\ b/\t @x", &["/a\\ b/ @x"]),
            ("CODEOWNERS", "\u{a0}# a\r\n\u{2003}\n", nothing),
            ("docs/CODEOWNERS", "^[A b][2]\u{a0}@x", &["^[A b][2] @x"]),
            // A byte-order mark is one at the start of the file alone, and once.
            (".mailmap", "\u{feff}# a", nothing),
            (".mailmap", "\u{feff}\u{feff}# a", &["\u{feff}# a"]),
            (".mailmap", "A <a@x>\n\u{feff}#1 <b@x>", &["A <a@x>", "\u{feff}#1 <b@x>"]),
        ] {
            assert_eq!(says(path, text.as_bytes()), expected, "{path}: {text:?}");
        }
        assert_ne!(says(".mailmap", b"\xff <a@x>"), says(".mailmap", b"\xfe <a@x>"));
    }

    #[test]
    fn of_another_order_the_first_line_that_differs_is_told() {
        let sort = Sort { what: "CODEOWNERS", loosens: &|_line| Some("it decides"), ordered: true };
        let file = |text: &str| Content::File(text.as_bytes().to_vec());
        let (base, head) = (file("* @all\n/a/ @a\n/b/ @b\n"), file("* @all\n\n/b/ @b\n/a/ @a\n"));
        let found = between("CODEOWNERS", &base, &head, &sort);
        let told = |side: &Option<Side>| {
            side.as_ref().map(|side| (side.value.clone(), side.at.as_ref().map(|at| at.line))).unwrap_or_default()
        };
        let [found] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(told(&found.base), ("`/a/ @a` first".to_owned(), Some(2)));
        assert_eq!(told(&found.head), ("`/b/ @b` first".to_owned(), Some(3)));
    }
}
