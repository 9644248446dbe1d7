#!/usr/bin/env python3
"""Whether the program walks exactly what `git rev-list TIP --not BOUNDARY` lists, for many repositories.

    walked.py PROGRAM REPOSITORY...

One line a repository: its name, the commits that both list, the boundary, and whether the two are equal. A repository that
the program cannot judge is shown with the reason. Exit code 0: all that were judged are equal.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import history


def main():
    program, *repositories = sys.argv[1:]
    unequal = 0
    with tempfile.TemporaryDirectory() as folder:
        # The shipped policy judges, not one that a repository may have: only the walk is looked at.
        policy = pathlib.Path(folder, "policy.yml")
        policy.write_text("version: 1\nextends: [conventional-commits, bots, generated]\n", encoding="utf-8")
        for repository in repositories:
            equal, line = walked(program, policy, repository)
            print(line, flush=True)
            unequal += not equal
    return int(unequal > 0)


def walked(program, policy, repository):
    name = next(part for part in reversed(pathlib.Path(repository).parts) if part not in ("repo", ".git"))
    done = subprocess.run([program, "check", repository, "--config", policy, "--format", "json", "--items", "--exit-zero",
                           "--no-progress"], capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    if done.returncode:
        reason = next((line.strip(" ×x") for line in done.stderr.split("\n") if line.strip()), "no reason given")
        return done.returncode == 3, f"{name}: not judged (exit code {done.returncode}): {reason}"
    report = json.loads(done.stdout)
    theirs = {item["commit"] for item in report["items"]}
    tip, boundary = report["subject"]["revision"], report["subject"]["boundary"]
    span = [tip, *(["--not", boundary] if boundary else [])]
    mine = set(history.Git(repository).run("rev-list", *span).split())
    equal = mine == theirs and len(report["items"]) == len(theirs)
    counts = report["commits"]
    out = counts["walked"] - counts["counted"]
    said = "equal" if equal else f"DIFFER: {len(mine - theirs)} only in git, {len(theirs - mine)} only in the report"
    return equal, (f"{name}: {said}; {len(theirs)} commits ({counts['counted']} counted, {out} exempt), "
                   f"{tip[:12]} --not {boundary[:12] if boundary else 'nothing'}")


if __name__ == "__main__":
    sys.exit(main())
