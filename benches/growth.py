#!/usr/bin/env python3
"""How time and memory of `debtlint check` grow: made-up repositories and policies in which one thing at a time grows.

    cargo build --release
    python3 benches/growth.py target/release/debtlint FOLDER [--axis window ...] [--most N] [--runs 3] [--svg FILE]

FOLDER keeps the repositories for the next time. For each axis a table in Markdown: processor time and peak memory of a check
with nothing kept, and the slope of time from one size to the next where both scales are logarithmic, without what the
smallest one takes (1.0 is linear). --svg draws all axes into one picture, time and memory, all scales logarithmic.
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


COLOURS = {"window": "#0072b2", "tree": "#d55e00", "teams": "#009e73", "rules": "#b0508a", "members": "#555555"}


def drawn(axes):
    """One picture of two: seconds of processor time, and peak memory, over size; all scales are logarithmic."""
    seconds = {axis: [(size, second) for size, second, _ in rows] for axis, rows in axes.items()}
    memory = {axis: [(size, mebibytes) for size, _, mebibytes in rows] for axis, rows in axes.items()}
    # White behind it: so it is the same picture where pages are dark.
    head = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 400" font-family="sans-serif" font-size="12" '
            'fill="#222" role="img">\n<title>How processor time and peak memory of a check grow, '
            'one thing at a time</title>\n<rect width="960" height="400" rx="6" fill="white" stroke="#ccc"/>')
    return "\n".join([head, *panel(10, "processor time, seconds", seconds), *panel(485, "peak memory, MiB", memory), "</svg>\n"])


def panel(left, title, curves):
    """A curve an axis, each named where it ends; dotted what is linear."""
    values = [value for points in curves.values() for _, value in points]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    x0, x1, y0, y1 = left + 45, left + 385, 355, 45
    x = lambda size: x0 + math.log10(size) / 6 * (x1 - x0)
    y = lambda value: y0 - (math.log10(value) - low) / (high - low) * (y0 - y1)
    parts = [f'<text x="{x0}" y="28" font-weight="bold">{title}</text>']
    for power in range(7):
        name = f"{10 ** power:,}" if power < 6 else "1 million"
        parts.append(f'<path d="M{x(10 ** power):.1f} {y1}V{y0}" stroke="#e4e4e4"/>'
                     f'<text x="{x(10 ** power):.1f}" y="{y0 + 17}" text-anchor="middle" font-size="10">{name}</text>')
    for power in range(low, high + 1):
        parts.append(f'<path d="M{x0} {y(10 ** power):.1f}H{x1}" stroke="#e4e4e4"/>'
                     f'<text x="{x0 - 6}" y="{y(10 ** power) + 4:.1f}" text-anchor="end" font-size="10">{10 ** power:g}</text>')
    rise = min(6, high - low)
    parts.append(f'<path d="M{x(1):.1f} {y(10 ** low):.1f}L{x(10 ** rise):.1f} {y(10 ** (low + rise)):.1f}" '
                 'stroke="#999" stroke-dasharray="2 4" fill="none"/>'
                 f'<text x="{x(10 ** rise) - 6:.1f}" y="{y(10 ** (low + rise)) - 4:.1f}" fill="#777" font-size="10">linear</text>')
    taken = []
    for axis, points in sorted(curves.items(), key=lambda curve: -curve[1][-1][1]):
        colour, (size, value) = COLOURS[axis], points[-1]
        line = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in points)
        dots = "".join(f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3"/>' for size, value in points)
        # Two names at one place would be none.
        place = (x(size) + 7, y(value) + 4)
        while any(abs(place[0] - other[0]) < 55 and place[1] - other[1] < 13 for other in taken):
            place = (place[0], place[1] + 2)
        taken.append(place)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/><g fill="{colour}">{dots}'
                     f'<text x="{place[0]:.1f}" y="{place[1]:.1f}" font-weight="bold" stroke="white" stroke-width="3" paint-order="stroke">{axis}</text></g>')
    return parts


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
