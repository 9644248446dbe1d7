#!/usr/bin/env python3
"""Replays the gate on a history: what would it have said of each change when that change landed?

    cargo build --release
    python3 benches/replay.py target/release/debtlint REPOSITORY POLICY [--days 182] [--step 1] [--rev HEAD]

Each mainline commit of the last days is judged as of its landing: the base is its first parent, the head the commit itself
(of a merge that is what the host's test merge was). Prints how many changes would have been held up, for which teams, how
many of those were paydown and nothing else (there must be none: exit code 1 otherwise), and the wall time of one run.
--step N takes every Nth change.
"""

import argparse
import collections
import json
import os
import statistics
import subprocess
import sys
import time

CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}


def git(repository, *arguments):
    return subprocess.run(["git", "-C", repository, *arguments], check=True, capture_output=True, text=True).stdout


def landings(repository, rev, days):
    """(base, head), oldest first."""
    tip = int(git(repository, "log", "-1", "--format=%ct", rev))
    chain = [line.split() for line in git(repository, "log", "--first-parent", "--format=%H %ct %P", rev).splitlines()]
    wanted = [(line[2], line[0]) for line in chain if len(line) > 2 and int(line[1]) > tip - days * 86_400]
    return wanted[::-1]


def judged(program, repository, policy, base, head):
    command = [program, "check", repository, "--config", policy, "--base", base, "--head", head,
               "--format", "json", "--items", "--no-progress"]
    start = time.perf_counter()
    run = subprocess.run(command, capture_output=True, env=CLEAN, check=False)
    seconds = time.perf_counter() - start
    if run.returncode not in (0, 1):
        sys.exit(f"{base}..{head} ended with {run.returncode}: {run.stderr.decode(errors='replace')}")
    return run.returncode, json.loads(run.stdout), seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("repository")
    parser.add_argument("policy")
    parser.add_argument("--rev", default="HEAD")
    parser.add_argument("--days", type=int, default=182)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="print each change that would have been held up")
    arguments = parser.parse_args()
    answers, shapes, times, held, wrong, hollow = collections.Counter(), collections.Counter(), [], 0, 0, 0
    changes = landings(arguments.repository, arguments.rev, arguments.days)[::arguments.step]
    for base, head in changes:
        code, report, seconds = judged(arguments.program, arguments.repository, arguments.policy, base, head)
        times.append(seconds)
        teams = {team["name"]: team["change"]["answer"] for team in report["teams"]}
        answers.update(f"{name}: {answer}" for name, answer in teams.items() if answer != "not-concerned")
        counted = [item["counted"] for item in report["change"]["items"] if "counted" in item]
        hollow += sum(bool({"without-change", "mass-change"} & set(one["evidence"]["doubts"])) for one in counted)
        paydown = sum(one["credit_bp"] == 10_000 for one in counted)
        shape = ("all exempt" if not counted else "paydown" if paydown == len(counted)
                 else "some paydown" if paydown else "no paydown")
        shapes[shape, code] += 1
        if code == 1:
            held += 1
            wrong += shape in ("paydown", "all exempt")
            if arguments.list:
                print(f"{head[:10]} {shape}: {', '.join(name for name, answer in teams.items() if answer == 'short')}")
    print(f"{len(changes)} changes, {held} would have waited, {wrong} of those wholly paydown or exempt")
    for shape in ("paydown", "some paydown", "no paydown", "all exempt"):
        print(f"  {shape}: {shapes[shape, 0]} pass, {shapes[shape, 1]} wait")
    for answer, number in sorted(answers.items()):
        print(f"  {answer}: {number}")
    print(f"commits whose label earned nothing since nothing was done: {hollow}")
    tail = sorted(times)[min(len(times) - 1, len(times) * 95 // 100)]
    print(f"one run: median {statistics.median(times):.2f} s, 95 of 100 within {tail:.2f} s, longest {max(times):.2f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
