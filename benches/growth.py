#!/usr/bin/env python3
"""How time and memory of `debtlint check` grow: made-up repositories and policies in which one thing at a time grows.

    cargo build --release
    python3 benches/growth.py target/release/debtlint FOLDER [--axis window ...] [--most N] [--runs 3] [--svg FILE]

FOLDER keeps the repositories for the next time. For each axis a table in Markdown: processor time and peak memory of a check
with nothing kept, and the slope of time from one size to the next where both scales are logarithmic, without what the
smallest one takes (1.0 is linear). --svg draws all axes into one picture, both scales logarithmic.
"""

import argparse
import math
import os
import pathlib
import resource
import statistics
import subprocess
import sys

CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DEBTLINT_"))} | {"CI": "true"}
WEEKS_13 = 91 * 86_400
END = 1_800_000_000

SIZES = {
    "window": [100, 1_000, 5_000, 10_000, 50_000],
    "tree": [100, 1_000, 10_000, 100_000, 1_000_000],
    "teams": [1, 10, 100, 1_000, 10_000],
    "rules": [1, 10, 50, 100, 200],
    "members": [10, 100, 1_000, 10_000, 50_000],
}
WHAT = {
    "window": "commits in the window", "tree": "files in the tree", "teams": "teams, attribution by paths",
    "rules": "label rules, each a pattern of subjects", "members": "members, 5,000 a team",
}


def repository(folder, commits, files, people=50):
    """A bare repository of so many commits in 13 weeks, each with a changed line in two of so many files."""
    path = pathlib.Path(folder, f"{commits}-{files}-{people}.git")
    if (path / "made").exists():
        return path
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True, env=CLEAN)
    importer = subprocess.Popen(["git", "-C", str(path), "fast-import", "--quiet"], stdin=subprocess.PIPE, env=CLEAN)
    say = lambda text: importer.stdin.write(text.encode())
    text = "".join(f"line {number}\n" for number in range(40))
    say(f"blob\nmark :1\ndata {len(text)}\n{text}\n")
    say(f"commit refs/heads/main\ncommitter A <a0@x.io> {END - WEEKS_13 - 86_400} +0000\ndata 5\nbegin\n")
    for number in range(files):
        say(f"M 100644 :1 {name(number)}\n")
    for number in range(commits):
        time = END - WEEKS_13 + (number + 1) * WEEKS_13 // commits
        subject = f"{('feat', 'fix', 'refactor', 'chore')[number % 4]}: step {number}"
        say(f"commit refs/heads/main\ncommitter A <a{number % people}@x.io> {time} +0000\n"
            f"data {len(subject)}\n{subject}\n")
        for place in (number * 7919 % files, (number * 104_729 + 1) % files):
            changed = text.replace(f"line {number % 40}\n", f"changed by {number}\n")
            say(f"M 100644 inline {name(place)}\ndata {len(changed)}\n{changed}\n")
    importer.stdin.close()
    if importer.wait():
        sys.exit("git fast-import failed")
    (path / "made").touch()
    return path


def name(number):
    return f"services/s{number // 1000}/t{number // 20}/file{number}.rs"


def case(axis, size, folder):
    """A repository and the text of a policy."""
    # A list in a policy has at most 10,000 entries.
    members = [f"a{number}@x.io" for number in range(size if axis == "members" else 50)]
    parts = [", ".join(members[at:at + 5_000]) for at in range(0, len(members), 5_000)]
    team = "teams:\n" + "".join(f"  all{at}: {{ allocation: 20%, members: [{part}] }}\n" for at, part in enumerate(parts))
    if axis == "window":
        return repository(folder, size, 1_000), team
    if axis == "tree":
        return repository(folder, 200, size), team
    if axis == "rules":
        rules = "".join(f"  - {{ id: r{number}, subject: 'step {number}[05]\\b', kind: paydown }}\n" for number in range(size))
        return repository(folder, 1_000, 1_000), team + "labels:\n" + rules
    if axis == "members":
        return repository(folder, 1_000, 1_000), team
    teams = "".join(f"  t{number}: {{ paths: [/{name(number * 20).rsplit('/', 1)[0]}/] }}\n" for number in range(size))
    where = repository(folder, 1_000, 20 * size if size > 50 else 1_000)
    return where, "attribution: paths\nallocation: 20%\nteams:\n" + teams


def timed(command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=CLEAN)
    stderr = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{' '.join(command)}: {stderr.decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measured(options, axis):
    rows = []
    for size in SIZES[axis]:
        if size > options.most:
            continue
        where, policy = case(axis, size, options.folder)
        file = pathlib.Path(options.folder, f"{axis}-{size}.yml")
        file.write_text("version: 1\n" + policy)
        command = [options.binary, "check", str(where), "--config", str(file), "--exit-zero", "--no-progress"]
        taken = [timed(command) for _ in range(options.runs)]
        rows.append((size, statistics.median(run[0] for run in taken), max(run[1] for run in taken)))
    return rows


def table(axis, rows):
    print(f"\n| {WHAT[axis]} | processor time | slope | peak memory |\n|---|---|---|---|")
    base = rows[0][1]
    for before, (size, seconds, memory) in zip([None, *rows], rows):
        slope = ""
        # Below that it is noise.
        if before and before[1] > base and seconds > base * 1.5:
            slope = f"{math.log((seconds - base) / (before[1] - base)) / math.log(size / before[0]):.2f}"
        print(f"| {size:,} | {seconds:.3f} s | {slope} | {memory:.0f} MiB |", flush=True)


def drawn(axes):
    """One picture: a curve an axis, seconds of processor time over size."""
    points = [(size, seconds) for rows in axes.values() for size, seconds, _ in rows]
    low, high = (edge(math.log10(seconds) for _, seconds in points) for edge in (min, max))
    low, high = math.floor(low), math.ceil(high)
    width, height, left, bottom = 640, 360, 60, 40
    x = lambda size: left + math.log10(size) / 6 * (width - left - 20)
    y = lambda seconds: height - bottom - (math.log10(seconds) - low) / (high - low) * (height - bottom - 20)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">',
             f'<rect width="{width}" height="{height}" fill="white"/>']
    for power in range(7):
        parts.append(f'<path d="M{x(10 ** power):.1f} 20V{height - bottom}" stroke="#ddd"/>'
                     f'<text x="{x(10 ** power):.1f}" y="{height - bottom + 15}" text-anchor="middle">{10 ** power:,}</text>')
    for power in range(low, high + 1):
        parts.append(f'<path d="M{left} {y(10 ** power):.1f}H{width - 20}" stroke="#ddd"/>'
                     f'<text x="{left - 6}" y="{y(10 ** power) + 4:.1f}" text-anchor="end">{10 ** power:g} s</text>')
    for colour, (axis, rows) in zip(("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#555555"), axes.items()):
        line = " ".join(f"{x(size):.1f},{y(seconds):.1f}" for size, seconds, _ in rows)
        end = rows[-1]
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
                     f'<text x="{min(x(end[0]) + 5, width - 50):.1f}" y="{y(end[1]) - 5:.1f}" fill="{colour}">{axis}</text>')
    return "\n".join([*parts, "</svg>\n"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("folder")
    parser.add_argument("--axis", action="append", choices=list(SIZES))
    parser.add_argument("--most", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--svg", type=pathlib.Path)
    options = parser.parse_args()
    pathlib.Path(options.folder).mkdir(parents=True, exist_ok=True)
    axes = {}
    for axis in options.axis or SIZES:
        axes[axis] = measured(options, axis)
        table(axis, axes[axis])
    if options.svg:
        options.svg.write_text(drawn(axes))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
