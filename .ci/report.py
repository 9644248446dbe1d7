"""Writes a history of 200 teams and 20,000 markers, and a policy for it.

    python3 .ci/report.py FOLDER
"""

import subprocess
import sys
from pathlib import Path

TEAMS, WEEKS, FILES = 200, 12, 5
MARKERS = 20_000 // (TEAMS * FILES)
FIRST = 1_767_600_000  # 2026-01-05


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    teams = [f"team-{number:03}" for number in range(TEAMS)]
    policy = ["version: 1", "allocation: 20%", "extends: [conventional-commits]", "teams:"]
    for team in teams:
        policy.append(f"  {team}: {{ paths: ['/{team}/'], members: ['a@{team}.example', 'b@{team}.example'] }}")
    (folder / "policy.yml").write_text("\n".join(policy) + "\n")
    repository = folder / "history.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", repository], check=True)
    subprocess.run(["git", "-C", repository, "fast-import", "--quiet"], input=stream(teams), check=True)


def stream(teams):
    out = []

    def commit(when, who, team, subject, files):
        message = subject.encode()
        out.append(f"commit refs/heads/main\ncommitter {who} <{who}@{team}.example> {when} +0000\n".encode())
        out.append(b"data %d\n%s\n" % (len(message), message))
        for path, text in files:
            out.append(f"M 100644 inline {path}\ndata {len(text)}\n".encode() + text + b"\n")

    for number, team in enumerate(teams):
        marked = "".join(f"# TODO: pay this back, {team} number {at}\nx{at} = {at}\n" for at in range(MARKERS))
        files = [(f"{team}/part{at}.py", f"# {at}\n{marked}".encode()) for at in range(FILES)]
        commit(FIRST + number, "a", team, "feat: the beginning", files)
    for week in range(WEEKS):
        for day in range(3):
            for number, team in enumerate(teams):
                for at, who in enumerate("ab"):
                    kind = "refactor" if (week + number + day) % (3 + number % 5) == 0 else "feat"
                    when = FIRST + 86_400 * (7 * (week + 1) + day) + 2 * number + at
                    text = f"{kind} {week} {day} {who}\n".encode() * 7
                    commit(when, who, team, f"{kind}: work of {team}", [(f"{team}/{who}{week}{day}.txt", text)])
    return b"".join(out)


main()
