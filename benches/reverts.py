#!/usr/bin/env python3
"""Holds what the gate takes for a taking back against git's own reverts, on the commits of a real history that say they revert.

    cargo build --release
    python3 benches/reverts.py target/release/debtlint REPOSITORY... [--commits 20000] [--most 200] [--ignore PATTERN...]

Of the last commits those are asked whose message names one or more commits in lines `This reverts commit ID`, all of which are ancestors
and landed in the 26 weeks before. git takes the named ones back, the newest first, with `git merge-tree` (2.40 or newer);
debtlint judges the commit as a change on its first parent, under a policy that everything is short of. Both say of each commit
whether it is no more than that: `same` or `other` (git), `taken back`, `left out` (only lock files, say) or `work` (debtlint). Where a
named one says that it reverts, too, git says `again`: what takes a taking-back back brings work in. What they do not say alike is
listed.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import tempfile

WEEKS = 26
POLICY = """version: 1
extends: [default]
sponsor: cto@example.com
allocation: 100%
window: {weeks}w
minimum-effort: {{ people: 1, developer-weeks: 0.01 }}
ignore: [{ignore}]
"""
NAMES = re.compile(r"^This reverts commit ([0-9a-f]{7,40})", re.MULTILINE)


def git(repository, *arguments):
    command = ["git", "-C", repository, *arguments]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)


def said(repository, *arguments):
    return git(repository, *arguments).stdout.strip()


def reverting(repository, commits):
    """The commits that say they revert, with their parent and those that they name."""
    log = said(repository, "log", f"--max-count={commits}", "--no-merges", "--format=%H %P%x00%ct%x00%B%x01")
    for record in log.split("\x01"):
        ids, _, rest = record.strip().partition("\x00")
        time, _, message = rest.partition("\x00")
        named = list(dict.fromkeys(NAMES.findall(message)))
        if named and " " in ids:
            commit, parent = ids.split()[:2]
            yield commit, parent, int(time), named


def landed(repository, commit, parent, time, named):
    """The named ones by their whole ids, if all landed in the weeks before the commit: the newest first."""
    full = [said(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") for name in named]
    if not all(full) or any(git(repository, "merge-base", "--is-ancestor", one, parent).returncode for one in full):
        return []
    if any(time - int(said(repository, "log", "-1", "--format=%ct", one)) > WEEKS * 7 * 86_400 for one in full):
        return []
    return said(repository, "rev-list", "--topo-order", "--no-walk=sorted", *full).split()


def by_git(repository, commit, parent, named):
    tree = said(repository, "rev-parse", f"{parent}^{{tree}}")
    for one in named:
        merged = git(repository, "merge-tree", "--write-tree", f"--merge-base={one}", tree, f"{one}^")
        if merged.returncode:
            return "other"
        tree = merged.stdout.split("\n")[0]
    if tree != said(repository, "rev-parse", f"{commit}^{{tree}}"):
        return "other"
    messages = [said(repository, "log", "-1", "--format=%B", one) for one in named]
    return "again" if any(re.search("revert", message, re.IGNORECASE) for message in messages) else "same"


def by_debtlint(program, repository, policy, commit, parent):
    command = [program, "check", repository, "--base", parent, "--head", commit, "--config", policy]
    command += ["--no-flow", "--no-evidence", "--format", "json", "--exit-zero"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "CI": "true"})
    if done.returncode:
        return "not judged"
    answers = {team["change"]["answer"] for team in json.loads(done.stdout)["teams"] if team.get("change")}
    if answers <= {"reverts", "brings-back"}:
        return "taken back"
    return "left out" if answers <= {"not-concerned", "exempt"} else "work"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("repositories", nargs="+", metavar="REPOSITORY")
    parser.add_argument("--commits", type=int, default=20_000, help="how far back (default: 20000 commits)")
    parser.add_argument("--most", type=int, default=200, help="so many that say they revert (default: 200)")
    parser.add_argument("--several", action="store_true", help="only those that name several")
    parser.add_argument("--ignore", action="append", default=[], help="leave paths out of debtlint's measure")
    typed = parser.parse_args()
    all_together = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        policy = pathlib.Path(folder, "policy.yml")
        ignore = ", ".join(json.dumps(pattern) for pattern in typed.ignore)
        policy.write_text(POLICY.format(weeks=WEEKS, ignore=ignore))
        for repository in typed.repositories:
            counts, asked = collections.Counter(), 0
            for commit, parent, time, names in reverting(repository, typed.commits):
                if asked == typed.most:
                    break
                named = landed(repository, commit, parent, time, names)
                if not named or (typed.several and len(named) < 2):
                    continue
                asked += 1
                git_says = by_git(repository, commit, parent, named)
                we_say = by_debtlint(typed.program, repository, policy, commit, parent)
                counts[git_says, we_say] += 1
                if (git_says, we_say) in [("same", "work"), ("other", "taken back")]:
                    print(f"  {commit[:12]} of {len(named)}: git {git_says}, debtlint {we_say}", flush=True)
            print(f"{repository}: {asked}; " + ", ".join(f"{a} and {b} {n}" for (a, b), n in sorted(counts.items())), flush=True)
            all_together += counts
    print("together: " + ", ".join(f"{a} and {b} {n}" for (a, b), n in sorted(all_together.items())))


if __name__ == "__main__":
    main()
