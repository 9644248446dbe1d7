#!/usr/bin/env python3
"""Times `debtlint check` beside `git log --numstat` over the same commits, in one run, interleaved.

    cargo build --release
    python3 benches/compare.py target/release/debtlint REPOSITORY [REPOSITORY ...]

For each repository it prints the medians of wall time and of processor time (user and system), the peak memory, and
their ratios to git's, on all processors and on one thread. The commits are those of debtlint's own window, so that both
do the same work: `git log --no-merges --no-renames --numstat TIP --not BOUNDARY`. A policy NAME.yml from --policies DIR
is used where the repository's folder is called NAME (or owner+NAME/repo).

--start-up DIR times what is there before the first object: `debtlint --version`, and `check` of a repository of 100
commits that is made in DIR. --walk BINARY times the `walk` example on all history beside `git rev-list --count HEAD`
without its commit-graph. --second-run times a check whose facts an earlier run kept; --gate a `check --base` of the
newest 20 mainline commits, with the facts that a check of the base kept, beside a check without any. --other BINARY runs a second debtlint beside the first: before and after in one run.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DEBTLINT_"))}
# Where CI is set no facts are kept from run to run unless --cache says where.
CLEAN["CI"] = "true"
ONE = CLEAN | {"RAYON_NUM_THREADS": "1"}


def timed(command, environment):
    """Wall seconds, processor seconds and peak MiB of one run, which must end with a judgement or git's success."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    stderr = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command[0]} ended with {process.returncode}: {stderr.decode(errors='replace')}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def medians(ways, runs, before=lambda: None):
    """For each way the medians of wall and processor time and the largest memory, all ways in turn."""
    samples = {way: [] for way in ways}
    for _ in range(runs):
        for way, (command, environment) in ways.items():
            before()
            samples[way].append(timed(command, environment))
    median = lambda taken, column: statistics.median(sample[column] for sample in taken)
    return {way: (median(taken, 0), median(taken, 1), max(sample[2] for sample in taken)) for way, taken in samples.items()}


def name_of(repository):
    path = pathlib.Path(repository).resolve()
    folder = path.parent.name if path.name in ("repo", ".git") else path.name
    return folder.rsplit("+", 1)[-1]


def check_of(binary, repository, options):
    check = [binary, "check", repository, "--exit-zero", "--no-progress", *options.extra]
    policy = options.policies and pathlib.Path(options.policies, name_of(repository) + ".yml")
    return check + ["--config", str(policy)] if policy and policy.exists() else check


def cold(binaries, repository, options):
    checks = [check_of(binary, repository, options) for binary in binaries]
    walked, git = same_work(checks[0], repository, options)
    if not git:
        return print(f"| {name_of(repository)} | no commits |")
    ways = {"git": (git, CLEAN)}
    for number, check in enumerate(checks):
        ways[f"all {number}"] = (check, CLEAN)
        ways[f"one {number}"] = (check, ONE)
    found = medians(ways, options.runs)
    wall, processor, memory = found["git"]
    for number in range(len(checks)):
        every, one = found[f"all {number}"], found[f"one {number}"]
        print(
            f"| {name_of(repository)}{' (other)' if number else ''} | {walked} "
            f"| {wall:.2f} s, {memory:.0f} MiB | {every[0]:.2f} s, {every[2]:.0f} MiB "
            f"| {every[0] / wall:.2f} | {one[0] / wall:.2f} | {every[1] / processor:.2f} | {every[2] / memory:.2f} |",
            flush=True,
        )


def same_work(check, repository, options):
    """How many commits a check walks, and the command of git's that does the same work."""
    told = subprocess.run([*check, "--format", "json"], stdout=subprocess.PIPE, check=True, env=CLEAN).stdout
    report = json.loads(told)
    subject = report["subject"]
    if not subject["revision"]:
        return 0, None
    span = [subject["revision"]] + (["--not", subject["boundary"]] if subject["boundary"] else [])
    git = ["git", "-C", repository, "-c", "diff.algorithm=myers", "log", "--no-merges", "--no-renames", "--numstat"]
    paths = ["--", ".", *[f":(exclude){path}" for path in options.without]] if options.without else []
    return report["commits"]["walked"], [*git, *span, *paths]


def second_run(binary, repository, options):
    check = check_of(binary, repository, options)
    walked, git = same_work(check, repository, options)
    with tempfile.TemporaryDirectory() as folder:
        kept = [*check, "--cache", folder]
        reports = [subprocess.run([*way, "--format", "json", "--items"], stdout=subprocess.PIPE, check=True, env=CLEAN).stdout
                   for way in (check, kept, kept)]
        if len(set(reports)) > 1:
            sys.exit(f"{repository}: the reports differ")
        size = sum(file.stat().st_size for file in pathlib.Path(folder).iterdir()) / 1_000_000
        found = medians({"git": (git, CLEAN), "cold": (check, CLEAN), "kept": (kept, CLEAN)}, options.runs)
    git, cold, kept = found["git"], found["cold"], found["kept"]
    print(
        f"| {name_of(repository)} | {walked} | {size:.1f} MB | {git[0] * 1000:.0f} ms | {cold[0] * 1000:.0f} ms "
        f"| {kept[0] * 1000:.0f} ms | {kept[0] / git[0]:.3f} | {kept[1] / git[1]:.3f} | {kept[1] / cold[1]:.3f} |",
        flush=True,
    )


