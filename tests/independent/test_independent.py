"""Cases small enough to do by hand. Run: python3 -m unittest discover tests/independent"""

import pathlib
import subprocess
import tempfile
import unittest

import generate
import codeowners
import history
import labels
import measure
import policy as agreement
import yamlish

MONDAY = 1_767_603_600  # 2026-01-05T09:00:00Z
DAY = 86_400
PEOPLE = "ann Ann <ann@example.com>", "bob Bob <bob@example.com>", "sue Sue <sue@example.com>"


def repository(folder, commits):
    """A bare repository of (mark, parents, who, time, message, {path: text}) by git fast-import."""
    out = []
    who = dict(one.split(" ", 1) for one in PEOPLE)
    for mark, parents, by, at, say, files in commits:
        data = say.encode()
        out.append(f"commit refs/heads/main\nmark :{mark}\nauthor {who[by]} {at} +0000\n"
                   f"committer {who[by]} {at} +0000\ndata {len(data)}\n{say}\n")
        out += [f"{'merge' if place else 'from'} :{parent}\n" for place, parent in enumerate(parents)]
        for path, text in files.items():
            out.append(f"D {path}\n" if text is None else f"M 100644 inline {path}\ndata {len(text)}\n{text}\n")
    path = pathlib.Path(folder, "history.git")
    generate.write(path, "".join(out).encode())
    return history.Git(str(path))


def judged(commits, text):
    with tempfile.TemporaryDirectory() as folder:
        git = repository(folder, commits)
        return measure.judge(git, agreement.Policy(text, None), "main")


def line(*days, by="ann", say="feat: x", first=1):
    """Commits on the mainline, each with a line of its own."""
    return [(first + n, [first + n - 1] if first + n > 1 else [], by, MONDAY + day * DAY, say, {f"f{first + n}": "x\n"})
            for n, day in enumerate(days)]


RULES = """
labels:
  - { id: r, type: refactor, kind: paydown }
  - { id: f, type: feat, kind: feature }
  - { id: d, trailer: Debt, kind: paydown }
  - { id: s, trailer: Debt-Share, share-from-value: true }
"""
ALONE = "version: 1\nextends: []\nminimum-effort: { people: 1, developer-weeks: 0.1 }\n" + RULES


