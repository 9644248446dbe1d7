#!/usr/bin/env python3
"""Times `debtlint markers` beside `rg`, `git grep` and `git blame`, and holds its births against those of `git blame`.

    cargo build --release
    python3 benches/markers.py scan target/release/debtlint REPOSITORY [--rg rg] [--worktree DIR]
    python3 benches/markers.py births target/release/debtlint REPOSITORY [--sample 400]
    python3 benches/markers.py counts target/release/debtlint REPOSITORY...
    python3 benches/markers.py without-absent REPOSITORY --into DIR

`scan` finds the five default tags: on a working tree (made in DIR with `git archive`, as a repository of its own) beside
`rg -n -w`, and in a bare repository beside `git grep -n -w`; medians of interleaved runs, wall and processor time. Both
search every file, debtlint those that it does not leave out.

`births` times all births beside `git blame -w -M` of every file that holds a marker, one file after the other, and holds
a sample of the markers, evenly drawn, against the commit that blame names for the line. Each difference is put in a class:
what `git blame -C -C`, which looks at other files of a commit, too, says as we do; what is older since the text of the
marker stood somewhere already in the parent of the commit that blame names; what is younger since only the first line of
the marker, and not what it says, stood in the parent of ours; the rest, each of which is listed.

`counts` puts the lines that `git grep -nwI` finds in HEAD and debtlint does not list in classes: by the reason why their
file is left out, which debtlint is asked for file by file, or by the extension of a file that is searched, in which the line
is no comment. What debtlint lists and `git grep` does not find is named.

`without-absent` makes a bare repository in DIR whose one commit has the tree of HEAD without the files that the repository
at hand lacks (partial clones): its objects are those of the other repository.
"""

import argparse
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

TAGS = "TODO|FIXME|HACK|XXX|DEBT"


def output(*command):
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")


