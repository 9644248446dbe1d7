#!/usr/bin/env python3
"""Security advisories about our dependencies, without a network.

    advisories.py snapshot DATABASE    writes .ci/advisories.txt from a clone of the RustSec advisory database
    advisories.py unpack FOLDER        makes of it the clone that `cargo deny --offline check advisories` looks for
    advisories.py covers               fails if Cargo.lock names a package that the snapshot was not asked about

Where CI runs, the database cannot be cloned, and no registry carries it. So the front matter of every advisory about a
package of Cargo.lock is kept here, with the date of the database. Renew it when Cargo.lock changes, and now and then.
The database is in the public domain (CC0-1.0) but for entries that name another licence (CC-BY-4.0, from GitHub's own).
"""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
KEPT = HERE / "advisories.txt"
# The folder that cargo-deny derives from the database's address.
FOLDER = "advisory-db-3157b0e258782691"


def main(command, *arguments):
    if command == "snapshot":
        snapshot(*arguments)
    elif command == "unpack":
        unpack(pathlib.Path(*arguments))
    elif command == "covers":
        missing = packages() - set(KEPT.read_text(encoding="utf-8").split("\n", 4)[3].split()[2:])
        if missing:
            sys.exit(f"not looked up in the advisory database yet: {' '.join(sorted(missing))}; see .ci/advisories.py")
    else:
        sys.exit(__doc__)


def packages():
    lock = (HERE.parent / "Cargo.lock").read_text(encoding="utf-8")
    return set(re.findall(r'^name = "(.*)"', lock, re.M)) - {"debtlint"}


def snapshot(database):
    git = lambda *words: subprocess.run(["git", "-C", database, *words], check=True, capture_output=True, text=True).stdout
    names = sorted(packages())
    parts = [f"# Advisories of https://github.com/rustsec/advisory-db at {git('rev-parse', 'HEAD').strip()}\n"
             f"# {git('log', '-1', '--format=%cI').strip()}\n"
             "# made by .ci/advisories.py snapshot; one front matter after the other; looked up were\n"
             f"# packages: {' '.join(names)}\n"]
    for path in git("ls-tree", "-r", "--name-only", "HEAD", *[f"crates/{name}" for name in names]).split():
        text = git("show", f"HEAD:{path}")
        front = re.match(r"```toml\n(.*?)```\n+(# .*)", text, re.S)
        parts.append(f"\n{front[1].strip()}\n{front[2].splitlines()[0]}\n")
    KEPT.write_text("".join(parts), encoding="utf-8")


def unpack(folder):
    head, *advisories = KEPT.read_text(encoding="utf-8").split("\n[advisory]\n")
    target = folder / FOLDER
    for advisory in advisories:
        name = re.search(r'^package = "(.*)"', advisory, re.M)[1]
        file = re.search(r'^id = "(.*)"', advisory, re.M)[1]
        front, _, title = advisory.rpartition("\n# ")
        place = target / "crates" / name
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{file}.md").write_text(f"```toml\n[advisory]\n{front}\n```\n\n# {title}", encoding="utf-8")
    date = head.split("\n")[1].removeprefix("# ")
    environment = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    for words in (["init", "-q"], ["add", "."],
                  ["-c", "user.name=debtlint", "-c", "user.email=debtlint@example.com", "commit", "-qm", "snapshot"]):
        subprocess.run(["git", "-C", target, *words], check=True, env=environment)


if __name__ == "__main__":
    main(*(sys.argv[1:] or [""]))
