#!/usr/bin/env python3
"""Writes a made-up history of a few thousand commits, and a policy for it, the same at every run.

    generate.py FOLDER [--commits NUMBER] [--seed NUMBER]

FOLDER/history.git is a bare repository, FOLDER/debtlint.yml the policy, FOLDER/by-paths.yml one that attributes by paths.
The history has several teams, part-timers, dated memberships, shared persons, co-authors, bots, reverts and reverts of
reverts, merges (clean, with content of their own, of three branches), squash bodies, lock files, binary files, renames,
clock skew and future dates.
"""

import argparse
import os
import pathlib
import random
import re
import subprocess

END = 1_780_000_000  # 2026-05-28T20:26:40Z
DAY = 86_400
DAYS = 200
AREAS = ["services/payments", "services/search", "infra/payments", "infra/search", "web", "docs", "tools"]

PEOPLE = {
    "ann": "Ann Amber <ann@example.com>", "bob": "Bob Blue <bob@example.com>", "cat": "Cat Coral <cat@example.com>",
    "dan": "Dan Denim <dan@example.com>", "eve": "Eve Ebony <eve@example.com>", "flo": "Flo Fawn <flo@example.com>",
    "gus": "Gus Grey <gus@example.com>", "hal": "Hal Hazel <hal@mobile.example.com>", "ivy": "Ivy Iris <ivy@mobile.example.com>",
    "sue": "Sue Sand <sue@example.com>", "tom": "Tom Teal <tom@example.com>", "old": "ann <ann@laptop.local>",
    "BOB": "Bob Blue <BOB@Example.COM>", "who": "Who Else <who@elsewhere.example>", "zoë": "Zoë Żółć <zoe@elsewhere.example>",
}
WEIGHTS = [9, 7, 8, 5, 4, 6, 3, 6, 2, 5, 3, 2, 1, 3, 1]
BOTS = ["dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", "Release <release-bot@example.com>"]

RULES = r"""
labels:
  - { id: debt-ticket, trailer: Refs, matches: '^DEBT-\d+$', kind: paydown }
  - { id: new-ticket, trailer: Refs, matches: '^NEW-\d+$', kind: feature }
  - { id: clean, type: [refactor, perf], kind: paydown }
  - { id: new, type: feat, kind: feature }
  - { id: mend, type: [fix, revert], kind: run }
  - { id: else, type: [docs, test, chore], kind: other }
  - { id: legacy-scope, scope: [legacy, shim], kind: paydown }
  - { id: part, trailer: Debt-Share, share-from-value: true }
  - { id: said, trailer: Debt, matches: '(?i)^paydown$', kind: paydown }
  - { id: tag, subject: '(?i)\[debt\]', kind: paydown }
  - { id: tools, path: ["tools/**"], kind: run }
exempt:
  - { id: dependabot, author: 'dependabot[bot]', reason: bot }
  - { id: release-bot, author: 'release-bot@*', reason: bot }
  - { id: assets, path: ["imported/**"], reason: import }
ignore: ["**/*.lock", "**/package-lock.json", "vendor/**"]
"""

