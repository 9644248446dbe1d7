//! Which teams own a path.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;

use bstr::ByteSlice as _;
use ignore::Match;
use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;

use crate::facts::RepoPath;
use crate::finding::Location;
use crate::policy::Team;
use crate::policy::TeamId;
use crate::policy::lies_below;
use crate::repo::shared::locked;
use crate::repo::trusted::CodeOwners;

/// Who owns which paths: what teams state in the policy, and where they state nothing, what `CODEOWNERS` says.
#[derive(Debug)]
pub struct PathOwners {
    /// In the order of the teams; those without paths are left out.
    stated: Vec<(TeamId, Gitignore)>,
    /// The places of those among them that state something below a directory, or anywhere.
    below: HashMap<String, Vec<usize>>,
    /// What was found out about directories: many paths lie in each.
    folders: Mutex<HashMap<Vec<u8>, Arc<Stating>>>,
    codeowners: Option<CodeOwners>,
    /// From an owner of `CODEOWNERS`, in lower case, to the teams that list it.
    listed: BTreeMap<String, Vec<TeamId>>,
    /// From the name, in lower case, of a team that lists no owner to the team.
    named: BTreeMap<String, TeamId>,
}

/// Teams by their places among those that state paths.
#[derive(Debug, Clone, Default)]
struct Stating {
    /// Those that could own a path: with many teams nearly all state other directories.
    asked: BTreeSet<usize>,
    /// Those that do.
    own: BTreeSet<usize>,
}

/// A path of a team that is no pattern.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{pattern}` is no path pattern: {reason}")]
pub struct BadPath {
    /// As written.
    pub pattern: String,
    /// Why.
    pub reason: String,
    /// Where.
    pub at: Option<Location>,
}

impl PathOwners {
    /// The owners by the teams of a policy and a trusted `CODEOWNERS`.
    ///
    /// # Errors
    /// A team's path is no pattern.
    pub fn new(teams: &[Team], codeowners: Option<CodeOwners>) -> Result<Self, BadPath> {
        let mut owners = Self {
            stated: Vec::new(),
            below: HashMap::new(),
            folders: Mutex::default(),
            codeowners,
            listed: BTreeMap::new(),
            named: BTreeMap::new(),
        };
        for (index, team) in teams.iter().enumerate() {
            let id = TeamId(index);
            // Whoever says which owners mean the team does not mean others that bear its name.
            if team.codeowners.is_empty() {
                owners.named.insert(team.name.to_lowercase(), id);
            }
            for (owner, _) in &team.codeowners {
                owners.listed.entry(owner.to_lowercase()).or_default().push(id);
            }
            if !team.paths.is_empty() {
                for (pattern, _) in team.paths.iter().filter(|(pattern, _)| !pattern.starts_with('!')) {
                    let places = owners.below.entry(lies_below(pattern).to_owned()).or_default();
                    if places.last() != Some(&owners.stated.len()) {
                        places.push(owners.stated.len());
                    }
                }
                owners.stated.push((id, matcher(team)?));
            }
        }
        Ok(owners)
    }

    /// The teams that own a path, in their order.
    ///
    /// Where a team states the path in the policy, `CODEOWNERS` is not asked. An owner there means the teams that list it
    /// under `codeowners`, or else, for `@organisation/name`, the team of that name, if it lists none.
    #[must_use]
    pub fn owners(&self, path: &RepoPath) -> Vec<TeamId> {
        let own = match path.as_bytes() {
            bytes if is_odd(bytes) => self.own_odd(path),
            bytes => self.stating(bytes, false).own,
        };
        let stated: Vec<TeamId> = own.into_iter().filter_map(|place| Some(self.stated.get(place)?.0)).collect();
        if !stated.is_empty() {
            return stated;
        }
        let written = self.codeowners.as_ref().map_or_else(Vec::new, |codeowners| codeowners.owners(path));
        let mut teams: Vec<TeamId> = written.iter().flat_map(|owner| self.meant_by(owner)).collect();
        teams.sort_unstable();
        teams.dedup();
        teams
    }

    /// Whether some path could be a team's: it states one, or an owner in `CODEOWNERS` means it.
    #[must_use]
    pub fn owns_something(&self, team: TeamId) -> bool {
        let named = || self.codeowners.iter().flat_map(CodeOwners::named);
        self.stated.iter().any(|(stating, _)| *stating == team)
            || named().any(|owner| self.meant_by(owner).contains(&team))
    }

