"""What a policy means, read from the same file as the program reads but by code that shares nothing with it."""

import datetime
import functools
import pathlib
import re
from fractions import Fraction

import yamlish

DAY = datetime.date(1970, 1, 1).toordinal()
WORDS = ("type", "scope", "trailer", "subject", "pull-request")
STATEMENTS = ("author", "path", "commit")


class Policy:
    """The agreement. `read(name)` gives the text of a pack (`conventional-commits`) or of a file (`./team.yml`)."""

    def __init__(self, text, read):
        self.raw = yamlish.load(text) if text is not None else {"version": 1}
        raw = self.raw
        own = _Rules(raw, "own")
        packs, seen = [_Rules(pack, "pack") for pack in raw.get("packs") or []], set()
        for name in raw.get("extends", ["default"]):
            _extend(name, read, packs, seen)
        self.labels = _overridden([own.labels, *[pack.labels for pack in packs]])
        self.exempt = _overridden([own.exempt, *[pack.exempt for pack in packs]])
        self.ignore = [glob(one) for rules in [own, *packs] for one in rules.ignore]
        self.window_days = _days(str(raw.get("window", "13w")))
        self.effort = raw.get("effort", "developer-weeks")
        self.attribution = raw.get("attribution", "roster")
        minimum = raw.get("minimum-effort") or {}
        self.minimum_people = int(minimum.get("people", 2))
        self.minimum_weeks = Fraction(str(minimum.get("developer-weeks", 2)))
        allocation = basis_points(raw.get("allocation", "10%"))
        self.teams, self.people, self.patterns = [], [], []
        for name, team in (raw.get("teams") or {"everyone": None}).items():
            self._team(name, team or {}, allocation)
        self.everyone = not raw.get("teams")
        self.by_address = {a: place for place, person in enumerate(self.people) for a in person["addresses"]}

    def _team(self, name, team, allocation):
        place = len(self.teams)
        own = team.get("allocation")
        self.teams.append({
            "name": name,
            "allocation": basis_points(own) if own is not None else allocation,
            "paths": team.get("paths") or [],
            "codeowners": team.get("codeowners") or [],
        })
        for member in team.get("members") or []:
            if isinstance(member, str):
                member = {"emails": [member]}
            emails = member["emails"] if isinstance(member["emails"], list) else [member["emails"]]
            membership = {
                "team": place,
                "part": int(str(member.get("part-time", "100%")).rstrip("% ")),
                "from": _date(member.get("from"), -10**9),
                "until": _date(member.get("until"), 10**9),
            }
            literal = [email.strip().lower() for email in emails if not re.search(r"[*?]", email)]
            self.patterns += [(wildcard(email), membership) for email in emails if re.search(r"[*?]", email)]
            if literal:
                self._person(member.get("name"), literal, membership)

    def _person(self, name, addresses, membership):
        """Entries that share an address are one person, who stands where the first of them stands."""
        same = [person for person in self.people if person["addresses"] & set(addresses)]
        if not same:
            self.people.append({"name": name or addresses[0], "addresses": set(addresses), "memberships": [membership]})
            return
        first, *others = same
        for other in others:
            first["addresses"] |= other["addresses"]
            first["memberships"] += other["memberships"]
            self.people.remove(other)
        first["addresses"] |= set(addresses)
        first["memberships"].append(membership)

    def worker(self, address):
        """Who an address is. Workers sort: people of the roster in its order, then addresses."""
        place = self.by_address.get(address)
        return (0, place, "") if place is not None else (1, 0, address)

    def on_roster(self, address):
        return address in self.by_address or any(fits(address) for fits, _ in self.patterns)

    def memberships(self, worker, day):
        """The teams that have the worker on a day, with their parts, in the order of the teams."""
        if self.everyone:
            return [(0, 100)]
        kind, place, address = worker
        if kind == 0:
            all_of_them = self.people[place]["memberships"]
        else:
            all_of_them = next(([membership] for fits, membership in self.patterns if fits(address)), [])
        return sorted((m["team"], m["part"]) for m in all_of_them if m["from"] <= day <= m["until"])

    def is_ignored(self, path):
        return any(fits(path) for fits in self.ignore)


class _Rules:
    def __init__(self, raw, rank):
        self.labels = [_label(rule, rank) for rule in raw.get("labels") or []]
        self.exempt = [_exempt(rule) for rule in raw.get("exempt") or []]
        self.ignore = raw.get("ignore") or []