TEAMS = """
teams:
  payments:
    allocation: 25%
    members:
      - { name: Ann Amber, emails: [ann@example.com, ann@old.example.com] }
      - bob@example.com
      - { emails: [cat@example.com], part-time: 60% }
      - { name: Sue Sand, emails: [sue@example.com], part-time: 37% }
      - { name: Tom Teal, emails: [tom@example.com], until: 2026-04-14 }
    paths: [/services/payments/, /infra/payments/]
  search:
    members:
      - { emails: [dan@example.com, eve@example.com], part-time: 50% }
      - { name: Sue Sand, emails: [sue@example.com], part-time: 63% }
      - { name: Tom Teal, emails: [tom@example.com], from: 2026-04-15, part-time: 80% }
      - { emails: ["*@mobile.example.com"], from: 2026-03-15 }
    paths: [/services/search/, /infra/search/, "*.proto"]
  web:
    allocation: 12.5%
    members:
      - { emails: [flo@example.com], from: 2026-03-01, until: 2026-05-10 }
      - { emails: [gus@example.com], part-time: 33% }
    paths: [/web/, "!/web/vendored/"]
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--commits", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--object-format", choices=["sha1", "sha256"], default="sha1")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    start = "version: 1\nextends: []\nwindow: 23w\nallocation: 20%\n"
    for name, extra in (("debtlint.yml", ""), ("by-paths.yml", "attribution: paths\n")):
        arguments.folder.joinpath(name).write_text(start + extra + TEAMS + RULES, encoding="utf-8")
    stream = Past(random.Random(arguments.seed), arguments.commits).written()
    write(arguments.folder / "history.git", stream, arguments.object_format)


def write(path, stream, object_format="sha1"):
    """Makes a repository of what git fast-import reads. `id_of(mark)` in it becomes that commit's id, of the same length: of one by
    SHA-256 the beginning."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "init", "-q", "--bare", "--template=", "-b", "main", f"--object-format={object_format}", path],
                   env=environment, check=True)
    with subprocess.Popen(["git", "--git-dir", path, "fast-import", "--quiet", "--date-format=raw"], env=environment,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as git:
        ids = {}
        # An id is known once the commits before have been written.
        for piece in re.split(rb"(?m)^(?=commit refs/heads/)", stream):
            for mark in set(re.findall(rb"\{mark (\d{33})\}", piece)) - ids.keys():
                git.stdin.write(b"get-mark :%d\n" % int(mark))
                git.stdin.flush()
                ids[mark] = git.stdout.readline().strip()[:40]
            git.stdin.write(re.sub(rb"\{mark (\d{33})\}", lambda found: ids[found[1]], piece))
        git.stdin.close()
        if git.wait():
            raise RuntimeError("git fast-import failed")


def id_of(mark):
    """What stands for the id of a commit that is not written yet."""
    return f"{{mark {mark:033d}}}"


class Past:
    """Commits as they come, with the files of every commit that may still be built upon."""

    def __init__(self, dice, number):
        self.dice = dice
        self.number = number
        self.out = []
        self.marks = 0
        self.files = {0: {}}  # mark -> {path: bytes}
        self.main = 0
        self.parent_of = {}  # mark of a commit on the mainline -> that of its first parent
        self.changed = {}  # mark -> (before, after) of a commit on the mainline, to be reverted or picked
        self.now = END - DAYS * DAY

    def written(self):
        self.commit("main", [], "ann", "chore: start", {
            ".mailmap": b"Ann Amber <ann@example.com> <ann@laptop.local>\n",
            ".gitattributes": b"gen/** linguist-generated\nweb/vendored/** linguist-vendored=true\n",
            "shared.txt": b"".join(b"line %d\n" % n for n in range(200)),
        }, self.now)
        while self.marks < self.number:
            self.now += int(self.dice.expovariate(self.number / (DAYS * DAY * 1.35)))
            self.now = min(self.now, END)
            self.landing()
        # Ids are not known before git has written the commits, so files that name ids (`.git-blame-ignore-revs`, `commit`
        # rules) are left to the scenarios.
        self.commit("main", [self.main], "bob", "chore: end", {"end.txt": b"end\n"}, END)
        return b"".join(self.out)

    def landing(self):
        self.dice.choices(
            [self.squash, self.topic, self.octopus, self.both_sides, self.revert, self.revert_together, self.revert_renamed, self.pick,
             self.bot, self.odd], [50, 14, 2, 3, 5, 2, 1, 2, 6, 4])[0]()

    # What lands.

    def squash(self):
        by, say, files = self.work(self.main)
        self.commit("main", [self.main], by, say, files, self.time())

    def topic(self):
        """A branch of a few commits, begun some time ago, merged; one in eight merges has content of its own."""
        base = self.somewhere_back()
        tips = [self.branch(base, self.dice.randint(1, 5))]
        self.merge(tips, base)

    def octopus(self):
        base = self.somewhere_back()
        self.merge([self.branch(base, self.dice.randint(1, 2)) for _ in range(2)], base)

    def both_sides(self):
        """A clean merge of one file that both sides changed: it differs from both parents and adds nothing."""
        base = self.main
        lines = self.files[base]["shared.txt"].split(b"\n")
        top, bottom = [*lines], [*lines]
        top[self.dice.randint(0, 60)] += b" above %d" % self.marks
        bottom[self.dice.randint(140, 199)] += b" below %d" % self.marks
        merged = [a if a != line else b for line, a, b in zip(lines, top, bottom)]
        side = self.commit("topic", [base], self.who(), self.say(), {"shared.txt": b"\n".join(bottom)}, self.time())
        self.commit("main", [base], self.who(), self.say(), {"shared.txt": b"\n".join(top)}, self.time())
        own = {}
        if self.dice.random() < 0.4:
            merged[100] += b" own %d" % self.marks
            own = self.touch("web")
        self.commit("main", [self.main, side], self.who(), self.merge_words(), {"shared.txt": b"\n".join(merged), **own},
                    self.time())

    def revert(self):
        """Takes back a change whose paths nobody has touched since; with or without the usual words."""
        possible = [mark for mark, (before, after) in list(self.changed.items())[-80:]
                    if all(self.files[self.main].get(path) == after.get(path) for path in {**before, **after})]
        if not possible:
            return self.squash()
        mark = self.dice.choice(possible)
        before, after = self.changed[mark]
        say = self.dice.choice([f"Revert \"something\"\n\nThis reverts mark {mark}.", "revert: not yet", "refactor: back",
                                "Reapply \"something\"", "fix: calm"])
        self.commit("main", [self.main], self.who(), say, {path: before.get(path) for path in {**before, **after}},
                    self.time())

    def revert_together(self):
        """Takes several changes back in one commit, the newest first; now and then with more in it, or fewer or others named."""
        dice, files, marks = self.dice, dict(self.files[self.main]), []
        for mark in sorted(list(self.changed)[-40:], reverse=True):
            before, after = self.changed[mark]
            if after and mark > 1 and len(marks) < 4 and dice.random() < 0.7 and all(
                    files.get(path) == after.get(path) for path in {**before, **after}):
                marks.append(mark)
                files.update({path: before.get(path) for path in {**before, **after}})
        if len(marks) < 2:
            return self.squash()
        now = self.files[self.main]
        back = {path: text for path, text in files.items() if now.get(path) != text}
        named = [*marks]
        kind = dice.randrange(8)
        if kind == 0:
            back.update(self.touch("web"))
        elif kind == 1:
            named.pop()
        elif kind == 2:
            named.append(dice.choice(list(self.changed)))
        elif kind == 3:
            back.update(self.lock())
        dice.shuffle(named)
        say = "\n\n".join(["Roll back", *(f"This reverts commit {id_of(mark)}." for mark in named)])
        self.commit("main", [self.main], self.who(), say, back, self.time())

    def revert_renamed(self):
        """A file is renamed, and a change of it taken back that is older."""
        files = self.files[self.main]
        possible = [(mark, *after) for mark, (before, after) in list(self.changed.items())[-80:]
                    if len(after) == 1 and before.keys() == after.keys() and files.get(*after) == [*after.values()][0]]
        if not possible:
            return self.squash()
        mark, path = self.dice.choice(possible)
        if not path.endswith((".rs", ".proto")):
            return self.squash()
        before, after = self.changed[mark]
        name = f"{path}.{self.marks}.rs"
        self.commit("main", [self.main], self.who(), "chore: another name", {path: None, name: files[path]}, self.time())
        more = self.touch("web") if self.dice.random() < 0.2 else {}
        say = f"Roll back\n\nThis reverts commit {id_of(mark)}."
        self.commit("main", [self.main], self.who(), say, {name: before[path], **more}, self.time())

    def pick(self):
        """The same change once more from a branch that did not have it, merged: credit is earned once."""
        recent = [mark for mark in list(self.changed)[-20:] if self.changed[mark][0] == {}]
        if not recent:
            return self.squash()
        mark = self.dice.choice(recent)
        _, after = self.changed[mark]
        base = self.parent_of[mark]
        if any(path in self.files[base] for path in after):
            return self.squash()
        side = self.commit("topic", [base], self.who(), "refactor: picked", after, self.time())
        files = dict(self.files[self.main])
        if all(files.get(path) == text for path, text in after.items()):
            self.commit("main", [self.main, side], self.who(), self.merge_words(), {}, self.time())

    def bot(self):
        files = self.touch("tools") if self.dice.random() < 0.3 else {}
        self.commit("main", [self.main], self.dice.choice(BOTS), "refactor: bump", {**files, **self.lock()}, self.time())

    def odd(self):
        """Lock files only, generated or vendored only, imported, binary, renamed, or nothing at all."""
        dice, old = self.dice, self.files[self.main]
        kind = dice.randrange(7)
        if kind == 0:
            files = self.lock()
        elif kind == 1:
            files = self.touch(dice.choice(["gen", "vendor", "web/vendored"]))
        elif kind == 2:
            files = self.touch("imported")
        elif kind == 3:
            files = {f"web/picture{self.marks}.png": b"\0" + dice.randbytes(300)}
        elif kind == 4:
            paths = [path for path in old if path.endswith(".rs")]
            path = dice.choice(paths) if paths else "shared.txt"
            files = {path: None, path.replace(".rs", f"_{self.marks}.rs"): old[path]} if paths else {}
        elif kind == 5:
            files = {}
        else:
            files = {**self.lock(), **self.touch("gen"), **self.touch("services/search")}
        self.commit("main", [self.main], self.who(), self.say(), files, self.time())

    # How it is made.

    def branch(self, base, length):
        tip, then = base, self.now - self.dice.randint(0, 30) * DAY
        for _ in range(length):
            by, say, files = self.work(tip)
            then += self.dice.randint(0, 2 * DAY)
            # Dates of a topic branch decide nothing: some lie a year back, in 1970, or after the landing.
            at = self.dice.choices([then, then - 400 * DAY, self.dice.randint(0, DAY), self.now + DAY], [30, 1, 1, 1])[0]
            tip = self.commit("topic", [tip], by, say, files, at)
        return tip

    def merge(self, tips, base):
        before, merged = self.files[base], dict(self.files[self.main])
        for tip in tips:
            after = self.files[tip]
            for path in before.keys() | after.keys():
                if before.get(path) != after.get(path):
                    # Where the mainline has changed it too, its side is taken whole.
                    if merged.get(path) == before.get(path):
                        merged[path] = after.get(path)
        files = {path: text for path, text in merged.items() if self.files[self.main].get(path) != text}
        if self.dice.random() < 0.12:
            files.update(self.touch(self.dice.choice(AREAS)))
        if self.dice.random() < 0.06:
            files.update(self.lock())
        self.commit("main", [self.main, *tips], self.who(), self.merge_words(), files, self.time())

    def work(self, on):
        """Somebody's commit on some areas: author, message, files."""
        files = {}
        for area in self.dice.sample(AREAS, self.dice.choices([1, 2, 3], [12, 3, 1])[0]):
            files.update(self.touch(area, on))
        if self.dice.random() < 0.1:
            files.update(self.lock(on))
        return self.who(), self.say(), files

    def touch(self, area, on=None):
        """Lines added to, changed in and removed from one file of an area; now and then thousands."""
        dice, old = self.dice, self.files[self.main if on is None else on]
        path = f"{area}/{dice.choice('abcdefgh')}.{dice.choice(['rs', 'rs', 'proto'])}"
        if dice.random() < 0.3:
            path = f"{area}/new{self.marks}.rs"
        lines = (old.get(path) or b"").split(b"\n")[:-1]
        size = dice.choices([1, 3, 20, 150, 900], [6, 8, 6, 2, 1])[0]
        # Every line is unlike every other, so that any two ways to compare files find the same difference.
        fresh = [b"%d %d %s" % (self.marks, n, path.encode()) for n in range(dice.randint(1, size))]
        cut = min(len(lines), dice.choice([0, 0, 1, 5]))
        at = dice.randint(0, len(lines) - cut)
        lines[at:at + cut] = fresh
        return {path: b"".join(line + b"\n" for line in lines[-3000:])}

    def lock(self, on=None):
        path = self.dice.choice(["Cargo.lock", "web/package-lock.json"])
        old = self.files[self.main if on is None else on].get(path) or b""
        return {path: old[-5000:] + b"".join(b"%d %d\n" % (self.marks, n) for n in range(self.dice.randint(1, 80)))}

    def who(self):
        return self.dice.choices(list(PEOPLE), WEIGHTS)[0]

    def time(self):
        """The time of a landing: mostly now, sometimes a little off, rarely years off."""
        return self.dice.choices(
            [self.now, self.now - self.dice.randint(0, 5 * DAY), self.now + self.dice.randint(0, 2 * DAY),
             END + 1_000 * DAY, self.dice.randint(0, 10 * DAY)], [300, 15, 5, 1, 1])[0]

    def somewhere_back(self):
        back = [mark for mark in list(self.changed)[-60:]] or [self.main]
        return self.dice.choice(back)

    def say(self):
        dice = self.dice
        subject = dice.choices([
            "refactor: simpler", "refactor(ledger)!: simpler", "perf: faster", "feat: more", "feat(shim): more",
            "fix: mend", "docs: tell", "chore(legacy): sweep", "wibble: who knows", "Just some work", "[debt] shim", "Ünïcode wörk",
            "Refactor : not conventional", "feat(search, legacy): both", "refactor:no blank"],
            [14, 2, 3, 20, 2, 12, 5, 2, 2, 20, 3, 3, 1, 1, 1])[0]
        paragraphs, trailers = [f"{subject} {self.marks}"], []
        if dice.random() < 0.3:
            paragraphs.append("Some prose that says why.\nDebt: paydown is not said here, as prose follows.\nReally.")
        bullets = dice.random() < 0.12
        if bullets:
            paragraphs.append("* feat: one of the commits\n\n* refactor: another\n\nDebt: paydown")
        if dice.random() < 0.06:
            trailers.append("Debt: paydown")
        if dice.random() < 0.05:
            trailers.append(f"Refs: DEBT-{self.marks}")
        if dice.random() < 0.05:
            trailers.append(f"rEFS: NEW-{self.marks}")
        if dice.random() < 0.05:
            shares = ["30%", "12.5%", "100%", "0%", "a lot", "130%", "", "33.33%"]
            trailers += [f"Debt-Share: {dice.choice(shares)}" for _ in range(dice.choice([1, 1, 1, 2]))]
        if dice.random() < 0.1:
            trailers.append("Signed-off-by: Somebody <s@example.com>")
        if dice.random() < 0.03:
            trailers.append("Implements: a thing\n that is folded")
        names = dice.sample([one for one in PEOPLE if one != "who"], dice.choices([0, 1, 2, 4], [80, 12, 5, 3])[0])
        others = [f"Co-authored-by: {PEOPLE[name]}" for name in names]
        if dice.random() < 0.04:
            others.append(f"Co-Authored-By: {BOTS[0]}")
        if dice.random() < 0.03:
            others += [f"Co-authored-by: N <n{n}@mobile.example.com>" for n in range(dice.choice([15, 16, 17]))]
        if trailers and others and dice.random() < 0.5:
            # As a squash merge writes it: what the author said, a line of dashes perhaps, then the co-authors alone.
            paragraphs.append("\n".join(trailers))
            if dice.random() < 0.5:
                paragraphs.append("---------")
            trailers = []
        if trailers or others:
            paragraphs.append("\n".join(trailers + others))
        return "\n\n".join(paragraphs)

    def merge_words(self):
        title = self.dice.choice(["refactor: simpler", "feat: more", "Just some work", "fix: mend", "[debt] shim"])
        trailer = self.dice.choices(["", "\n\nDebt: paydown", "\n\nDebt-Share: 40%"], [8, 1, 1])[0]
        return self.dice.choice([
            f"Merge pull request #{self.marks} from someone/topic\n\n{title}{trailer}", f"Merge branch 'topic'{trailer}",
            f"Auto merge of #{self.marks} - someone:topic, r=else\n\n{title}\n\nwith prose{trailer}",
            f"Merge \"{title}\"", f"Merge \"{title}\" into main{trailer}", f"{title} (merged){trailer}"])

    def commit(self, branch, parents, by, say, files, at):
        """One commit for git fast-import; `files` maps paths to their bytes, or to `None` for what goes."""
        self.marks += 1
        mark = self.marks
        first = parents[0] if parents else 0
        before = self.files[first]
        after = dict(before)
        out = [f"commit refs/heads/{branch}\nmark :{mark}\n"]
        who = PEOPLE.get(by, by)
        out.append(f"author {who} {self.dice.randint(0, 2_000_000_000)} +0200\n")
        out.append(f"committer {self.dice.choice(list(PEOPLE.values()))} {max(at, 0)} {self.dice.choice(['+0000', '-0800', '+1345'])}\n")
        message = say.encode()
        out.append(f"data {len(message)}\n")
        out = ["".join(out).encode(), message, b"\n"]
        for at_parent, parent in enumerate(parents):
            out.append(f"{'from' if at_parent == 0 else 'merge'} :{parent}\n".encode())
        changed = {}
        for path, text in sorted(files.items()):
            if text is None:
                if after.pop(path, None) is not None:
                    changed[path] = None
                    out.append(f"D {path}\n".encode())
            elif before.get(path) != text:
                after[path] = changed[path] = text
                out += [f"M 100644 inline {path}\ndata {len(text)}\n".encode(), text, b"\n"]
        self.out += out
        self.files[mark] = after
        if branch == "main":
            self.main = mark
            known = {path: before[path] for path in changed if path in before}
            self.changed[mark] = (known, {path: text for path, text in changed.items() if text is not None})
            self.parent_of[mark] = first
        return mark


if __name__ == "__main__":
    main()