    /// The owners that the trusted `CODEOWNERS` names, as written, with repeats; `None` where there is no such file.
    #[must_use]
    pub fn named(&self) -> Option<Vec<&str>> {
        self.codeowners.as_ref().map(CodeOwners::named)
    }

    /// Who states a path or directory. The nearest level decides, as in gitignore.
    fn stating(&self, level: &[u8], is_dir: bool) -> Stating {
        let above = level.rfind_byte(b'/').and_then(|slash| level.get(..slash)).map(|above| self.of_folder(above));
        let above = above.unwrap_or_else(|| {
            let asked = self.below.get("").into_iter().flatten().copied().collect();
            Arc::new(Stating { asked, own: BTreeSet::new() })
        });
        let here = level.to_str().ok().and_then(|level| self.below.get(level));
        let asked: BTreeSet<usize> = above.asked.iter().chain(here.into_iter().flatten()).copied().collect();
        let path = level.to_path_lossy();
        let owns = |place: &usize| match self.stated.get(*place).map(|(_, matcher)| matcher.matched(&path, is_dir)) {
            Some(Match::Ignore(_)) => true,
            Some(Match::Whitelist(_)) => false,
            Some(Match::None) | None => above.own.contains(place),
        };
        let own = asked.iter().copied().filter(owns).collect();
        Stating { asked, own }
    }

    fn of_folder(&self, folder: &[u8]) -> Arc<Stating> {
        let known = || locked(&self.folders);
        if let Some(found) = known().get(folder) {
            return Arc::clone(found);
        }
        let found = Arc::new(self.stating(folder, true));
        known().insert(folder.to_owned(), Arc::clone(&found));
        found
    }

    /// Who states a path that only a forged tree has: it may be matched in other ways, so that all are asked at each level.
    fn own_odd(&self, path: &RepoPath) -> BTreeSet<usize> {
        let levels = levels(path);
        let all = self.stated.iter().enumerate();
        all.filter(|(_, (_, matcher))| takes_in(matcher, &levels)).map(|(place, _)| place).collect()
    }

    fn meant_by(&self, owner: &str) -> Vec<TeamId> {
        let owner = owner.to_lowercase();
        if let Some(teams) = self.listed.get(&owner) {
            return teams.clone();
        }
        let name = owner.strip_prefix('@').and_then(|owner| owner.split_once('/')).map(|(_, name)| name);
        name.and_then(|name| self.named.get(name)).copied().into_iter().collect()
    }
}

/// Tells of a pattern among a team's paths which paths it takes in by itself; `None` where it is no pattern.
#[must_use]
pub fn taken_in_by(pattern: &str) -> Option<impl Fn(&RepoPath) -> bool> {
    let mut builder = GitignoreBuilder::new("");
    add(&mut builder, pattern).ok()?;
    let matcher = builder.build().ok()?;
    Some(move |path: &RepoPath| takes_in(&matcher, &levels(path)))
}

/// Whether the nearest level that a matcher decides about is taken in.
fn takes_in(matcher: &Gitignore, levels: &[PathBuf]) -> bool {
    let is_directory = std::iter::once(false).chain(std::iter::repeat(true));
    let found = levels.iter().zip(is_directory).map(|(level, is_dir)| matcher.matched(level, is_dir));
    found.into_iter().find(|found| !found.is_none()).is_some_and(|found| matches!(found, Match::Ignore(_)))
}

/// Whether only a forged tree has such a path.
pub(super) fn is_odd(path: &[u8]) -> bool {
    path.starts_with(b"/") || path.starts_with(b"./") || path.ends_with(b"/") || path.contains_str("//")
}

fn matcher(team: &Team) -> Result<Gitignore, BadPath> {
    let mut builder = GitignoreBuilder::new("");
    for (pattern, at) in &team.paths {
        let bad = |error: ignore::Error| BadPath {
            pattern: pattern.clone(),
            reason: error.to_string(),
            at: Some(at.clone()),
        };
        add(&mut builder, pattern).map_err(bad)?;
    }
    let pattern = || team.paths.first().map(|(pattern, _)| pattern.clone()).unwrap_or_default();
    builder.build().map_err(|error| BadPath { pattern: pattern(), reason: error.to_string(), at: None })
}