def _extend(name, read, packs, seen):
    if name in seen:
        return
    seen.add(name)
    raw = yamlish.load(read(name))
    packs.append(_Rules(raw, "pack"))
    for other in raw.get("extends") or []:
        _extend(other, read, packs, seen)


def _overridden(lists):
    """The first list's rules first; of several rules with one id the first stands: the policy's own before a pack's."""
    rules = {}
    for one in lists:
        for rule in one:
            rules.setdefault(rule["id"], rule)
    return list(rules.values())


def _many(value):
    return value if isinstance(value, list) else [value]


def _label(rule, rank):
    [source] = [key for key in WORDS + STATEMENTS if key in rule]
    made = {"id": rule["id"], "rank": rank, "source": source, "kind": rule.get("kind"), "share": None}
    if "share" in rule:
        made["share"] = basis_points(rule["share"])
    made["share-from-value"] = bool(rule.get("share-from-value"))
    value = rule[source]
    if source in ("type", "scope"):
        made["words"] = {str(word).lower() for word in _many(value)}
    elif source == "trailer":
        made["key"] = value.lower()
        made["pattern"] = pattern(rule["matches"]) if "matches" in rule else None
    elif source == "subject":
        made["pattern"] = pattern(value)
    elif source in ("author", "pull-request"):
        made["fits"] = wildcard(value)
    elif source == "path":
        made["globs"] = [glob(one) for one in _many(value)]
    else:
        made["commits"] = set(_many(value))
    return made


def _exempt(rule):
    made = {"id": rule["id"], "reason": rule["reason"]}
    if "author" in rule:
        made["fits"] = wildcard(rule["author"])
    if "commit" in rule:
        made["commits"] = set(_many(rule["commit"]))
    if "path" in rule:
        made["globs"] = [glob(one) for one in _many(rule["path"])]
    return made


def basis_points(text):
    """`12.5%` is 1250; `None` for what is no percentage between 0 and 100 with at most two decimals."""
    found = re.fullmatch(r"\s*([0-9]{1,3})(?:\.([0-9]{1,2}))?\s*%\s*", str(text))
    points = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None
    return points if points is not None and points <= 10_000 else None


def _days(text):
    found = re.fullmatch(r"([0-9]+)([wd])", text)
    return int(found[1]) * (7 if found[2] == "w" else 1)


def _date(value, otherwise):
    return datetime.date.fromisoformat(str(value)).toordinal() - DAY if value is not None else otherwise


def wildcard(text):
    """`*` is any run of characters, `?` one, everything else itself; without case, over the whole text."""
    parts = {"*": ".*", "?": "."}
    regex = re.compile("".join(parts.get(c) or re.escape(c) for c in text.lower()), re.DOTALL)
    return lambda value: regex.fullmatch(value.lower()) is not None


def pattern(text):
    """A regular expression of the program's dialect, as far as both agree."""
    return re.compile(text.replace(r"\z", r"\Z"))


def glob(text):
    """A glob over the whole path: `*` and `?` stay in a folder, `**` crosses folders, `{a,b}` and `[x]` as usual."""
    regex = re.compile(_glob_regex(text))
    return functools.lru_cache(maxsize=None)(lambda path: regex.fullmatch(path) is not None)


def _glob_regex(text):
    out, at = "", 0
    while at < len(text):
        c = text[at]
        if text.startswith("**/", at) and (at == 0 or text[at - 1] == "/"):
            out, at = out + "(?:.*/)?", at + 3
        elif text.startswith("/**", at) and at + 3 == len(text):
            out, at = out + "/.*", at + 3
        elif c == "*":
            at += len(text[at:]) - len(text[at:].lstrip("*"))
            out += "[^/]*"
        elif c == "?":
            out, at = out + "[^/]", at + 1
        elif c == "[":
            end = text.index("]", at + 2)
            out, at = out + "[" + text[at + 1:end].replace("!", "^", text[at + 1] == "!") + "]", end + 1
        elif c == "{":
            end = text.index("}", at)
            options = text[at + 1:end].split(",")
            out, at = out + "(?:" + "|".join(_glob_regex(option) for option in options) + ")", end + 1
        elif c == "\\":
            out, at = out + re.escape(text[at + 1]), at + 2
        else:
            out, at = out + re.escape(c), at + 1
    return out


def packs_in(folder):
    """A reader for `extends`, with the shipped packs in one folder."""
    def read(name):
        path = pathlib.Path(folder, f"{name}.yml")
        return path.read_text(encoding="utf-8")
    return read
