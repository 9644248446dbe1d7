"""The arithmetic of docs/measure.md, in Python's integers, written from the rules and not from the program."""

import datetime
import math
import re
from collections import defaultdict
from fractions import Fraction

import codeowners
import history
import labels
import policy as agreement

WEEK = 840_000_000
SMALL = 840
MEASURES = ("developer-weeks", "developer-days", "commits", "lines")
NOBODY = None


def divide(amount, weights):
    """Whole parts in proportion to weights that lose nothing: the largest remainders get what is left, ties in order."""
    total = sum(weights)
    parts = [amount * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for i in order[:amount - sum(parts)]:
        parts[i] += 1
    return parts


def iso_week(day):
    date = datetime.date.fromordinal(day + agreement.DAY)
    return date.isocalendar()[:2]


def judge(git, policy, revision, as_of=None, hollow=()):
    """Everything that a report says: {"items": {id: item}, "teams": {name: account}, ...}.

    `hollow` are commits that are known to have done nothing: whether texts are the same but for comments takes a lexer of
    each language, which is not written a second time.
    """
    chain, end = history.mainline(git, revision, as_of)
    landings, boundary = history.window(chain, end, policy.window_days)
    result = {"as-of": end, "start": end - policy.window_days * 86_400, "boundary": boundary, "items": {}}
    if not landings:
        result["teams"] = {team["name"]: account_of([]) for team in policy.teams}
        return result
    tip = landings[-1][0]
    git.trust(tip)
    found = history.commits(git, tip, boundary)
    history.land(found, landings)
    exempt_and_changes(git, policy, tip, found)
    counted = [one for one in found.values() if "exempt" not in one]
    for commit in counted:
        commit["kind"], commit["credit"], commit["contradicts"] = labels.read(
            commit, found[commit["landing"]], policy.labels)
    for name in [*uncredited(git, policy, tip, found, counted), *hollow]:
        found[name]["credit"] = 0
    for commit in counted:
        commit["workers"] = workers(commit, policy)
    if policy.attribution == "paths":
        own_paths(git, policy, tip, counted)
    post(counted, policy)
    result.update(items=found, tip=tip)
    names = [team["name"] for team in policy.teams]
    result["teams"] = {name: account_of(counted, place) for place, name in enumerate(names)}
    result["unattributed"] = account_of(counted, NOBODY)
    for place, name in enumerate(names):
        result["teams"][name].update(standing(result["teams"][name], policy, place))
    return result


def exempt_and_changes(git, policy, tip, found):
    """Marks what is left out, with its reason, and gives the rest its changed paths and lines."""
    ignored_revisions = set(re.findall(r"^\s*([0-9a-fA-F]{64}|[0-9a-fA-F]{40})", git.file(tip, ".git-blame-ignore-revs") or "", re.M))
    ignored_revisions = {one.lower() for one in ignored_revisions}
    merges = [one for one in found.values() if len(one["parents"]) > 1]
    plain = [one for one in found.values() if len(one["parents"]) < 2]
    for commit in plain:
        exempt_by_who_and_which(commit, policy, ignored_revisions)
    # What a bot made may undo what earned credit.
    plain = [one for one in plain if "exempt" not in one or one["exempt-by"] == "author"]
    changed = {**history.own_content(git, merges), **history.changes(git, plain)}
    every_path = {path for paths in changed.values() for path in paths}
    ignored = ignored_of(git, policy, tip, every_path)
    for merge in merges:
        # Nobody looks into what is ignored: whether a merge put it together or wrote it is not known.
        changed[merge["id"]] = {path: lines for path, lines in changed[merge["id"]].items()
                                if lines is not history.MERGED or path in ignored}
        if not changed[merge["id"]]:
            merge["exempt"] = "merge"
        else:
            exempt_by_who_and_which(merge, policy, ignored_revisions)
    for commit in [*plain, *(one for one in merges if "exempt" not in one)]:
        every = changed[commit["id"]]
        commit["paths"] = {path: lines or 0 for path, lines in every.items() if path not in ignored}
        commit["lines"] = sum(commit["paths"].values())
        if "exempt" in commit:
            continue
        if every and not commit["paths"]:
            commit["exempt"] = "ignored-paths"
            continue
        for rule in policy.exempt:
            if "globs" in rule and commit["paths"] and all(
                    any(fits(path) for fits in rule["globs"]) for path in commit["paths"]):
                commit["exempt"] = rule["reason"]
                break


def ignored_of(git, policy, tip, paths):
    """Which of some paths the policy ignores, or the attributes of the judged tree."""
    return history.ignored_by_attributes(git, tip, paths) | {path for path in paths if policy.is_ignored(path)}


def exempt_by_who_and_which(commit, policy, ignored_revisions):
    for rule in policy.exempt:
        if ("fits" in rule and (rule["fits"](commit["address"]) or rule["fits"](commit["name"]))
                or "commits" in rule and commit["id"] in rule["commits"]):
            commit["exempt"] = rule["reason"]
            named = any("commits" in rule and commit["id"] in rule["commits"] for rule in policy.exempt)
            commit["exempt-by"] = "id" if named or commit["id"] in ignored_revisions else "author"
            return
    if commit["id"] in ignored_revisions:
        commit["exempt"], commit["exempt-by"] = "ignored-revision", "id"


def uncredited(git, policy, tip, found, counted):
    """The commits that undo or repeat others, and those that are undone."""
    units = [one for one in found.values() if "paths" in one and len(one["parents"]) < 2]
    units += [one for one in found.values() if len(one["parents"]) > 1 and one["landing"] == one["id"]]
    named = {unit["id"]: names_reverted(unit, units) for unit in units}
    asked = {name for unit, names in named.items() if names for name in [unit, *names]}

    def ignored(paths):
        return ignored_of(git, policy, tip, paths)

    prints = history.fingerprints(git, units, ignored, asked)
    place = parents_first(found)
    units = sorted((one for one in units if one["id"] in prints), key=lambda one: place[one["id"]])
    by_print, undoes, seen, takers = defaultdict(list), {}, [], set()
    for unit in units:
        forward, backward = prints[unit["id"]]
        undoes[unit["id"]] = [earlier for earlier in by_print[backward] if strangers(earlier, unit)]
        if named[unit["id"]] and not by_print[backward]:
            names = [one for one in seen if one["id"] in named[unit["id"]] and strangers(one, unit)]
            undoes[unit["id"]] = undone_together(git, unit, names[::-1], prints, (seen, undoes, takers), ignored)
        if any(earlier["id"] not in takers for earlier in undoes[unit["id"]]):
            takers.add(unit["id"])
        by_print[forward].append(unit)
        seen.append(unit)
    dead = gone_of(units, undoes)
    repeats = set()
    for same in by_print.values():
        for at, later in enumerate(same):
            if any(earlier["id"] not in dead and strangers(earlier, later) for earlier in same[:at]):
                repeats.add(later["id"])
    gone = dead | repeats | {name for name, earlier in undoes.items() if earlier}
    # What a merge stands for shares its lot.
    return [one["id"] for one in counted if one["id"] in gone or one["landing"] in gone]


def gone_of(units, undoes):
    """Those of some changes, in the order of history, that are not alive."""
    dead = set()
    for unit in reversed(units):
        if unit["id"] not in dead:
            dead |= {earlier["id"] for earlier in undoes[unit["id"]]}
    return dead


def names_reverted(unit, units):
    """The changes that a commit says it reverts. A merge that is none of them brought one commit in, which is meant."""
    said = re.findall(r"^[ \t\r]*This reverts commit ([0-9a-fA-F]{7,40})(?![0-9a-fA-F])", unit["message"], re.MULTILINE)
    if len(said) > 100:
        return set()
    found = set()
    for name in said:
        meant = [one["id"] for one in units if one["id"].startswith(name.lower())]
        found |= set(meant) if len(meant) == 1 else set()
    return found


def undone_together(git, unit, names, prints, past, ignored):
    """What a change undoes of those that it names, the newest first: all of their content that is alive, or nothing."""
    seen, undoes, takers = past
    forwards = {prints[one["id"]][0] for one in names}
    paths = {entry[0] for entry in prints[unit["id"]][0]}
    if len(names) < 2 and all(entry[0] in paths for forward in forwards for entry in forward):
        return []
    dead = gone_of(seen, undoes)
    alive = [one for one in seen if one["id"] not in dead and strangers(one, unit) and prints[one["id"]][0] in forwards]
    if {prints[one["id"]][0] for one in alive} != forwards or len({one["id"] in takers for one in alive}) != 1:
        return []
    return alive if history.leaves_what_reverts_leave(git, unit, names, ignored) else []


def strangers(one, other):
    """Whether two changes may be compared: a merge and what it brought in are one change."""
    return one["id"] != other["landing"] and other["id"] != one["landing"]


def parents_first(found):
    """The place of each commit in history: by landings; within one by id, but parents, in their order, before children."""
    place = {}
    for commit in sorted(found.values(), key=lambda one: (one["order"], one["id"])):
        todo = [commit]
        while todo:
            open_ones = [found[one] for one in todo[-1]["parents"]
                         if one in found and one not in place and found[one]["landing"] == commit["landing"]]
            if open_ones:
                todo.append(open_ones[0])
            else:
                place.setdefault(todo.pop()["id"], len(place))
    return place


def workers(commit, policy):
    """The author, and the co-authors on rosters: distinct, sorted. Of more than 16 co-authors none counts."""
    author = policy.worker(commit["address"])
    others = {policy.worker(one) for one in commit["co-authors"] if policy.on_roster(one)} - {author}
    return sorted({author} | (others if len(others) <= 16 else set()))


def own_paths(git, policy, tip, counted):
    """Divides each commit's paths over the teams that own them."""
    if policy.everyone:
        for commit in counted:
            commit["owners"] = [(0, 1 + min(commit["lines"], 400))]
        return
    every_path = {path for commit in counted for path in commit["paths"]}
    owned = [history.owned_by_patterns(team["paths"], every_path) for team in policy.teams]
    named = codeowners.owners_of(git, tip, every_path)
    for commit in counted:
        sums = defaultdict(int)
        for path, lines in commit["paths"].items():
            stated = {place for place in range(len(policy.teams)) if path in owned[place]}
            meant = {place for owner in named.get(path, set()) for place in meant_by(owner, policy)}
            for team in stated or meant or [NOBODY]:
                sums[team] += lines
        if not sums:
            sums[NOBODY] = 0
        order = sorted(sums, key=lambda team: (team is NOBODY, team))
        commit["owners"] = [(team, 1 + min(sums[team], 400)) for team in order]


def meant_by(owner, policy):
    """The teams that list an owner of CODEOWNERS; or else, of `@organisation/name`, the team of that name that lists none."""
    teams = list(enumerate(policy.teams))
    listing = [place for place, team in teams if owner in {one.lower() for one in team["codeowners"]}]
    name = owner.split("/", 1)[1] if owner.startswith("@") and "/" in owner else None
    return listing or [place for place, team in teams if team["name"].lower() == name and not team["codeowners"]]


def post(counted, policy):
    """Gives each commit its postings: {(worker, team): {measure: units}}."""
    for commit in counted:
        commit["postings"] = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    by_day = defaultdict(list)
    for commit in sorted(counted, key=lambda one: one["id"]):
        for worker in commit["workers"]:
            by_day[worker, commit["day"]].append(commit)
        post_commit(commit, policy)
    active = defaultdict(set)
    for worker, day in by_day:
        active[worker, iso_week(day)].add(day)
    for (worker, day), mine in by_day.items():
        post_day(worker, day, mine, len(active[worker, iso_week(day)]), policy)


def post_day(worker, day, mine, active_days, policy):
    """A person's day, over its commits by weight; `active_days` are those of the person's week."""
    common = math.lcm(*(len(commit["workers"]) for commit in mine))
    weights = [(1 + min(commit["lines"], 400)) * common // len(commit["workers"]) for commit in mine]
    held = policy.memberships(worker, day)

    def spread(measure, amount, team):
        for commit, part in zip(mine, divide(amount, weights), strict=True):
            if policy.attribution == "roster":
                commit["postings"][worker, team][measure] += part
                continue
            owners = commit["owners"]
            for (owner, _), share in zip(owners, divide(part, [weight for _, weight in owners]), strict=True):
                commit["postings"][worker, owner][measure] += share

    def weeks(part):
        exact = Fraction(WEEK * part * min(active_days, 3), 3 * 100 * active_days)
        if exact.denominator != 1:
            raise ArithmeticError(f"a day of {part} % in a week of {active_days} days is no whole number of units")
        return exact.numerator

    if policy.attribution == "paths":
        spread("developer-weeks", weeks(sum(part for _, part in held) or 100), NOBODY)
        spread("developer-days", WEEK, NOBODY)
        return
    held = held or [(NOBODY, 100)]
    for (team, part), amount in zip(held, divide(WEEK, [part for _, part in held]), strict=True):
        spread("developer-weeks", weeks(part), team)
        spread("developer-days", amount, team)


def post_commit(commit, policy):
    """A commit and its lines, over those who worked on it."""
    for measure, amount in (("commits", SMALL), ("lines", SMALL * commit["lines"])):
        for worker, part in zip(commit["workers"], divide(amount, [1] * len(commit["workers"])), strict=True):
            shares = (commit["owners"] if policy.attribution == "paths"
                      else policy.memberships(worker, commit["day"]) or [(NOBODY, 100)])
            for (team, _), units in zip(shares, divide(part, [weight for _, weight in shares]), strict=True):
                commit["postings"][worker, team][measure] += units


def account_of(counted, team=NOBODY):
    """What one team (or nobody) has: effort by kind in each measure, people, commits."""
    kinds = defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    people, commits = set(), 0
    for commit in counted:
        mine = {worker: units for (worker, owner), units in commit["postings"].items() if owner == team}
        # A part of no unit at all is no part.
        mine = {worker: units for worker, units in mine.items() if any(units.values())}
        people |= set(mine)
        commits += bool(mine)
        rest = "other" if commit["kind"] == "paydown" else commit["kind"]
        for units in mine.values():
            for measure, amount in units.items():
                credit = amount * commit["credit"] // 10_000
                kinds["paydown"][measure] += credit
                kinds[rest][measure] += amount - credit
    return {
        "kinds": {kind: dict(units) for kind, units in kinds.items() if any(units.values())},
        "people": len(people), "commits": commits,
        "paydown": {measure: kinds["paydown"][measure] for measure in MEASURES},
        "total": {measure: sum(units[measure] for units in kinds.values()) for measure in MEASURES},
    }


def standing(account, policy, place):
    """met, short or not-enough-work (by the share itself), and how much paydown would close the gap."""
    allocation = policy.teams[place]["allocation"]
    paydown, total = account["paydown"][policy.effort], account["total"][policy.effort]
    weeks = Fraction(account["total"]["developer-weeks"], WEEK)
    short = paydown * 10_000 < allocation * total
    if account["people"] < policy.minimum_people or weeks < policy.minimum_weeks or total == 0:
        name = "not-enough-work"
    else:
        name = "short" if short else "met"
    gap = allocation * total - 10_000 * paydown
    shortfall = 0 if gap <= 0 else None if allocation == 10_000 else -(-gap // (10_000 - allocation))
    return {"standing": name, "allocation": allocation, "shortfall": shortfall}