fn add(builder: &mut GitignoreBuilder, pattern: &str) -> Result<(), ignore::Error> {
    // Braces are ordinary characters in gitignore.
    builder.add_line(None, &literal(pattern, &['{', '}'])).map(drop)
}

/// A path and the directories above it, nearest first.
pub(super) fn levels(path: &RepoPath) -> Vec<PathBuf> {
    let bytes = path.as_bytes();
    let above = bytes.rfind_iter(b"/").map(|slash| bytes.get(..slash).unwrap_or_default());
    std::iter::once(bytes)
        .chain(above)
        .filter(|level| !level.is_empty())
        .map(|level| level.to_path_lossy().into_owned())
        .collect()
}

/// A pattern in which some characters stand for themselves.
pub(super) fn literal(pattern: &str, characters: &[char]) -> String {
    let mut written = String::new();
    let mut escaped = false;
    for char in pattern.chars() {
        if !escaped && characters.contains(&char) {
            written.push('\\');
        }
        escaped = !escaped && char == '\\';
        written.push(char);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Allocation;
    use crate::policy::BasisPoints;
    use proptest::prelude::*;

    fn team(name: &str, paths: &[&str], codeowners: &[&str]) -> Team {
        let at = Location { file: "policy".into(), line: 1, column: 1, span: 0..0 };
        Team {
            name: name.to_owned(),
            lead: None,
            allocation: Allocation(BasisPoints::ZERO),
            allocation_at: at.clone(),
            paths: paths.iter().map(|path| ((*path).to_owned(), at.clone())).collect(),
            codeowners: codeowners.iter().map(|owner| ((*owner).to_owned(), at.clone())).collect(),
            at,
        }
    }

    proptest! {
        /// That not all teams are asked about a path, and directories once, changes nothing.
        #[test]
        fn who_is_asked(
            patterns in proptest::collection::vec("!?/?([ab*]{1,2}/){0,2}[ab*]{1,2}/?", 1..6),
            paths in proptest::collection::vec("(\\./|/)?([ab]{1,2}/){0,3}[ab]{1,2}", 1..4),
        ) {
            let teams: Vec<Team> = patterns.iter().map(|one| team("t", &[one, "/b/b", "!/a/b"], &[])).collect();
            let owners = PathOwners::new(&teams, None).unwrap();
            for path in paths {
                let path = RepoPath::new(path.as_bytes());
                let all = owners.own_odd(&path).into_iter().map(TeamId).collect::<Vec<_>>();
                prop_assert_eq!(owners.owners(&path), all, "{:?}", path);
            }
        }
    }

    #[test]
    fn no_path_is_dropped() {
        let error = PathOwners::new(&[team("t", &["/fine/", "/[z-a]/"], &[])], None).unwrap_err();
        assert_eq!(error.pattern, "/[z-a]/");
        assert!(taken_in_by("/[z-a]/").is_none());
    }

    #[test]
    fn stated_paths_go_before_codeowners() {
        let teams = [
            team("payments", &["/services/payments/", "*.pay", "!/services/payments/legacy/"], &[]),
            team("search", &["/services/", "{a,b}/"], &["@Org/Finders", "@solo"]),
            team("Web", &[], &["@org/finders"]),
            team("Api", &[], &[]),
        ];
        let file = CodeOwners::parse(
            "CODEOWNERS",
            b"* @solo\n/api/ @other/API\n/web/ @org/web\n/both/ @org/finders @org/web\n/none/ @org/nobody\n/free/\n",
        );
        let owners = PathOwners::new(&teams, Some(file)).unwrap();
        for (path, expected) in [
            ("services/payments/a", &[0, 1][..]),
            ("services/payments/legacy/a", &[1]),
            ("x/y.pay", &[0]),
            ("services/x/y.pay", &[0, 1]),
            ("{a,b}/c", &[1]),
            ("a/c", &[1]),
            ("api/a", &[3]),
            // It bears the name of a team that says itself which owners mean it.
            ("web/index.html", &[]),
            ("both/a", &[1, 2]),
            ("none/a", &[]),
            ("free/a", &[]),
            ("/rooted", &[1]),
        ] {
            let found: Vec<usize> = owners.owners(&RepoPath::new(path.as_bytes())).iter().map(|id| id.0).collect();
            assert_eq!(found, expected, "{path}");
        }
        let nobody = PathOwners::new(&teams[2..], None).unwrap();
        assert_eq!(nobody.owners(&RepoPath::new(&b"web/a"[..])), []);
    }
}
