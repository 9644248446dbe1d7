"""Who owns a path, by `CODEOWNERS`, as docs/markers.md has it: the first of four files, in one of two dialects."""

import re

import history

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
LARGEST = 3 << 20
# `^[Name][2] @owner`
HEADING = re.compile(r"\^?\[([^\]]*)\](?:\[[0-9]*\])?(?:\s+(.*))?")


def owners_of(git, tip, paths):
    """The owners of each path, in lower case; paths that no line fits are left out."""
    place, text = next(((place, text) for place in PLACES if (text := git.file(tip, place)) is not None), ("", ""))
    text = "" if len(text.encode(errors="surrogateescape")) >= LARGEST else text.removeprefix("\ufeff")
    is_gitlab = place.startswith(".gitlab/") or any(heading(line.strip()) for line in text.splitlines())
    return of_gitlab(text, paths) if is_gitlab else of_github(text, paths)


def of_github(text, paths):
    """The last line that fits a path decides."""
    owners = {}
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if words:
            for path in history.owned_by_patterns(words[:1], paths):
                owners[path] = {word.lower() for word in words[1:]}
    return owners


def of_gitlab(text, paths):
    """In each section the last line that fits decides; of all sections together. `!` takes a path out of its section for good."""
    sections, name, default = {}, "", set()
    for line in map(str.strip, text.split("\n")):
        if not line or line.startswith("#"):
            continue
        if found := heading(line):
            name, default = found[1].strip().lower(), named(found[2] or "")
            continue
        pattern, rest = re.fullmatch(r"((?:\\.|\S)*)(.*)", line).groups()
        fits = glob(pattern.removeprefix("!"))
        sections.setdefault(name, []).append((fits, pattern.startswith("!"), named(rest) if rest.strip() else default))
    owners = {}
    for path in paths:
        for lines in sections.values():
            fitting = [(is_out, whose) for fits, is_out, whose in lines if fits.fullmatch("/" + path)]
            if fitting and not any(is_out for is_out, _ in fitting):
                owners.setdefault(path, set()).update(fitting[-1][1])
    return owners


def heading(line):
    found = HEADING.fullmatch(line)
    return found if found and found[1].strip() else None


def named(text):
    """The words that name somebody; others say nothing."""
    is_one = re.compile(r"@[^@]+|@@.+|[^@]+@.+")
    return {word.lower() for word in text.split() if is_one.fullmatch(word)}


def glob(pattern):
    """`fnmatch` with path names and dotfiles: `*` and `?` stay within a name, `**/` is any number of folders."""
    pattern = pattern.removeprefix("\\") if pattern.startswith("\\#") else pattern
    pattern = "/**/*" if pattern == "*" else pattern if pattern.startswith("/") else "/**/" + pattern
    if pattern.endswith("/"):
        pattern += "**/*"
    elif pattern.endswith("/**"):
        pattern = pattern[:-1]
    kinds = r"(?P<folders>(?<=/)\*\*/)|(?P<star>\*+)|(?P<one>\?)|\[(?P<none>[!^]?)(?P<set>\]?[^\]]*)\]|\\(?P<escaped>.)|(?P<itself>.)"

    def meant(found):
        if found["folders"]:
            return "(?:[^/]+/)*"
        if found["star"] or found["one"]:
            return "[^/]*" if found["star"] else "[^/]"
        if found["set"]:
            return f"[{'^/' if found['none'] else ''}{found['set'].replace(chr(92), chr(92) * 2)}]"
        return re.escape(found["escaped"] or found["itself"])

    return re.compile(re.sub(kinds, meant, pattern, flags=re.S), re.S)
