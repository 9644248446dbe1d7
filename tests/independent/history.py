"""A repository's history by git's own words: plain `git log`, `git diff-tree`, `git check-mailmap` and the like."""

import os
import re
import subprocess
import tempfile
from collections import Counter
from collections import defaultdict

WEEKS_13 = 13 * 7 * 86_400


class Git:
    """git on one repository, judged revision `tip`, with nothing of the user's or the worktree's mixed in."""

    def __init__(self, path):
        self.path = path
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": "/nowhere", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
            "LC_ALL": "C", "TZ": "UTC", "GIT_NO_REPLACE_OBJECTS": "1",
        }
        self.mailmap = []
        self.empty_tree = self.run("hash-object", "-t", "tree", "--stdin").strip()
        self.environment["GIT_ATTR_SOURCE"] = self.empty_tree

    def trust(self, tip):
        """Identities are read by the mailmap of that commit's tree."""
        held = self.run("ls-tree", tip, ".mailmap").strip()
        self.mailmap = ["-c", f"mailmap.blob={tip}:.mailmap"] if held else ["-c", f"mailmap.file={os.devnull}"]

    def objects(self):
        """Where its objects lie."""
        return os.path.abspath(os.path.join(self.path, self.run("rev-parse", "--git-path", "objects").strip()))

    def run(self, *arguments, stdin="", environment=None, codes=(0,)):
        command = ["git", "--git-dir", self.path, "-c", "core.bare=true", "-c", "core.commitGraph=false",
                   "-c", "core.quotePath=false", "-c", "log.showSignature=false", *self.mailmap, *arguments]
        done = subprocess.run(command, input=stdin.encode("utf-8", "surrogateescape"), capture_output=True,
                              env={**self.environment, **(environment or {})}, check=False)
        if done.returncode not in codes:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8", "surrogateescape")

    def file(self, commit, path):
        """The text of a file in a commit's tree, or `None`."""
        if not self.run("ls-tree", commit, path).strip():
            return None
        return self.run("cat-file", "blob", f"{commit}:{path}")


