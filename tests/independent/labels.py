"""What a commit's words, its landing and the policy's statements make of it: its kind and its credit."""

import re

import policy as agreement

CLAIMS = ("paydown", "feature", "run")


def words(commit):
    """What label rules look at: the conventional type and scopes of a title, the title, the trailers."""
    subject = title(commit)
    found = re.match(r"\s*([^\s():!]+)(?:\(([^()]+)\))?!?:\s*\S", subject)
    return {"subject": subject, "type": found[1].lower() if found else None,
            "scope": {one.strip().lower() for one in (found[2] or "").split(",")} if found else set(),
            "trailers": commit["trailers"]}


def title(commit):
    """The subject; for a merge not what a tool wrote there about branches, but what it quotes or what follows."""
    subject = commit["subject"]
    if len(commit["parents"]) < 2:
        return subject
    gerrit = re.match(r'Merge "(.*)"', subject)
    if gerrit:
        return gerrit[1]
    if subject.startswith(("Merge ", "Auto merge of ", "Rollup merge ", "Merged in ")):
        body = re.split(r"\n[ \t]*\n", commit["message"].replace("\r\n", "\n").lstrip("\n"), maxsplit=1)
        return next((line.strip() for line in (body[1] if len(body) > 1 else "").split("\n") if line.strip()), subject)
    return subject


def matched_by_words(said, rules):
    """The rules that words fit, in the order of the rules, each with the shares that it found."""
    found = []
    for place, rule in enumerate(rules):
        source, shares = rule["source"], []
        if source == "type":
            fits = said["type"] in rule["words"]
        elif source == "scope":
            fits = bool(said["scope"] & rule["words"])
        elif source == "subject":
            fits = rule["pattern"].search(said["subject"]) is not None
        elif source == "trailer":
            values = [value for key, value in said["trailers"] if key.lower() == rule["key"]
                      and (rule["pattern"].search(value) if rule["pattern"] else value)]
            fits = bool(values)
            if rule["share-from-value"]:
                shares = [agreement.basis_points(value) for value in values]
        else:
            continue
        if fits:
            found.append((place, rule, shares))
    return found


def matched_by_statements(commit, rules):
    """The rules that say something of a commit by its author, its paths or its id."""
    found = []
    for place, rule in enumerate(rules):
        source = rule["source"]
        paths = commit["paths"]
        if (source == "author" and (rule["fits"](commit["address"]) or rule["fits"](commit["name"]))
                or source == "path" and paths and all(any(fits(p) for fits in rule["globs"]) for p in paths)
                or source == "commit" and commit["id"] in rule["commits"]):
            found.append((place, rule, []))
    return found


def read(commit, landing, rules):
    """(kind, credit in basis points, whether labels contradict each other)."""
    own = matched_by_words(words(commit), rules)
    if not own and landing is not commit and len(landing["parents"]) > 1:
        # What the policy says of a landing by its id, it says of all that the landing brought in.
        named = [one for one in matched_by_statements({**landing, "paths": {}}, rules) if one[1]["source"] == "commit"]
        own = matched_by_words(words(landing), rules) + named
    found = matched_by_statements(commit, rules) + own
    found.sort(key=lambda one: one[0])
    kinds = [rule for _, rule, _ in found if rule["kind"] is not None]
    stated = share(found)
    if stated is None or stated == "in doubt":
        rival = contradiction(kinds)
        kind = rival or (kinds[0]["kind"] if kinds else "unlabelled")
        credit = 10_000 if kind == "paydown" and stated is None else 0
        return kind, credit, rival is not None
    return kinds[0]["kind"] if kinds else "unlabelled", stated, False


def share(found):
    """The part that labels state: basis points, `None` where none does, `in doubt` where it is malformed or not one."""
    for at, (_, rule, values) in enumerate(found):
        if rule["source"] == "commit" and rule["kind"] is not None:
            return None
        if rule["share"] is not None or rule["share-from-value"]:
            break
    else:
        return None
    if rule["source"] in agreement.STATEMENTS:
        return rule["share"]
    same = [(other, others) for _, other, others in found[at:]
            if other["source"] in agreement.WORDS and other["rank"] == rule["rank"]]
    stated = {value for _, others in same for value in others}
    stated |= {other["share"] for other, _ in same if other["share"] is not None}
    return stated.pop() if len(stated) == 1 and None not in stated else "in doubt"


def contradiction(kinds):
    """The first other claim, where words of the winner's rank claim paydown and something else."""
    if not kinds or kinds[0]["source"] not in agreement.WORDS:
        return None
    claims = [rule["kind"] for rule in kinds
              if rule["rank"] == kinds[0]["rank"] and rule["source"] in agreement.WORDS and rule["kind"] in CLAIMS]
    others = [one for one in claims if one != "paydown"]
    return others[0] if "paydown" in claims and others else None