def gate(binary, repository, options):
    name = ["git", "-C", repository, "rev-parse"]
    head, base = subprocess.run([*name, "HEAD", "HEAD~20"], capture_output=True, check=True, env=CLEAN).stdout.decode().split()
    check = check_of(binary, repository, options)
    with tempfile.TemporaryDirectory() as folder:
        kept, used = pathlib.Path(folder, "kept"), pathlib.Path(folder, "used")
        at_base = [*check, "--rev", base, "--cache", str(kept)]
        subprocess.run(at_base, stdout=subprocess.DEVNULL, check=True, env=CLEAN)
        change = [*check, "--base", base, "--head", head]
        renew = lambda: (shutil.rmtree(used, ignore_errors=True), shutil.copytree(kept, used))
        ways = {"check": (check, CLEAN), "cold": (change, CLEAN), "first": ([*change, "--cache", str(used)], CLEAN)}
        found = medians(ways, options.runs, renew)
        again = {"again": ([*change, "--cache", str(used)], CLEAN)}
        subprocess.run(again["again"][0], stdout=subprocess.DEVNULL, check=True, env=CLEAN)
        found |= medians(again, options.runs)
    check = found["check"]
    columns = [f"{found[way][0] * 1000:.0f} ms | {found[way][0] / check[0]:.3f} | {found[way][1] / check[1]:.3f}"
               for way in ("cold", "first", "again")]
    print(f"| {name_of(repository)} | {check[0] * 1000:.0f} ms | {' | '.join(columns)} |", flush=True)


def walk(example, repository, options):
    git = ["git", "-C", repository, "-c", "core.commitGraph=false", "rev-list", "--count", "HEAD"]
    ours = [example, repository, "HEAD", "0"]
    counts = [subprocess.run(way, capture_output=True, check=True, env=CLEAN).stdout.strip() for way in (git, ours)]
    if counts[0] != counts[1]:
        sys.exit(f"{repository}: git counts {counts[0]}, we count {counts[1]}")
    found = medians({"git": (git, CLEAN), "all": (ours, CLEAN), "one": (ours, ONE)}, options.runs)
    git, every, one = found["git"], found["all"], found["one"]
    print(
        f"| {name_of(repository)} | {counts[0].decode()} | {git[0]:.2f} s | {every[0]:.2f} s "
        f"| {every[0] / git[0]:.2f} | {one[0] / git[0]:.2f} | {every[1] / git[1]:.2f} | {every[2] / git[2]:.2f} |",
        flush=True,
    )


def start_up(binary, folder, options):
    repository = pathlib.Path(folder, "hundred")
    if not repository.exists():
        commits = "".join(
            f"commit refs/heads/main\ncommitter A <a@example.com> {1700000000 + day * 43200} +0000\n"
            f"data 11\nfeat: one\n\nM 100644 inline src/{day % 7}.rs\ndata <<.\nline {day}\n.\n\n"
            for day in range(100)
        )
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repository)], check=True, env=CLEAN)
        import_ = ["git", "-C", str(repository), "fast-import", "--quiet"]
        subprocess.run(import_, input=commits.encode(), check=True, env=CLEAN)
    check = [binary, "check", str(repository), "--exit-zero", "--no-progress"]
    found = medians({"version": ([binary, "--version"], CLEAN), "check": (check, CLEAN)}, options.runs * 5)
    size = os.path.getsize(binary) / 1_000_000
    for way, (wall, processor, memory) in found.items():
        print(f"| {way} | {wall * 1000:.1f} ms | {processor * 1000:.1f} ms | {memory:.0f} MiB | {size:.2f} MB |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("repositories", nargs="*")
    parser.add_argument("--policies", help="a folder of NAME.yml")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--extra", action="append", default=[], help="one more argument of debtlint's")
    parser.add_argument("--other", action="append", default=[], help="another debtlint")
    parser.add_argument("--without", action="append", default=[], metavar="PATH",
                        help="git leaves it out: what a copy at hand lacks, and the policy ignores")
    parser.add_argument("--second-run", action="store_true")
    parser.add_argument("--gate", action="store_true")
    parser.add_argument("--start-up", metavar="DIR")
    parser.add_argument("--walk", metavar="BINARY")
    options = parser.parse_intermixed_args()
    if options.start_up:
        print("| run | wall | processor | memory | binary |\n|---|---|---|---|---|")
        start_up(options.binary, options.start_up, options)
    if options.walk:
        print("| repository | commits | git rev-list | walk | wall | wall, one thread | processor | memory |")
        print("|---|---|---|---|---|---|---|---|")
        for repository in options.repositories:
            walk(options.walk, repository, options)
    elif options.second_run:
        print("| repository | commits | kept | git log | cold | second run | wall, to git | processor, to git | processor, to cold |")
        print("|---|---|---|---|---|---|---|---|---|")
        for repository in options.repositories:
            second_run(options.binary, repository, options)
    elif options.gate:
        print("| repository | check | gate, nothing kept | wall | processor | facts of the base kept | wall | processor | again | wall | processor |")
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        for repository in options.repositories:
            gate(options.binary, repository, options)
    elif options.repositories:
        print("| repository | commits | git log | debtlint | wall | wall, one thread | processor | memory |")
        print("|---|---|---|---|---|---|---|---|")
        for repository in options.repositories:
            cold([options.binary, *options.other], repository, options)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