def mainline(git, revision, as_of):
    """The first-parent chain from the judged commit, newest first, as (id, committer time), and the end of the window."""
    lines = git.run("log", "--first-parent", "--format=%H %ct", revision).split("\n")
    chain = [(line.split()[0], int(line.split()[1])) for line in lines if line]
    if as_of is None:
        last = sorted(time for _, time in chain[:11])
        return chain, max(chain[0][1], last[(len(last) - 1) // 2])
    while chain and chain[0][1] > as_of:
        chain.pop(0)
    return chain, as_of


def window(chain, as_of, days):
    """The mainline of the window, oldest first, as (id, landing time), and the commit before it."""
    start = as_of - days * 86_400
    oldest = max((place for place, (_, time) in enumerate(chain) if start < time <= as_of), default=-1)
    if not any(time <= as_of for _, time in chain[oldest + 1:]):
        # Nothing tells when the first commits landed.
        oldest = len(chain) - 1
    landings = []
    latest = next((time for _, time in reversed(chain[:oldest + 1]) if time <= as_of), as_of)
    for commit, time in reversed(chain[:oldest + 1]):
        if time <= as_of:
            latest = max(latest, time)
        landings.append((commit, latest))
    return landings, chain[oldest + 1][0] if oldest + 1 < len(chain) else None


_FIELDS = ["%H", "%P", "%aN", "%aE", "%ct", "%s", "%B",
           "%(trailers:only=true,unfold=true,separator=%x02,key_value_separator=%x03)"]


def commits(git, tip, boundary):
    """Every commit that the tip reaches and the boundary does not, by id, with what git says of it."""
    span = [tip] + (["--not", boundary] if boundary else [])
    text = git.run("log", "-z", "--format=" + "%x01".join(_FIELDS), *span)
    found = {}
    for record in text.split("\0"):
        if not record:
            continue
        name, parents, author, email, time, subject, message, trailers = record.split("\1")
        found[name] = {
            "id": name, "parents": list(dict.fromkeys(parents.split())), "name": author, "address": address(email), "time": int(time),
            "subject": subject, "message": message,
            "trailers": [tuple(one.split("\3", 1)) for one in trailers.strip("\n").split("\2") if "\3" in one],
        }
    for commit in found.values():
        commit["trailers"] = counted_trailers(commit)
    co_authors(git, found.values())
    return found


def address(email):
    return email.strip().lower()


def counted_trailers(commit):
    """git's trailers; before a last paragraph of co-authors alone, as a squash merge writes it, those of the one before too."""
    trailers = commit["trailers"]
    message = commit["message"].replace("\r\n", "\n")
    paragraphs = [p.split("\n") for p in re.split(r"\n(?:[ \t]*\n)+", message.strip("\n"))]
    body = paragraphs[1:]
    if not body or not all(re.match(r"co-authored-by\s*:", line, re.I) for line in body[-1]):
        return trailers
    if any(re.match(r"[*-] ", line) for paragraph in body for line in paragraph):
        return trailers
    before = body[:-1]
    if before and len(before[-1]) == 1 and re.fullmatch(r"-+", before[-1][0].strip()):
        before = before[:-1]
    if not before:
        return trailers
    # A line that begins with a blank continues the one before.
    lines = re.sub(r"\n[ \t]+", " ", "\n".join(before[-1])).split("\n")
    found = [re.fullmatch(r"([A-Za-z0-9-]+)\s*:(.*)", line) for line in lines]
    if not all(found):
        return trailers
    return [(one[1], one[2].strip()) for one in found] + trailers


def co_authors(git, all_commits):
    """The addresses of co-authors after the mailmap, in order, without repeats."""
    named = []
    for commit in all_commits:
        values = [value for key, value in commit["trailers"] if key.lower() == "co-authored-by"]
        commit["co-authors"] = []
        named += [(commit, value) for value in values if re.fullmatch(r"[^<>]*<[^<>\s]+>", value.strip())]
    if not named:
        return
    lines = [value.strip() if not value.strip().startswith("<") else "x " + value.strip() for _, value in named]
    mapped = git.run("check-mailmap", "--stdin", stdin="\n".join(lines) + "\n").strip("\n").split("\n")
    for (commit, _), line in zip(named, mapped, strict=True):
        email = address(line[line.rindex("<") + 1:line.rindex(">")])
        if email not in commit["co-authors"]:
            commit["co-authors"].append(email)


def land(found, landings):
    """Each commit lands with the oldest mainline commit that contains it."""
    for place, (mainline_commit, time) in enumerate(landings):
        todo = [mainline_commit]
        while todo:
            commit = found.get(todo.pop())
            if commit is None or "landing" in commit:
                continue
            commit.update(landing=mainline_commit, landed=time, order=place, day=own_day(commit["time"], time))
            todo += commit["parents"]


def own_day(committed, landed):
    """The UTC day of a commit, as days since 1970: its committer's, held within 13 weeks before the landing."""
    return min(max(committed, landed - WEEKS_13), landed) // 86_400


def changes(git, commits):
    """The changed paths with their lines for commits with one parent or none: {id: {path: lines or None}}.

    The parent is said, as git takes a commit that names it twice for a merge.
    """
    text = git.run("diff-tree", "--stdin", "-r", "--root", "--raw", "--numstat", "-z", "--no-renames",
                   "--diff-algorithm=myers", "--no-textconv", "--no-ext-diff", "--no-indent-heuristic",
                   stdin="".join(f"{' '.join([one['id'], *one['parents']])}\n" for one in commits))
    return _by_commit(text, [one["id"] for one in commits])


def _by_commit(text, ids):
    wanted, found, current, submodules = set(ids), {one: {} for one in ids}, None, set()
    fields = iter(text.split("\0"))
    for field in fields:
        field = field.lstrip("\n")
        if field in wanted:
            current, submodules = found[field], set()
        elif field.startswith(":"):
            old, new = field[1:].split(" ")[:2]
            path = next(fields)
            if "160000" in (old, new):
                submodules.add(path)
        elif field:
            added, removed, path = field.split("\t", 2)
            text_file = added != "-" and path not in submodules
            current[path] = int(added) + int(removed) if text_file else None
    return found


def own_content(git, merges):
    """What merges change against all their parents: {id: {path: lines or None}}, as the columns of `git diff -c` show it.

    `MERGED` stands for the lines of a path that was put together from its parents' sides.
    """
    found, entries, path, columns, inside = {one["id"]: {} for one in merges}, {}, None, 0, False
    text = git.run("diff-tree", "--stdin", "-c", "-r", "-p", "--raw", "--no-abbrev", "--no-renames", "--diff-algorithm=myers",
                   "--no-textconv", "--no-ext-diff", stdin="".join(f"{one}\n" for one in found))
    for line in text.split("\n"):
        if line in found:
            entries, columns, inside = found[line], 0, False
        elif line.startswith("::"):
            columns = len(line) - len(line.lstrip(":"))
            meta, name = line[columns:].split("\t", 1)
            fields = meta.split(" ")
            modes, objects = fields[:columns + 1], fields[columns + 1:2 * columns + 2]
            # Of its own are the content that no parent has, and the mode that none has.
            own, own_mode = objects[-1] not in objects[:-1], modes[-1] not in modes[:-1]
            is_file = any(mode not in ("000000", "160000") for mode in modes)
            entries[unquoted(name)] = (None if own and not is_file or not own and own_mode else MERGED, own and is_file, own_mode)
        elif line.startswith(("diff --combined ", "diff --cc ")):
            path, inside = unquoted(line.split(" ", 2)[2]), False
            lines, reads, own_mode = entries[path]
            if reads and lines is MERGED and own_mode:
                entries[path] = (None, reads, own_mode)
        elif line.startswith("Binary files ") and not inside:
            entries[path] = (None, False, False)
        elif line.startswith("@@@"):
            inside = True
        elif inside and entries[path][1] and line[:columns] in ("+" * columns, "-" * columns):
            lines, reads, own_mode = entries[path]
            entries[path] = ((0 if lines is None or lines is MERGED else lines) + 1, reads, own_mode)
    return {name: {path: lines for path, (lines, *_) in paths.items()} for name, paths in found.items()}


MERGED = "merged"


def fingerprints(git, units, ignored_of, named=()):
    """What each change does and what would take it back: {id: (forward, backward)}, without those that match no other and are not `named`.

    `units` are commits; of a merge the change against the first parent is taken. `ignored_of` tells which of some paths are
    ignored. A direction is a tuple of paths, each with
    the modes before and after, and the lines removed and added without blanks, or, where these are no text, the objects.
    """
    needed = {one for unit in units for one in [unit["id"], *unit["parents"][:1]]}
    trees = _trees(git, sorted(needed))
    pairs = {unit["id"]: (trees[unit["parents"][0]] if unit["parents"] else git.empty_tree, trees[unit["id"]]) for unit in units}
    # Only changes of the same paths can match.
    alike = defaultdict(set)
    raw = _tree_pairs(git, pairs.values(), ["--raw"])
    ignored = ignored_of({entry["path"] for entries in raw.values() for entry in entries})
    for pair, entries in raw.items():
        alike[frozenset(entry["path"] for entry in entries if entry["path"] not in ignored)].add(pair)
    many = Counter(pairs.values())
    asked = {pair for paths, group in alike.items() if paths and sum(many[pair] for pair in group) > 1 for pair in group}
    asked |= {pairs[name] for name in named if any(entry["path"] not in ignored for entry in raw[pairs[name]])}
    both_ways = asked | {(new, old) for old, new in asked}
    done = {}
    for pair, entries in _tree_pairs(git, both_ways, ["--raw", "-p", "-U0"]).items():
        counted = [entry for entry in entries if entry["path"] not in ignored]
        # Blank lines alone are no content.
        if any(entry["modes"][0] != entry["modes"][1] or any(entry["content"]) for entry in counted):
            done[pair] = tuple(sorted((entry["path"], entry["modes"], entry["content"]) for entry in counted))
    return {name: (done[pair], done[pair[::-1]]) for name, pair in pairs.items() if pair in done and pair[::-1] in done}


def leaves_what_reverts_leave(git, later, earlier, ignored_of):
    """Whether a commit leaves, but for blanks, what `git revert` of others would, the newest first, each of which finds all its lines."""
    with tempfile.TemporaryDirectory() as folder:
        # What git merges is written beside the repository.
        environment = {"GIT_OBJECT_DIRECTORY": folder, "GIT_ALTERNATE_OBJECT_DIRECTORIES": git.objects()}

        def tree(name):
            return git.run("rev-parse", f"{name}^{{tree}}").strip()

        def before(commit):
            return tree(commit["parents"][0]) if commit["parents"] else git.empty_tree

        def turned(old, new):
            entries = _tree_pairs(git, [(old, new)], ["--raw", "-p", "-U0"], environment)[old, new]
            paths = {entry["path"] for entry in entries}
            ignored = ignored_of(paths)
            found = {}
            for entry in (one for one in entries if one["path"] not in ignored):
                removed, added = entry["content"]
                if isinstance(removed, str):
                    what = (removed, added)
                else:
                    lines = Counter(added)
                    lines.subtract(removed)
                    what = frozenset((line, count) for line, count in lines.items() if count)
                modes = entry["modes"] if entry["modes"][0] != entry["modes"][1] else ()
                found[entry["path"]] = (modes, what)
            return found

        now = before(later)
        for commit in earlier:
            done = git.run("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", f"--merge-base={tree(commit['id'])}",
                           now, before(commit), environment=environment, codes=(0, 1)).split("\0")
            conflicts = {path for path in done[1:] if path}
            if conflicts - ignored_of(conflicts):
                return False
            wanted, made = turned(tree(commit["id"]), before(commit)), turned(now, done[0])
            elsewhere = [(wanted.pop(path, None), made.pop(path, None)) for path in set(wanted) & set(made)]
            # A file that has another name now.
            elsewhere.append((sorted(map(str, wanted.values())), sorted(map(str, made.values()))))
            if any(one != other for one, other in elsewhere):
                return False
            now = done[0]
        entries = _tree_pairs(git, [(now, tree(later["id"]))], ["--raw", "-p", "-U0", "-w", "--ignore-blank-lines"],
                              environment)[now, tree(later["id"])]
        ignored = ignored_of({entry["path"] for entry in entries})
        return not any(entry["modes"][0] != entry["modes"][1] or any(entry["content"])
                       for entry in entries if entry["path"] not in ignored)


def _trees(git, ids):
    text = git.run("cat-file", "--batch-check=%(objectname)", stdin="".join(f"{one}^{{tree}}\n" for one in ids))
    return dict(zip(ids, text.split(), strict=True))


_MODES = {"000000": "-", "100644": "file", "100664": "file", "100755": "executable", "120000": "link", "160000": "submodule"}


def _tree_pairs(git, pairs, options, environment=None):
    """The changed paths between pairs of trees: {pair: [{"path", "modes", "objects", "content"}]}."""
    pairs = sorted(set(pairs))
    text = git.run("diff-tree", "--stdin", "-r", "--no-abbrev", "--no-renames", "--diff-algorithm=myers", "--no-textconv",
                   "--no-ext-diff", *options, stdin="".join(f"{old} {new}\n" for old, new in pairs), environment=environment)
    found, entries, patch = {pair: [] for pair in pairs}, [], -1
    for line in text.split("\n"):
        if re.fullmatch(r"([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64})", line):
            entries, patch = found[tuple(line.split())], -1
        elif line.startswith(":"):
            meta, path = line[1:].split("\t", 1)
            old_mode, new_mode, old, new, status = meta.split(" ")
            modes = (_MODES[old_mode], _MODES[new_mode])
            entry = {"path": unquoted(path), "modes": modes, "objects": (old, new), "content": ([], []), "twice": status == "T"}
            if "submodule" in modes:
                entry["content"] = entry["objects"]
            entries.append(entry)
        elif line.startswith("diff --git "):
            # Patches come in the order of the entries; a file that becomes a link, say, has two.
            if patch >= 0 and entries[patch]["twice"]:
                entries[patch]["twice"] = False
            else:
                patch += 1
            inside = False
        elif line.startswith("@@"):
            inside = True
        elif line.startswith("Binary files ") and not inside:
            entries[patch]["content"] = entries[patch]["objects"]
        elif line[:1] in ("-", "+") and inside and isinstance(entries[patch]["content"][0], list):
            bare = "".join(line[1:].split())
            if bare:
                entries[patch]["content"][line[0] == "+"].append(bare)
    for entry in (entry for some in found.values() for entry in some):
        entry["content"] = tuple(one if isinstance(one, str) else tuple(one) for one in entry["content"])
    return found


def unquoted(path):
    """A path as it is, from what git shows of one with unusual characters."""
    if not path.startswith('"'):
        return path
    escapes = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
    raw = re.sub(rb"\\([0-7]{3}|.)", lambda one: bytes([int(one[1], 8) if len(one[1]) == 3 else escapes[one[1].decode()]]),
                 path[1:-1].encode("utf-8", "surrogateescape"))
    return raw.decode("utf-8", "surrogateescape")


def ignored_by_attributes(git, tip, paths):
    """Which paths the tip's attributes call generated or vendored."""
    paths = sorted(paths)
    if not paths:
        return set()
    names = ["linguist-generated", "linguist-vendored"]
    text = git.run("check-attr", "-z", "--stdin", f"--source={tip}", *names, stdin="".join(f"{p}\0" for p in paths))
    fields = text.split("\0")
    return {path for path, _, value in zip(fields[::3], fields[1::3], fields[2::3]) if value in ("set", "true")}


def owned_by_patterns(patterns, paths):
    """Which paths belong to a list in gitignore syntax, of which the last that fits decides; what fits is asked of git itself."""
    owned = set()
    for pattern in patterns:
        if pattern.startswith("!"):
            owned -= _fitting(pattern[1:], owned)
        else:
            owned |= _fitting(pattern, paths)
    return owned


def _fitting(pattern, paths):
    """The paths that one pattern fits, in an empty repository."""
    paths = sorted(paths)
    if not paths:
        return set()
    with tempfile.TemporaryDirectory() as folder:
        rules = os.path.join(folder, "rules")
        with open(rules, "w", encoding="utf-8") as file:
            file.write(f"{pattern}\n")
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        subprocess.run(["git", "init", "-q", "w"], cwd=folder, env=environment, check=True)
        done = subprocess.run(["git", "-c", f"core.excludesFile={rules}", "check-ignore", "--no-index", "--stdin", "-z"],
                              cwd=os.path.join(folder, "w"), env=environment, check=False, capture_output=True,
                              input="".join(f"{p}\0" for p in paths).encode("utf-8", "surrogateescape"))
        return {path for path in done.stdout.decode("utf-8", "surrogateescape").split("\0") if path}