def timed(command, fine=(0, 1)):
    """Wall and processor seconds of one run."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    stderr = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in fine:
        sys.exit(f"{command} ended with {process.returncode}: {stderr.decode(errors='replace')}")
    return seconds, usage.ru_utime + usage.ru_stime


def interleaved(ways, runs):
    samples = {way: [] for way in ways}
    for _ in range(runs):
        for way, command in ways.items():
            samples[way].append(timed(command))
    return {way: [statistics.median(column) for column in zip(*taken)] for way, taken in samples.items()}


def compared(name, ours, theirs, figures):
    (wall, cpu), (other_wall, other_cpu) = figures[ours], figures[theirs]
    print(f"| {name} | {theirs} | {wall:.2f} s | {other_wall:.2f} s | {wall / other_wall:.2f} | {cpu:.2f} s | "
          f"{other_cpu:.2f} s | {cpu / other_cpu:.2f} |")


def scan(options):
    repository = options.repository
    files = output("git", "-C", repository, "ls-tree", "-r", "HEAD").count("\n")
    list_ = [options.program, "markers", "--no-age", "--exit-zero", "--no-progress"]
    print(f"{files} files\n\n| where | beside | ours, wall | theirs | ratio | ours, processor | theirs | ratio |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    ways = {"ours": [*list_, repository],
            "git grep": ["git", "-C", repository, "grep", "-nwE", TAGS, "HEAD"]}
    compared("bare", "ours", "git grep", interleaved(ways, options.runs))
    if options.worktree:
        tree = pathlib.Path(options.worktree)
        if not tree.exists():
            tree.mkdir(parents=True)
            archive = subprocess.Popen(["git", "-C", repository, "archive", "HEAD"], stdout=subprocess.PIPE)
            subprocess.run(["tar", "-x", "-C", str(tree)], stdin=archive.stdout, check=True)
            output("git", "-C", str(tree), "init", "-q")
            person = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
            output("git", "-C", str(tree), *person, "commit", "-q", "--allow-empty", "-m", "x")
        ways = {"ours": [*list_, "--worktree", str(tree)],
                "rg": [options.rg, "-nw", "--hidden", "--no-require-git", TAGS, str(tree)]}
        compared("working tree", "ours", "rg", interleaved(ways, options.runs))


def blamed(repository, path, *more):
    """The commit of each line."""
    commits = {}
    command = ["git", "-C", repository, "blame", "-w", "-M", *more, "--porcelain", "HEAD", "--", path]
    for line in output(*command).split("\n"):
        words = line.split(" ")
        if len(words) in (3, 4) and len(words[0]) == 40 and words[2].isdigit():
            commits[int(words[2])] = words[0]
    return commits


def stood(repository, commit, text, *paths):
    """Whether a text stood somewhere in the first parent of a commit."""
    command = ["git", "-C", repository, "grep", "-qF", text, f"{commit}^", *(["--", *paths] if paths else [])]
    return bool(text) and subprocess.run(command, capture_output=True).returncode == 0


def why(repository, marker, ours, theirs):
    place = (marker["file"], marker["line"])
    if not ours:
        return "not known"
    if blamed(repository, place[0], "-C", "-C", f"-L{place[1]},{place[1]}").get(place[1]) == ours:
        return "as blame -C -C says"
    line = output("git", "-C", repository, "show", f"HEAD:{place[0]}").split("\n")[place[1] - 1]
    line = line[line.find(marker["tag"]):].strip()
    words = line[len(marker["tag"]):].lstrip(":([ ")[:60].strip()
    is_older = subprocess.run(["git", "-C", repository, "merge-base", "--is-ancestor", ours, theirs]).returncode == 0
    if is_older:
        return "older: the text stood before" if stood(repository, theirs, words or line) else "older: else"
    return "younger: its line stood before" if stood(repository, ours, line) else "younger: else"


def births(options):
    repository = options.repository
    command = [options.program, "markers", repository, "--exit-zero", "--no-progress", "--format", "json"]
    listing = timed([*command, "--no-age"])
    ours = [timed(command) for _ in range(options.runs)]
    ours = [statistics.median(column) for column in zip(*ours)]
    markers = json.loads(output(*command))["markers"]
    files = sorted({marker["file"] for marker in markers})
    lines, wall, cpu = {}, 0.0, 0.0
    for path in files:
        took = timed(["git", "-C", repository, "blame", "-w", "-M", "--porcelain", "HEAD", "--", path])
        wall, cpu = wall + took[0], cpu + took[1]
    print(f"{len(markers)} markers in {len(files)} files, {os.cpu_count()} processors")
    print(f"listing alone: {listing[0]:.2f} s; with births {ours[0]:.2f} s wall, {ours[1]:.2f} s of processors")
    print(f"git blame: {wall:.1f} s wall, {cpu:.1f} s of processors; {wall / ours[0]:.1f} x and {cpu / ours[1]:.1f} x")

    size = min(options.sample, len(markers))
    sample = [markers[number * len(markers) // size] for number in range(size)]
    for path in {marker["file"] for marker in sample}:
        lines[path] = blamed(repository, path)
    classes, rest = collections.Counter(), []
    for marker in sample:
        commit = marker["birth"]["commit"] if marker.get("birth") else None
        theirs = lines[marker["file"]][marker["line"]]
        what = "the same" if commit == theirs else why(repository, marker, commit, theirs)
        classes[what] += 1
        if what.endswith("else") or options.verbose and what != "the same":
            rest.append(f"  {what}: {marker['file']}:{marker['line']} {str(commit)[:10]} {theirs[:10]} {marker['text'][:60]}")
    print(f"sample of {size}:")
    for what, count in classes.most_common():
        print(f"  {count:5} {what}")
    print("\n".join(rest))


def repository_beside(repository, folder, *more):
    """A repository of the same objects."""
    output("git", "init", "-q", *more, str(folder))
    git_dir = pathlib.Path(output("git", "-C", str(folder), "rev-parse", "--absolute-git-dir").strip())
    objects = output("git", "-C", repository, "rev-parse", "--path-format=absolute", "--git-path", "objects").strip()
    (git_dir / "objects/info/alternates").write_text(objects + "\n")


def without_absent(options):
    repository, into = options.repository[0], options.into or sys.exit("--into DIR")
    entries = output("git", "-C", repository, "ls-tree", "-rz", "HEAD").split("\0")[:-1]
    names = "\n".join(entry.split()[2] for entry in entries if entry.split()[1] == "blob")
    check = ["git", "-C", repository, "cat-file", "--batch-check=%(objectname)"]
    answers = subprocess.run(check, input=names, capture_output=True, check=True, text=True).stdout.split("\n")
    absent = {answer.split()[0] for answer in answers if answer.endswith(" missing")}
    repository_beside(repository, into, "--bare")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "GIT_INDEX_FILE": f"{folder}/index"}
        person = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
                  for what, value in (("NAME", "A"), ("EMAIL", "a@example.com"), ("DATE", "1700000000 +0000"))}

        def git(*command, data=None):
            taken = subprocess.run(["git", "-C", into, *command], input=data, capture_output=True, check=True, text=True,
                                   env={**environment, **person})
            return taken.stdout.strip()

        git("update-index", "-z", "--index-info", data="".join(
            f"{entry}\0" for entry in entries if entry.split()[2] not in absent))
        commit = git("commit-tree", git("write-tree", "--missing-ok"), "-m", "x")
        git("update-ref", "HEAD", commit)
    print(f"{commit}: {len(entries) - len(absent)} files, {len(absent)} absent ones left out")


def grepped(repository):
    """Path and number of each line with a tag as a word."""
    command = ["git", "-C", repository, "grep", "-nwIzE", TAGS, "HEAD"]
    lines = subprocess.run(command, capture_output=True, check=True).stdout.split(b"\n")
    fields = [line.split(b"\0")[:2] for line in lines if line.count(b"\0") >= 2]
    return {(path.decode("utf-8", "replace").removeprefix("HEAD:"), int(number)) for path, number in fields}


def counts(options):
    list_ = ["markers", "--no-age", "--exit-zero", "--no-progress", "--format", "json"]
    print("| repository | `git grep` | listed | the rest |\n|---|--:|--:|---|")
    for repository in options.repository:
        found = grepped(repository)
        markers = json.loads(output(options.program, *list_, repository))["markers"]
        listed = {(marker["file"], marker["line"]) for marker in markers}
        rest = collections.Counter(path for path, _ in found - listed)
        classes, kinds = collections.Counter(), collections.Counter()
        with tempfile.TemporaryDirectory() as folder:
            repository_beside(repository, folder)
            commit = output("git", "-C", repository, "rev-parse", "HEAD").strip()
            output("git", "-C", folder, "update-ref", "HEAD", commit)
            for path, lines in rest.items():
                # What decides is in HEAD's tree; the file is there so that it can be named.
                place = pathlib.Path(folder, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.touch()
                left_out = json.loads(output(options.program, *list_, str(place)))["counts"]["left_out"]
                if left_out:
                    classes[left_out[0]["reason"]] += lines
                else:
                    kinds[pathlib.Path(path).suffix.lstrip(".") or pathlib.Path(path).name] += lines
                    if options.verbose:
                        for number in sorted(number for other, number in found - listed if other == path):
                            print(f"  {path}:{number}", file=sys.stderr)
        parts = [f"{count} {reason}" for reason, count in classes.most_common()]
        if kinds:
            of = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
            parts.append(f"{sum(kinds.values())} no comment ({of})")
        only_ours = [f"{path}:{number}" for path, number in sorted(listed - found)]
        parts += [f"only ours: {', '.join(only_ours[:9])} ({len(only_ours)})"] if only_ours else []
        name = pathlib.Path(repository).resolve()
        name = name.parent.name if name.name in ("repo", ".git") else name.name
        print(f"| {name} | {len(found):,} | {len(found & listed):,} | {len(found - listed):,}: {', '.join(parts)} |", flush=True)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("what", choices=["scan", "births", "counts", "without-absent"])
parser.add_argument("program_and_repository", nargs="+", metavar="PROGRAM REPOSITORY")
parser.add_argument("--into", metavar="DIR")
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--sample", type=int, default=400)
parser.add_argument("--rg", default="rg")
parser.add_argument("--worktree", metavar="DIR")
parser.add_argument("--verbose", action="store_true", help="list every difference")
options = parser.parse_args()
options.program, options.repository = options.program_and_repository[0], options.program_and_repository[1:]
if options.what == "without-absent":
    options.repository = options.program_and_repository[:1]
elif options.what != "counts":
    options.repository = options.repository[0]
{"scan": scan, "births": births, "counts": counts, "without-absent": without_absent}[options.what](options)
