#!/usr/bin/env python3
"""Recomputes what `debtlint check --format json --items` says of a repository, and compares the two to the last unit.

    check.py REPOSITORY REPORT [--policy FILE] [--packs FOLDER] [--rev REVISION]

Reads the repository by plain git commands and the policy by a parser of its own; nothing is taken from the report but
which revision was judged, and that the two are compared. Exit code 0: equal. 1: not equal; the differences are printed.

Two programs may count the lines of one change differently (docs/measure.md says where). With `--lines-may-differ` such
commits are listed, and what depends on their lines is not compared: the effort of the days on which their people worked on
them, and the accounts.
"""

import argparse
import datetime
import json
import pathlib
import sys

import history
import measure
import policy as agreement


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", help="the repository's git directory, or its worktree")
    parser.add_argument("report", help="what `debtlint check --format json --items` printed")
    parser.add_argument("--policy", help="the policy file; without it the policy in the judged tree, or the default pack")
    parser.add_argument("--packs", default=str(pathlib.Path(__file__).parents[2] / "rules"), help="the shipped packs")
    parser.add_argument("--rev", default="HEAD", help="the revision that was judged")
    parser.add_argument("--as-of", help="the end of the window that was asked for, as 2026-01-31T12:00:00Z")
    parser.add_argument("--most", type=int, default=20, help="how many differences are printed")
    parser.add_argument("--lines-may-differ", action="store_true", help="list commits whose lines differ, and go on")
    arguments = parser.parse_args()
    path = pathlib.Path(arguments.repository)
    git = history.Git(str(path / ".git") if (path / ".git").exists() else str(path))
    as_of = seconds(arguments.as_of) if arguments.as_of else None
    report = json.loads(pathlib.Path(arguments.report).read_text(encoding="utf-8"))
    policy = agreement.Policy(policy_text(git, arguments), agreement.packs_in(arguments.packs))
    nothing = {"without-change", "mass-change"}
    hollow = [item["commit"] for item in report["items"]
              if nothing & set(item.get("counted", {}).get("evidence", {}).get("doubts", []))]
    ours = measure.judge(git, policy, arguments.rev, as_of, hollow)
    other_lines = lines_differ(ours, report) if arguments.lines_may_differ else {}
    for name, (mine, theirs) in other_lines.items():
        print(f"line counts differ: {name[:10]} {mine} here, {theirs} in the report")
    differences = compare(ours, report, policy, other_lines)
    for line in differences[:arguments.most]:
        print(line)
    counted = sum("exempt" not in item for item in ours["items"].values())
    if differences:
        print(f"{len(differences)} differences in {len(ours['items'])} commits")
        return 1
    credited = sum(item.get("credit", 0) > 0 for item in ours["items"].values())
    but = f" but for the lines of {len(other_lines)} and what depends on them" if other_lines else ""
    print(f"equal{but}: {len(ours['items'])} commits, {counted} counted, {credited} with credit, {len(policy.teams)} teams")
    return 0


def policy_text(git, arguments):
    if arguments.policy:
        return pathlib.Path(arguments.policy).read_text(encoding="utf-8")
    for name in (".debtlint.yml", ".debtlint.yaml", ".github/debtlint.yml"):
        text = git.file(arguments.rev, name)
        if text is not None:
            return text
    return None


