//! The lines of `.gitattributes` that matter, as plain data that threads can share (the crate's own search cannot be).

use std::collections::HashMap;
use std::sync::Arc;

use bstr::BStr;
use bstr::ByteSlice as _;
use gix_attributes::StateRef;
use gix_attributes::parse::Kind;
use gix_glob::Pattern;
use gix_glob::pattern::Case;
use gix_glob::wildmatch;

/// What linguist reads.
const NAMES: [&str; 2] = ["linguist-generated", "linguist-vendored"];

/// The rules of a directory's file and of those above it.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// The file nearest to the root first.
    files: Vec<Arc<File>>,
    macros: Arc<Macros>,
}

#[derive(Debug)]
struct File {
    /// How much of a path names the directory of the file, with the slash behind it.
    directory: usize,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    pattern: Pattern,
    says: Vec<Assignment>,
}

/// Names for several attributes.
#[derive(Debug, Default)]
struct Macros {
    by_name: HashMap<String, usize>,
    /// What each stands for.
    say: Vec<Vec<Assignment>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Assignment {
    /// A place in [`NAMES`], or behind these one among the macros.
    attribute: usize,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Yes,
    No,
    /// Said to be unspecified.
    Open,
}

impl Rules {
    /// These rules and those of a file in a directory below.
    pub(super) fn with(&self, content: &[u8], directory: &[u8]) -> Self {
        let is_root = directory.is_empty();
        // Macros may be defined in the root's file only.
        let macros = if is_root { Arc::new(read_macros(content)) } else { Arc::clone(&self.macros) };
        let lines = gix_attributes::parse(content).filter_map(|line| match line {
            Ok((Kind::Pattern(pattern), says, _)) => {
                let says = assignments(says, &macros)?;
                (!says.is_empty()).then_some(Line { pattern, says })
            }
            // git leaves out what it cannot read, too, negative patterns among it.
            _ => None,
        });
        let lines: Vec<Line> = lines.collect();
        let mut files = self.files.clone();
        if !lines.is_empty() {
            let directory = if is_root { 0 } else { directory.len().saturating_add(1) };
            files.push(Arc::new(File { directory, lines }));
        }
        Self { files, macros }
    }

    /// Whether a path in the directory of these rules, or below it, is generated or vendored.
    pub(super) fn ask(&self, path: &[u8]) -> Option<bool> {
        if self.files.is_empty() || path.starts_with(b"/") {
            return None;
        }
        let mut known: Vec<Option<State>> = vec![None; NAMES.len().saturating_add(self.macros.say.len())];
        for file in self.files.iter().rev() {
            let path = path.get(file.directory..).unwrap_or_default().as_bstr();
            // The last line decides.
            for line in file.lines.iter().rev() {
                if line.says.iter().any(|says| known.get(says.attribute) == Some(&None)) && line.matches(path) {
                    self.fill(&mut known, &line.says);
                }
            }
        }
        let said = known.into_iter().take(NAMES.len()).flatten();
        said.filter(|state| *state != State::Open).map(|state| state == State::Yes).max()
    }

    /// Notes what is said of attributes of which nothing was said yet; a macro that is set says what it stands for.
    fn fill(&self, known: &mut [Option<State>], says: &[Assignment]) {
        // Each attribute is filled once, so that macros of macros come to an end.
        let mut open: Vec<Assignment> = says.to_vec();
        while let Some(Assignment { attribute, state }) = open.pop() {
            let Some(place) = known.get_mut(attribute).filter(|place| place.is_none()) else { continue };
            *place = Some(state);
            let stands_for = attribute.checked_sub(NAMES.len()).and_then(|index| self.macros.say.get(index));
            if let Some(stands_for) = stands_for.filter(|_| state == State::Yes) {
                open.extend_from_slice(stands_for);
            }
        }
    }
}

impl Line {
    fn matches(&self, path: &BStr) -> bool {
        let basename = path.rfind_byte(b'/').map(|slash| slash.saturating_add(1));
        let mode = wildmatch::Mode::NO_MATCH_SLASH_LITERAL;
        self.pattern.matches_repo_relative_path(path, basename, Some(false), Case::Sensitive, mode)
    }
}

/// The macros of the root's file; of several with one name, the last.
fn read_macros(content: &[u8]) -> Macros {
    let lines = || {
        gix_attributes::parse(content).filter_map(|line| match line {
            Ok((Kind::Macro(name), says, _)) => Some((name.as_str().to_owned(), says)),
            _ => None,
        })
    };
    let mut macros = Macros::default();
    for (name, _) in lines() {
        let next = macros.by_name.len();
        macros.by_name.entry(name).or_insert(next);
    }
    // Macros may stand for macros that come later.
    let mut say = vec![Vec::new(); macros.by_name.len()];
    for (name, says) in lines() {
        if let Some(known) = macros.by_name.get(&name).and_then(|at| say.get_mut(*at)) {
            *known = assignments(says, &macros).unwrap_or_default();
        }
    }
    Macros { say, ..macros }
}

/// What a line says of the attributes that matter and of macros; `None` when it cannot be read.
fn assignments(says: gix_attributes::parse::Iter<'_>, macros: &Macros) -> Option<Vec<Assignment>> {
    let mut read = Vec::new();
    for assignment in says {
        let assignment = assignment.ok()?;
        let name = assignment.name.as_str();
        let is_macro = || macros.by_name.get(name).map(|at| at.saturating_add(NAMES.len()));
        let Some(attribute) = NAMES.iter().position(|known| *known == name).or_else(is_macro) else { continue };
        let state = match assignment.state {
            StateRef::Set => State::Yes,
            // What a macro stands for is said where it is set, not where it has a value.
            StateRef::Value(value) if attribute < NAMES.len() && value.as_bstr() == "true" => State::Yes,
            StateRef::Unset | StateRef::Value(_) => State::No,
            StateRef::Unspecified => State::Open,
        };
        read.push(Assignment { attribute, state });
    }
    Some(read)
}
