#!/usr/bin/env python3
"""Holds the births that `debtlint markers` tells against `git blame -w -M` of each marker's line.

    births.py PROGRAM GIT_DIR [SAMPLE]

Prints how many of a sample (spread evenly over the list; all without a number) agree, the differences, and the time that
the program takes for all markers against that of `git blame` over all files that hold them, by the sample's files."""

import json
import subprocess
import sys
import time


def run(*command):
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")


program, repository = sys.argv[1:3]
began = time.monotonic()
without = run(program, "markers", repository, "--no-age", "--exit-zero", "--format", "json")
listed = time.monotonic() - began
began = time.monotonic()
markers = json.loads(run(program, "markers", repository, "--exit-zero", "--format", "json"))["markers"]
ours = time.monotonic() - began
assert len(markers) == len(json.loads(without)["markers"])

size = int(sys.argv[3]) if len(sys.argv) > 3 else len(markers)
step = max(1, len(markers) // max(1, size))
sample = markers[::step][:size]
blamed = {}
began = time.monotonic()
for path in sorted({marker["file"] for marker in sample}):
    lines = run("git", "-C", repository, "blame", "-w", "-M", "--line-porcelain", "HEAD", "--", path).split("\n")
    commits, commit = [], None
    for line in lines:
        if line.startswith("\t"):
            commits.append(commit)
        elif len(line.split(" ")) in (3, 4) and len(line.split(" ")[0]) == 40:
            commit = line.split(" ")[0]
    blamed[path] = commits
blame = time.monotonic() - began

same, differ = 0, []
for marker in sample:
    theirs = blamed[marker["file"]][marker["line"] - 1]
    birth = marker.get("birth")
    if birth and birth["commit"] == theirs:
        same += 1
    else:
        differ.append((marker["file"], marker["line"], birth and birth["commit"], theirs, marker["text"][:60]))
files = len({marker["file"] for marker in markers})
print(f"{len(markers)} markers in {files} files; sample {len(sample)}: {same} agree, {len(differ)} differ")
print(f"all births {ours:.1f} s (listing alone {listed:.1f} s); git blame of {len(blamed)} files {blame:.1f} s")
for path, line, our, their, text in differ:
    dates = [run("git", "-C", repository, "show", "-s", "--format=%cs", commit).strip() if commit else "-" for commit in (our, their)]
    kind = "older" if dates[0] < dates[1] else "younger" if dates[0] > dates[1] else "same day"
    print(f"  {path}:{line} ours {str(our)[:10]} {dates[0]} {kind}, git {their[:10]} {dates[1]}: {text}")