def seconds(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def lines_differ(ours, report):
    """The commits that both count, with other lines: {id: (here, in the report)}."""
    found = {}
    for item in report["items"]:
        mine = ours["items"].get(item["commit"], {})
        if "lines" in mine and "exempt" not in mine and "counted" in item and mine["lines"] != item["counted"]["lines"]:
            found[item["commit"]] = (mine["lines"], item["counted"]["lines"])
    return found


def compare(ours, report, policy, other_lines):
    """Every difference, as a line of text."""
    different = []
    days = {(worker, ours["items"][name]["day"]) for name in other_lines for worker in ours["items"][name]["workers"]}

    def same(where, mine, theirs):
        if mine != theirs:
            different.append(f"{where}: {mine!r} here, {theirs!r} in the report")

    subject = report["subject"]
    same("as_of", ours["as-of"], seconds(subject["as_of"]))
    same("start", ours["start"], seconds(subject["start"]))
    same("boundary", ours["boundary"], subject["boundary"])
    theirs = {item["commit"]: item for item in report["items"]}
    for name in sorted(ours["items"].keys() - theirs.keys()):
        different.append(f"{name}: not in the report")
    for name in sorted(theirs.keys() - ours["items"].keys()):
        different.append(f"{name}: in the report only")
    for name in sorted(ours["items"].keys() & theirs.keys()):
        mine = ours["items"][name]
        unsure = any((worker, mine["day"]) in days for worker in mine.get("workers", []))
        compare_item(mine, theirs[name], policy, same, unsure, name in other_lines)
    accounts = {team["name"]: team for team in report["teams"]} | {None: report["unattributed"]}
    for name, account in [*ours["teams"].items(), (None, ours.get("unattributed"))]:
        if account is not None and not other_lines:
            compare_account(name or "unattributed", account, accounts[name], same, policy)
    same("walked", len(ours["items"]), report["commits"]["walked"])
    same("counted", sum("exempt" not in item for item in ours["items"].values()), report["commits"]["counted"])
    for reason, number in report["commits"]["exempt"].items():
        same(f"exempt {reason}", sum(i.get("exempt") == reason for i in ours["items"].values()), number)
    return different


def compare_item(mine, theirs, policy, same, unsure, other_lines):
    where = f"{mine['id'][:10]} {mine['subject'][:40]!r}"
    same(f"{where} landing", (mine["landing"], mine["landed"]),
         (theirs["landing"]["commit"], seconds(theirs["landing"]["time"])))
    same(f"{where} exempt", mine.get("exempt"), (theirs.get("exempt") or {}).get("reason"))
    if "exempt" in mine or "counted" not in theirs:
        return
    counted = theirs["counted"]
    same(f"{where} day", datetime.date.fromordinal(mine["day"] + agreement.DAY).isoformat(), counted["day"])
    for key, field in (("kind", "kind"), ("credit", "credit_bp"), ("lines", "lines")):
        if not (key == "lines" and other_lines):
            same(f"{where} {key}", mine[key], counted[field])
    same(f"{where} persons", sorted(person(w, policy) for w in mine["workers"]), sorted(p["id"] for p in counted["persons"]))
    for which in () if unsure else ("effort", "paydown"):
        parts = {}
        for (worker, team), units in mine["postings"].items():
            name = policy.teams[team]["name"] if team is not None else None
            parts[name, person(worker, policy)] = {
                one: amount * mine["credit"] // 10_000 if which == "paydown" else amount for one, amount in units.items()}
        said = {(part["team"], part["person"]): efforts(part[which]) for part in counted["parts"]}
        for key in sorted(parts.keys() | said.keys(), key=str):
            nothing = dict.fromkeys(measure.MEASURES, 0)
            same(f"{where} {which} of {key}", parts.get(key, nothing), said.get(key, nothing))


def compare_account(name, mine, theirs, same, policy):
    same(f"{name} people", mine["people"], theirs["people"])
    same(f"{name} commits", mine["commits"], theirs["commits"])
    for which in ("paydown", "total"):
        same(f"{name} {which}", mine[which], efforts(theirs[which]))
    nothing = dict.fromkeys(measure.MEASURES, 0)
    for kind, units in theirs["by_kind"].items():
        same(f"{name} {kind}", mine["kinds"].get(kind, nothing), efforts(units))
    if "standing" in mine:
        same(f"{name} allocation", mine["allocation"], theirs["allocation_bp"])
        total = mine["total"][policy.effort]
        same(f"{name} share", mine["paydown"][policy.effort] * 10_000 // total if total else None, theirs["share_bp"])
        if policy.raw.get("fail-when", "below") == "below":
            same(f"{name} standing", mine["standing"], theirs["standing"])
        same(f"{name} shortfall", mine["shortfall"], None if theirs["shortfall"] is None else int(theirs["shortfall"]))


def efforts(said):
    return {one.replace("_", "-"): int(units) for one, units in said.items()}


def person(worker, policy):
    kind, place, address = worker
    return address if kind else min(policy.people[place]["addresses"])


if __name__ == "__main__":
    sys.exit(main())