class Arithmetic(unittest.TestCase):
    def test_divide(self):
        self.assertEqual(measure.divide(10, [1, 1, 1]), [4, 3, 3])
        self.assertEqual(measure.divide(7, [1, 5, 1]), [1, 5, 1])
        self.assertEqual(measure.divide(100, [0, 3]), [0, 100])
        self.assertEqual(sum(measure.divide(840_000_000, range(1, 400))), 840_000_000)

    def test_a_week_is_full_after_three_days(self):
        for days, weeks in (([0], 1), ([0, 1], 2), ([0, 1, 2], 3), ([0, 1, 2, 3, 4], 3), ([0, 1, 2, 7], 4)):
            account = judged(line(*days), ALONE)["teams"]["everyone"]
            self.assertEqual(account["total"]["developer-weeks"], weeks * 280_000_000)
            self.assertEqual(account["total"]["developer-days"], len(days) * 840_000_000)
            self.assertEqual(account["total"]["commits"], len(days) * 840)
            self.assertEqual(account["total"]["lines"], len(days) * 840)

    def test_a_day_is_divided_by_lines(self):
        # 2 lines weigh 3, 500 lines weigh 401: of a third of a week 3/404 and 401/404.
        commits = [(1, [], "ann", MONDAY, "refactor: x", {"a": "1\n2\n"}),
                   (2, [1], "ann", MONDAY + 60, "feat: x", {"b": "x\n" * 500})]
        account = judged(commits, ALONE)["teams"]["everyone"]
        self.assertEqual(account["paydown"]["developer-weeks"], round(280_000_000 * 3 / 404))
        self.assertEqual(account["total"]["developer-weeks"], 280_000_000)

    def test_whose_a_path_is(self):
        text = ALONE + """attribution: paths
teams:
  a: { paths: [/a/] }
  b: { paths: [/both/], codeowners: ["@Org/bees"] }
  c: { codeowners: ["@org/c-team"] }
  web: {}
  d: { paths: [/d/, "!/d/not/"] }
"""
        owners = "/both/ @org/c-team\n/c/ @org/C-Team\n/b/ @org/bees\n/of-b/ @org/b\n/web/ @other/Web\n/x/ @web\n"
        start = (1, [], "ann", MONDAY - 100 * DAY, "chore: x", {"CODEOWNERS": owners, "z": "x\n"})
        for path, team in (("a/f", "a"), ("both/f", "b"), ("c/f", "c"), ("b/f", "b"), ("of-b/f", None), ("web/f", "web"),
                           ("x/f", None), ("d/f", "d"), ("d/not/f", None)):
            result = judged([start, (2, [1], "ann", MONDAY, "feat: x", {path: "x\n"})], text)
            found = [name for name, account in result["teams"].items() if account["commits"]]
            self.assertEqual(found, [team] if team else [], path)

    def test_code_owners_of_gitlab(self):
        text = ALONE + "attribution: paths\nteams:\n  a: { codeowners: ['@org/a'] }\n  b: { codeowners: ['@org/b'] }\n"
        sections = "* @org/a\n!*.lock\n^[Docs][2] @org/b\ndocs/\n*.md\nnew.md @who\n[docs]\n/last/*.md @org/a # @org/b\n"
        # Of GitHub's each line is by itself, `[x]` is a pattern, and `docs` is the folder, too.
        github = "* @org/a\ndocs @org/b\n"
        for place, text_of, path, teams in (
            (".gitlab/CODEOWNERS", sections, "x", ["a"]),
            (".gitlab/CODEOWNERS", sections, "deep/.x.lock", []),
            (".gitlab/CODEOWNERS", sections, "docs/deep/x", ["a", "b"]),
            (".gitlab/CODEOWNERS", sections, "docs/x.lock", ["b"]),
            (".gitlab/CODEOWNERS", sections, "deep/x.md", ["a", "b"]),
            (".gitlab/CODEOWNERS", sections, "deep/new.md", ["a"]),
            (".gitlab/CODEOWNERS", sections, "last/x.md", ["a", "b"]),
            ("CODEOWNERS", sections, "docs/x.lock", ["b"]),
            (".gitlab/CODEOWNERS", github, "docs/x", ["a"]),
            (".gitlab/CODEOWNERS", github, "docs", ["b"]),
            ("docs/CODEOWNERS", github, "docs/x", ["b"]),
            (".gitlab/CODEOWNERS", "/a{1,2}/[a-c]?.rs @org/b\n", "a{1,2}/bx.rs", ["b"]),
            (".gitlab/CODEOWNERS", "/a/[!a-c]\\*.rs @org/b\n", "a/x*.rs", ["b"]),
            (".gitlab/CODEOWNERS", "/a/[!a-c]\\*.rs @org/b\n", "a/b*.rs", []),
            (".gitlab/CODEOWNERS", "/a/** @org/b\n", "a/b/c", []),
        ):
            start = (1, [], "ann", MONDAY - 100 * DAY, "chore: x", {place: text_of, "z": "x\n"})
            result = judged([start, (2, [1], "ann", MONDAY, "feat: x", {path: "x\n"})], text)
            found = [name for name, account in result["teams"].items() if account["commits"]]
            self.assertEqual(found, teams, (place, path))
        # The first that is there is the one.
        for first in codeowners.PLACES[:3]:
            start = (1, [], "ann", MONDAY - 100 * DAY, "chore: x", {".gitlab/CODEOWNERS": "* @org/a\n", first: "* @org/b\n"})
            result = judged([start, (2, [1], "ann", MONDAY, "feat: x", {"x": "x\n"})], text)
            self.assertEqual([name for name, account in result["teams"].items() if account["commits"]], ["b"], first)

    def test_a_pack_that_is_written_out_is_a_pack(self):
        own = "labels: [{ id: t, trailer: Refs, kind: paydown }]\n"
        pack = "[{ id: f, type: feat, kind: feature }, { id: t, trailer: Refs, kind: other }]"
        start = "version: 1\nextends: []\nminimum-effort: { people: 1, developer-weeks: 0.1 }\n"
        say = "feat: x\n\nRefs: TD-1"
        for text, share in ((start + own + f"packs: [{{ name: p, labels: {pack} }}]\n", 840),
                            (start + own.replace("kind: paydown }", "kind: paydown }, { id: f, type: feat, kind: feature }"), 0)):
            account = judged(line(0, say=say), text)["teams"]["everyone"]
            self.assertEqual(account["paydown"]["commits"], share)

    def test_part_time_and_two_teams(self):
        text = ALONE + """
teams:
  one: { members: [{ emails: [ann@example.com], part-time: 70% }] }
  two: { members: [{ emails: [ann@example.com], part-time: 30% }, { emails: [bob@example.com], from: 2026-01-06 }] }
"""
        result = judged(line(0, 1, 2) + line(3, 4, by="bob", first=4) + line(4, by="sue", first=6), text)
        self.assertEqual(result["teams"]["one"]["total"]["developer-weeks"], 588_000_000)
        self.assertEqual(result["teams"]["two"]["total"]["developer-weeks"], 252_000_000 + 560_000_000)
        self.assertEqual(result["unattributed"]["total"]["developer-weeks"], 280_000_000)
        self.assertEqual(result["teams"]["one"]["total"]["commits"], 3 * 588)

    def test_before_the_membership_it_is_nobodys(self):
        text = ALONE + "teams:\n  two: { members: [{ emails: [bob@example.com], from: 2026-01-06, until: 2026-01-06 }] }\n"
        result = judged(line(0, 1, 2, by="bob"), text)
        self.assertEqual(result["teams"]["two"]["total"]["developer-weeks"], 280_000_000)
        self.assertEqual(result["unattributed"]["total"]["developer-weeks"], 560_000_000)

    def test_co_authors_share_a_commit(self):
        text = ALONE + "teams:\n  one: { members: [ann@example.com] }\n  two: { members: [bob@example.com] }\n"
        say = "feat: x\n\nCo-authored-by: B <BOB@example.com>\nCo-authored-by: W <who@elsewhere.example>"
        result = judged(line(0, say=say), text)
        for team in ("one", "two"):
            self.assertEqual(result["teams"][team]["total"]["developer-weeks"], 280_000_000)
            self.assertEqual(result["teams"][team]["total"]["commits"], 420)

    def test_the_worked_example_of_the_documentation(self):
        text = ALONE.replace("developer-weeks: 0.1", "developer-weeks: 1") + """
allocation: 40%
exempt: [{ id: b, author: sue@*, reason: bot }]
teams:
  payments: { members: [ann@example.com, { name: Bob, emails: [bob@example.com], part-time: 50% }] }
"""
        rules = text.replace("{ id: s,", "{ id: x, type: fix, kind: run }\n  - { id: s,")
        together = "refactor: x\n\nCo-authored-by: Bob <bob@example.com>"
        rows = [(0, "ann", 99, "feat: x"), (0, "ann", 49, "refactor: x"), (1, "ann", 199, together), (1, "ann", 299, "fix: x"),
                (2, "ann", 900, "feat: x\n\nDebt-Share: 30%"), (3, "bob", 0, "no label"), (4, "sue", 12, "refactor: x")]
        commits = [(n, [n - 1] if n > 1 else [], by, MONDAY + day * DAY + n, say, {f"f{n}": "x\n" * lines} if lines else {})
                   for n, (day, by, lines, say) in enumerate(rows, 1)]
        account = judged(commits, rules)["teams"]["payments"]
        self.assertEqual(account["paydown"], {"developer-weeks": 387_333_333, "developer-days": 1_582_000_000,
                                              "commits": 1_932, "lines": 435_120})
        self.assertEqual(account["total"], {"developer-weeks": 1_120_000_000, "developer-days": 4_200_000_000,
                                            "commits": 5_040, "lines": 1_298_640})
        self.assertEqual((account["standing"], account["shortfall"]), ("short", 101_111_112))

    def test_standing(self):
        policy = agreement.Policy(ALONE + "allocation: 25%\n", None)
        for paydown, total, name, shortfall in ((25, 100, "met", 0), (24, 100, "short", 2), (0, 100, "short", 34)):
            account = {"paydown": {"developer-weeks": paydown * 10**9}, "people": 1,
                       "total": {"developer-weeks": total * 10**9}}
            found = measure.standing(account, policy, 0)
            self.assertEqual(found["standing"], name)
            self.assertEqual(-(-found["shortfall"] // 10**9), shortfall)


class Reading(unittest.TestCase):
    def test_window(self):
        chain = [("e", 100), ("d", 500), ("c", 70), ("b", 60), ("a", 10)]
        self.assertEqual(history.window(chain, 100, 0), ([], "e"))
        # Half-open; the future does not raise the times after it.
        found = history.window([("e", 10 * DAY), ("d", 99 * DAY), ("c", 9 * DAY), ("b", 8 * DAY)], 10 * DAY, 2)
        self.assertEqual(found, ([("c", 9 * DAY), ("d", 9 * DAY), ("e", 10 * DAY)], "b"))

    def test_a_tip_of_1970_does_not_move_the_window(self):
        commits = line(0, 1, 2, 3) + [(5, [4], "ann", 5, "refactor: x", {"z": "z\n"})]
        result = judged(commits, ALONE)
        self.assertEqual(result["as-of"], MONDAY + DAY)
        self.assertEqual(len(result["items"]), 5)

    def test_own_day(self):
        self.assertEqual(history.own_day(0, 100 * DAY), 9)
        self.assertEqual(history.own_day(200 * DAY, 100 * DAY), 100)

    def test_squash_trailers(self):
        def counted(message):
            commit = {"message": message, "trailers": [("Co-authored-by", "B <b@x>")]}
            return [key for key, _ in history.counted_trailers(commit)]
        co = "Co-authored-by: B <b@x>"
        self.assertEqual(counted(f"s\n\nDebt: yes\n\n{co}\n"), ["Debt", "Co-authored-by"])
        self.assertEqual(counted(f"s\n\nDebt: yes\n\n-----\n\n{co}\n"), ["Debt", "Co-authored-by"])
        self.assertEqual(counted(f"s\n\n* one\n\nDebt: yes\n\n{co}\n"), ["Co-authored-by"])
        self.assertEqual(counted(f"s\n\nDebt: yes\nprose\n\n{co}\n"), ["Co-authored-by"])
        self.assertEqual(counted(f"Debt: yes\n\n{co}\n"), ["Co-authored-by"])
        self.assertEqual(counted(f"s\n\nDebt: yes\nFor: a\n  folded one\n\n{co}\n"), ["Debt", "For", "Co-authored-by"])

    def test_merges(self):
        both = "".join(f"{n}\n" for n in range(20))
        root = (1, [], "ann", MONDAY, "feat: x", {"a": both, "gone": "1\n2\n"})
        top = (2, [1], "ann", MONDAY + 1, "feat: x", {"a": "top\n" + both})
        side = (3, [1], "bob", MONDAY + 2, "just work", {"a": both + "end\n"})
        clean = (4, [2, 3], "ann", MONDAY + 3, "Merge branch 'x'\n\nrefactor: y", {"a": "top\n" + both + "end\n"})
        result = judged([root, top, side, clean], ALONE)
        merge, landed = (next(i for i in result["items"].values() if i["name"] == who and (len(i["parents"]) > 1) == is_merge)
                         for who, is_merge in (("Ann", True), ("Bob", False)))
        self.assertEqual(merge["exempt"], "merge")
        self.assertEqual((landed["landing"], landed["kind"]), (merge["id"], "paydown"))
        evil = (*clean[:5], {"a": "top\n" + both + "end\nown\n", "gone": None})
        result = judged([root, top, side, evil], ALONE)
        merge = next(i for i in result["items"].values() if len(i["parents"]) > 1)
        self.assertEqual(merge["lines"], 3)
        locked = (*clean[:5], {**clean[5], "x.lock": "own\n"})
        result = judged([root, top, side, locked], ALONE + "ignore: ['*.lock']\n")
        merge = next(i for i in result["items"].values() if len(i["parents"]) > 1)
        self.assertEqual(merge["exempt"], "ignored-paths")

    def test_a_parent_that_is_named_twice_is_one(self):
        result = judged([*line(0), (2, [1, 1], "ann", MONDAY + DAY, "refactor: x", {"g": "1\n2\n"})], ALONE)
        commit = next(i for i in result["items"].values() if i["subject"] == "refactor: x")
        self.assertEqual((len(commit["parents"]), commit["lines"]), (1, 2))

    def test_reverts(self):
        first = (1, [], "ann", MONDAY, "feat: x", {"a": "1\n"})
        debt = (2, [1], "ann", MONDAY + 1, "refactor: x", {"a": "1\n2\n"})
        undone = (3, [2], "bob", MONDAY + 2, "calm down", {"a": "1\n"})
        again = (4, [3], "ann", MONDAY + 3, "refactor: again", {"a": "1\n2\n"})
        for commits, credits in (([first, debt], [2]), ([first, debt, undone], []), ([first, debt, undone, again], [2])):
            items = judged(commits, ALONE)["items"].values()
            self.assertEqual([1 + (i["time"] - MONDAY) for i in items if i["credit"]], credits)


    def test_reverts_of_merges_and_repeats(self):
        def credited(*commits):
            items = judged(list(commits), ALONE)["items"].values()
            return sorted(1 + i["time"] - MONDAY for i in items if i.get("credit"))
        root = (1, [], "ann", MONDAY, "feat: x", {"a": "1\n", "b": "1\n"})
        done = (2, [1], "ann", MONDAY + 1, "refactor: x", {"a": "2\n", "b": "2\n"})
        half = (3, [1], "bob", MONDAY + 2, "feat: half", {"b": "2\n"})
        merge = (4, [3, 2], "ann", MONDAY + 3, "Merge branch 'x'", {"a": "2\n", "b": "2\n"})
        self.assertEqual(credited(root, done, half, merge), [2])
        # The merge came to less than its only commit, since half of it was there.
        self.assertEqual(credited(root, done, half, merge, (5, [4], "bob", MONDAY + 4, "no", {"a": "1\n"})), [])
        # The same twice, then taken back; a binary file, without a line.
        one = (2, [1], "ann", MONDAY + 1, "refactor: x", {"n": "\0"})
        two = (3, [1], "bob", MONDAY + 2, "refactor: y", {"n": "\0"})
        both = (4, [2, 3], "ann", MONDAY + 3, "Merge branch 'x'", {})
        self.assertEqual(credited(root, one, two, both), [2])
        self.assertEqual(credited(root, one, two, both, (5, [4], "bob", MONDAY + 4, "no", {"n": None})), [])

    def test_reverts_together(self):
        def credited(*commits):
            items = judged(list(commits), ALONE)["items"].values()
            return sorted(1 + i["time"] - MONDAY for i in items if i.get("credit"))

        def say(*marks):
            return "back\n\n" + "\n".join(f"This reverts commit {generate.id_of(mark)}." for mark in marks)
        text = "".join(f"{n}\n" for n in range(20))
        root = (1, [], "ann", MONDAY, "feat: x", {"a": text, "b": text})
        one = (2, [1], "ann", MONDAY + 1, "refactor: x", {"a": text + "end\n"})
        two = (3, [2], "ann", MONDAY + 2, "refactor: y", {"a": "top\n" + text + "end\n", "c": "1\n"})
        other = (4, [3], "bob", MONDAY + 3, "feat: z", {"b": "top\n" + text})
        past = (root, one, two, other)
        gone = {"a": text, "c": None}
        undone = (5, [4], "bob", MONDAY + 4, say(2, 3), gone)
        self.assertEqual(credited(*past), [2, 3])
        self.assertEqual(credited(*past, undone), [])
        for message, files in ((say(2), gone), (say(2, 2), gone), ("back", gone), (say(2, 3), {**gone, "d": "1\n"}),
                               (say(2, 3, 4), gone), (say(2, 3), {**gone, "a": text[2:]})):
            self.assertEqual(credited(*past, (5, [4], "bob", MONDAY + 4, message, files)), [2, 3])
        again = (6, [5], "bob", MONDAY + 5, "again", {"a": two[5]["a"], "c": "1\n"})
        self.assertEqual(credited(*past, undone, again), [2, 3])
        self.assertEqual(credited(*past, undone, again, (7, [6], "bob", MONDAY + 6, "no one", {"a": "top\n" + text})), [3])
        # A feature that had been taken back comes again beside: neither the one nor the other.
        back = (5, [4], "bob", MONDAY + 4, "no z", {"b": text})
        self.assertEqual(credited(*past, back, (6, [5], "bob", MONDAY + 5, say(5, 2), {"a": "top\n" + text, "b": other[5]["b"]})), [2, 3])

    def test_reverts_over_renames(self):
        def credited(*commits):
            items = judged(list(commits), ALONE)["items"].values()
            return sorted(1 + i["time"] - MONDAY for i in items if i.get("credit"))
        text = "".join(f"{n}\n" for n in range(20))
        root = (1, [], "ann", MONDAY, "feat: x", {"a": text, "b": "other\n" + text})
        debt = (2, [1], "ann", MONDAY + 1, "refactor: x", {"a": text + "end\n"})
        moved = (3, [2], "ann", MONDAY + 2, "feat: moved", {"a": None, "n": "top\n" + text + "end\n"})
        say = f"back\n\nThis reverts commit {generate.id_of(2)}."
        self.assertEqual(credited(root, debt, moved), [2])
        self.assertEqual(credited(root, debt, moved, (4, [3], "bob", MONDAY + 3, say, {"n": "top\n" + text})), [])
        for message, files in (("back", {"n": "top\n" + text}), (say, {"n": text}), (say, {"n": "top\n" + text, "d": "1\n"}),
                               (say, {"b": text})):
            self.assertEqual(credited(root, debt, moved, (4, [3], "bob", MONDAY + 3, message, files)), [2])


class Labels(unittest.TestCase):
    def read(self, message, rules=ALONE, trailers=()):
        policy = agreement.Policy(rules, None)
        commit = {"id": "1", "parents": [], "subject": message.split("\n")[0], "message": message, "paths": {},
                  "trailers": list(trailers), "address": "a@x", "name": "A"}
        return labels.read(commit, commit, policy.labels)

    def test_kinds(self):
        for subject, kind in (("feat: x", "feature"), ("FEAT(a)!: x", "feature"), ("feat : x", "unlabelled"),
                              ("feat:x", "feature"), ("feat:", "unlabelled"), ("refactor(b): x", "paydown"), ("who knows", "unlabelled")):
            self.assertEqual(self.read(subject)[0], kind, subject)

    def test_contradiction_and_shares(self):
        self.assertEqual(self.read("feat: x", trailers=[("debt", "yes")]), ("feature", 0, True))
        self.assertEqual(self.read("feat: x", trailers=[("Debt", "")]), ("feature", 0, False))
        self.assertEqual(self.read("feat: x", trailers=[("Debt-Share", "12.5%")]), ("feature", 1250, False))
        self.assertEqual(self.read("refactor: x", trailers=[("Debt-Share", "lots")]), ("paydown", 0, False))
        two = [("Debt-Share", "10%"), ("Debt-Share", "20%")]
        self.assertEqual(self.read("refactor: x", trailers=two), ("paydown", 0, False))


class Written(unittest.TestCase):
    def test_yaml(self):
        text = """
# comment
a: [x, "y # no", 'it''s',   # comment
    z]
b:
  - { k: v, l: [1, 2] }
  - k: "\\u00e9"
    l: '^\\d+$'
  - plain text here   # comment
c: |
  one
    two
d:
- 1
- e: 2026-01-01
"""
        self.assertEqual(yamlish.load(text), {
            "a": ["x", "y # no", "it's", "z"],
            "b": [{"k": "v", "l": [1, 2]}, {"k": "é", "l": "^\\d+$"}, "plain text here"],
            "c": "one\n  two\n", "d": [1, {"e": "2026-01-01"}]})
        for wrong in ("a: &x 1", "a: 1\na: 2", "a: [1", "a: 1\n- x"):
            with self.assertRaises(yamlish.YamlError, msg=wrong):
                yamlish.load(wrong)

    def test_globs(self):
        for pattern, path, fits in (("**/*.lock", "Cargo.lock", True), ("**/*.lock", "a/b/c.lock", True),
                                    ("*.lock", "a/b.lock", False), ("vendor/**", "vendor/a/b", True),
                                    ("vendor/**", "x/vendor/a", False), ("a/**/b", "a/b", True), ("{a,b}.rs", "b.rs", True)):
            self.assertEqual(agreement.glob(pattern)(path), fits, (pattern, path))

    def test_one_person_from_several_entries(self):
        policy = agreement.Policy("""
version: 1
extends: []
teams:
  one: { members: [{ emails: [a@x, b@x], part-time: 50% }, "*@y"] }
  two: { members: [{ emails: [B@x], part-time: 50% }] }
""", None)
        self.assertEqual(policy.worker("a@x"), policy.worker("b@x"))
        self.assertEqual(policy.memberships(policy.worker("b@x"), 0), [(0, 50), (1, 50)])
        self.assertEqual(policy.worker("c@y"), (1, 0, "c@y"))
        self.assertTrue(policy.on_roster("c@y"))


class Generated(unittest.TestCase):
    def test_the_same_at_every_run_and_rich(self):
        ids = []
        for _ in range(2):
            with tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                generate.write(folder / "h.git", generate.Past(generate.random.Random(7), 400).written())
                ids.append(subprocess.run(["git", "--git-dir", folder / "h.git", "rev-parse", "main"], check=True,
                                          capture_output=True).stdout)
        self.assertEqual(ids[0], ids[1])


if __name__ == "__main__":
    unittest.main()
