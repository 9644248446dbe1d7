"""Runs the action end to end with act, on this host, over a small generated repository.

    python3 .ci/action.py ACT PROGRAM

No container, no network: `actions/checkout` is act's own copy of the folder, and the action is taken from this tree.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
POLICY = """version: 1
extends: [conventional-commits, pull-request-labels]
allocation: 20%
minimum-effort: { people: 1, developer-weeks: 0.1 }
"""
WORKFLOW = """name: debt
on: [pull_request, pull_request_target, merge_group, push, schedule]
permissions: {{ contents: read }}
jobs:
  debt:
    runs-on: ubuntu-latest
    env: {{ {env} }}
    steps:
      - uses: {checkout}
      - id: debt
        uses: project/debtlint@v0
        continue-on-error: true
        with: {{ version: {version}{inputs} }}
      - env:
          OUTCOME: ${{{{ steps.debt.outcome }}}}
          STANDING: ${{{{ steps.debt.outputs.standing }}}}
          REPORT: ${{{{ steps.debt.outputs.report }}}}
          SARIF: ${{{{ steps.debt.outputs.sarif }}}}
          HTML: ${{{{ steps.debt.outputs.html }}}}
          SUMMARY: ${{{{ steps.debt.outputs.summary }}}}
        run: |
          for file in "$REPORT" "$SARIF" "$HTML" "$SUMMARY"; do
            if [ -s "$file" ]; then files="${{files:-}}+"; else files="${{files:-}}-"; fi
          done
          echo "ended: $OUTCOME $STANDING $files"
"""


class Past:
    """A repository, written by git alone."""

    def __init__(self, folder):
        self.folder, self.day = folder, 4
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments):
        when = f"2026-01-{self.day:02}T09:00:00Z"
        person = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
                  for what, value in (("NAME", "Ann"), ("EMAIL", "ann@example.com"), ("DATE", when))}
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        run = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(run, env={**os.environ, **person, **own}, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, message, file, text):
        self.day += 1
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name, start):
        self.git("checkout", "--quiet", "-B", name, start)

    def merge(self, branch, onto, topic):
        self.branch(branch, onto)
        self.git("merge", "--quiet", "--no-ff", "--message", "Merge topic", topic)
        return self.git("rev-parse", "HEAD")


def main():
    act, program = (str(Path(one).resolve()) for one in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        action = folder / "action"
        shutil.copytree(ROOT / "action", action / "action")
        shutil.copy(ROOT / "action.yml", action)
        # act takes it for a clone of the named repository.
        subprocess.run(["git", "init", "--quiet", str(action)], check=True)
        tools = folder / "bin"
        tools.mkdir()
        (tools / "debtlint").symlink_to(program)
        trial = Trial(folder, act, action, tools)
        trial.all()
        print(f"{trial.done} runs of the action ended as they should")


class Trial:
    def __init__(self, folder, act, action, tools):
        self.folder, self.act, self.action, self.tools, self.done = folder, act, action, tools, 0

    def run(self, past, at, event, payload, expected, inputs="", says=(), annotations=(), version="path", tools=(), env=""):
        past.git("checkout", "--quiet", "--detach", at)
        workflow, told = self.folder / "workflow.yml", self.folder / "event.json"
        workflow.write_text(WORKFLOW.format(checkout=CHECKOUT, inputs=inputs, version=version, env=env))
        told.write_text(json.dumps(payload))
        home = self.folder / "home"
        paths = [*map(str, tools), str(self.tools), os.environ["PATH"]]
        env = {"PATH": ":".join(paths), "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
        line = [self.act, event, "-W", str(workflow), "-e", str(told), "-C", str(past.folder), "--json",
                "-P", "ubuntu-latest=-self-hosted", "--local-repository", f"project/debtlint@v0={self.action}",
                "--action-offline-mode"]
        run = subprocess.run(line, env=env, capture_output=True, text=True)
        lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
        log = "\n".join(str(line.get("msg", "")) for line in lines)
        context = f"{event} {version} {inputs}\n{log}\n{run.stderr}"
        assert f"ended: {expected}" in log, f"not `{expected}`: {context}"
        for text in says:
            assert text in log, f"no `{text}`: {context}"
        found = [line for line in lines if line.get("command") in ("error", "warning", "notice")]
        for level, text in annotations:
            assert any(line["command"] == level and text in str(line.get("arg", "")) for line in found), f"no {level} `{text}` in {found}: {context}"
        self.done += 1

    def all(self):
        past = Past(self.folder / "past")
        past.commit("feat: begin", ".debtlint.yml", POLICY)
        for number in range(3):
            main = past.commit("feat: more", "a.rs", f"fn a() -> u32 {{ {number} }}\n")
        past.branch("feature", main)
        feature = past.commit("feat: three", "b.rs", "fn b() -> u32 { 1 }\n")
        past.branch("plain", main)
        plain = past.commit("Split the module", "c.rs", "fn c() -> u32 { 1 }\n")
        past.branch("paydown", main)
        paydown = past.commit("refactor: tidy", "a.rs", "fn a() -> u32 { 2 + 2 }\n")
        built = {head: past.merge(f"built-{head}", main, head) for head in (feature, plain, paydown)}
        past.branch("other", main)

        def request(head, labels=(), base="main"):
            labels = [{"name": label} for label in labels]
            ends = {"base": {"ref": base, "sha": main}, "head": {"ref": "topic", "sha": head}}
            return {"action": "opened", "number": 7, "pull_request": {"number": 7, "title": "A change", "labels": labels, **ends}}

        short = [("error", "everyone is at 0.0% of 20%")]
        # A program that knows no HTML writes none.
        knows = "html" in subprocess.run([self.tools / "debtlint", "check", "--help"], capture_output=True, text=True).stdout
        files = "++++" if knows else "++-+"
        passed, failed = f"success passed {files}", f"failure failed {files}"
        refused, unjudged = "failure refused ----", "failure not-judged ----"
        run = self.run
        run(past, built[paydown], "pull_request", request(paydown), passed)
        run(past, built[feature], "pull_request", request(feature), failed, annotations=short)
        run(past, built[feature], "pull_request", request(feature), f"success failed {files}", ", fail-on: never",
            annotations=[("warning", "and not this step")])
        run(past, built[plain], "pull_request", request(plain), failed, annotations=short)
        run(past, built[plain], "pull_request", request(plain, ["tech-debt"]), passed)
        run(past, built[feature], "pull_request", request(feature, base="lax"), refused, ", expect-base: main",
            says=["event-other-base"])
        run(past, built[feature], "pull_request_target", request(feature), refused, says=["event-refused"],
            annotations=[("error", "what was typed, or the policy, is wrong")])
        group = {"base_sha": main, "base_ref": "refs/heads/main", "head_sha": built[feature], "head_ref": "refs/heads/gh-readonly-queue/main/pr-7"}
        run(past, built[feature], "merge_group", {"action": "checks_requested", "merge_group": group}, failed, annotations=short)
        push = {"ref": "refs/heads/main", "before": main, "after": paydown}
        run(past, paydown, "push", push, passed)
        run(past, feature, "push", {**push, "before": "0" * 40, "after": feature}, failed, annotations=[("error", "everyone is at 0.0% of 20%")])
        run(past, main, "schedule", {}, failed, annotations=short)
        run(past, built[feature], "pull_request", request(feature), refused, ", deepen: perhaps")
        run(past, built[paydown], "pull_request", request(paydown), passed, ", accept-owner: true")
        run(past, built[paydown], "pull_request", request(paydown), refused, ", accept-owner: perhaps")

        shallow = self.shallow(past, built[feature])
        run(shallow, "HEAD", "pull_request", request(feature), unjudged, says=["fetch-depth: 0"],
            annotations=[("error", "could not judge")])
        run(shallow, "HEAD", "pull_request", request(feature), failed, ", deepen: true", annotations=short)
        # A fetch by date lists cuts that it did not get, and git then refuses to go on.
        cut = self.shallow(past, built[feature])
        with (cut.folder / ".git/shallow").open("a") as listed:
            listed.write(past.git("rev-list", "--max-parents=0", built[feature]) + "\n")
        run(cut, "HEAD", "pull_request", request(feature), failed, ", deepen: true", annotations=short)
        # As in a container, whose user is another than who owns the checkout.
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        # What it fetches from would be somebody else's, too.
        (home / ".gitconfig").write_text(f"[safe]\n\tdirectory = {past.folder}\n\tdirectory = {past.folder}/.git\n")
        others = self.shallow(past, built[feature])
        run(others, "HEAD", "pull_request", request(feature), failed, ", deepen: true, accept-owner: true", annotations=short,
            env='GIT_TEST_ASSUME_DIFFERENT_OWNER: "1"')
        lost = self.shallow(past, built[feature])
        lost.git("remote", "set-url", "origin", str(self.folder / "nowhere"))
        run(lost, "HEAD", "pull_request", request(feature), unjudged, ", deepen: true",
            annotations=[("warning", "the history could not be fetched")])

        partial = self.partial(past, built[feature])
        run(partial, "HEAD", "pull_request", request(feature), unjudged, says=["repository-partial-clone"])
        run(partial, "HEAD", "pull_request", request(feature), failed, ", deepen: true", annotations=short)
        lost = self.partial(past, built[feature])
        lost.git("remote", "set-url", "origin", str(self.folder / "nowhere"))
        run(lost, "HEAD", "pull_request", request(feature), unjudged, ", deepen: true",
            annotations=[("warning", "what the partial clone left out could not be fetched")])

        # From a fork, without a secret or a token: neither is needed.
        fork = request(paydown)
        fork["pull_request"]["head"]["repo"] = {"full_name": "somebody/past", "fork": True}
        run(past, built[paydown], "pull_request", fork, passed)

        guarded = Past(self.folder / "guarded")
        guarded.commit("feat: begin", ".debtlint.yml", POLICY + "sponsor: cto@example.com\n")
        base = guarded.commit("refactor: tidy", "a.rs", "fn a() -> u32 { 2 + 2 }\n")
        guarded.branch("topic", base)
        lax = guarded.commit("refactor: less", ".debtlint.yml", POLICY.replace("20%", "5%") + "sponsor: cto@example.com\n")
        ends = {"base": {"ref": "main", "sha": base}, "head": {"ref": "topic", "sha": lax}}
        loosened = {"number": 2, "pull_request": {"number": 2, "title": "", "labels": [], **ends}}
        run(guarded, lax, "pull_request", loosened, failed, says=["policy-loosened"], annotations=[("error", "20%")])
        run(guarded, lax, "pull_request", loosened, f"success failed {files}", ", fail-on: never", says=["policy-loosened"])

        self.programs(past, built[paydown], request(paydown), passed, unjudged, refused)

        bare = Past(self.folder / "bare")
        first = bare.commit("feat: begin", "a.rs", "fn a() {}\n")
        bare.branch("topic", first)
        second = bare.commit("feat: more", "a.rs", "fn a() { a() }\n")
        ends = {"base": {"ref": "main", "sha": first}, "head": {"ref": "topic", "sha": second}}
        run(bare, second, "pull_request", {"number": 1, "pull_request": {"number": 1, "title": "", "labels": [], **ends}}, passed,
            annotations=[("notice", "the repository has no policy")])

    def programs(self, past, at, payload, passed, unjudged, refused):
        """Where the program comes from: stand-ins for cargo and curl do nothing but hand it out."""
        program = (self.tools / "debtlint").resolve()
        stand_ins = Path(tempfile.mkdtemp(dir=self.folder))

        def stand_in(name, lines):
            (stand_ins / name).write_text("#!/bin/sh\nset -eu\n" + lines)
            (stand_ins / name).chmod(0o755)

        stand_in("cargo", f"""[ -f action.yml ] && [ "$2" = --release ] && [ "$3" = --locked ]
while [ "$1" != --target-dir ]; do shift; done
mkdir -p "$2/release" && cp '{program}' "$2/release/debtlint"
""")
        run = lambda expected, version, says=(): self.run(past, at, "pull_request", payload, expected, version=version, says=says,
                                                          tools=[stand_ins])
        run(passed, "source", says=["built from the action's own source"])
        run(passed, "auto", says=["built from the action's own source"])
        run(refused, "v1.2.3", says=["which release it is, is fixed by the commit of the action"])
        if os.uname()[:1] + os.uname()[4:] != ("Linux", "x86_64"):
            return
        # A release, as .ci/package.py packs it; its sum stands in the action's tree.
        dist = self.folder / "dist"
        packed = subprocess.run([sys.executable, ROOT / ".ci/package.py", "x86_64-unknown-linux-musl", program, dist],
                                check=True, capture_output=True, text=True).stdout.strip()
        archive = Path(packed)
        stand_in("curl", f"""for word; do case "$word" in https://*) from="$word" ;; esac; done
case "$from" in */project/debtlint/releases/download/v*/{archive.name}) ;; *) exit 22 ;; esac
while [ "$1" != --output ]; do shift; done
cp '{archive}' "$2"
""")
        sums = self.action / "action" / "checksums.txt"
        before = sums.read_text()
        right = hashlib.sha256(archive.read_bytes()).hexdigest()
        sums.write_text(f"{before}{right}  {archive.name}\n")
        run(passed, "auto")
        sums.write_text(f"{before}{'0' * 64}  {archive.name}\n")
        run(unjudged, "auto", says=["its checksum is another"])
        sums.write_text(before)

    def partial(self, past, commit):
        """As `actions/checkout` leaves it with `fetch-depth: 0` and `filter: blob:none`."""
        past.git("config", "uploadpack.allowFilter", "true")
        past.git("config", "uploadpack.allowAnySHA1InWant", "true")
        clone = Past(Path(tempfile.mkdtemp(dir=self.folder)) / "clone")
        clone.git("remote", "add", "origin", past.folder.as_uri())
        clone.git("fetch", "--quiet", "--filter=blob:none", "origin", "+refs/heads/*:refs/remotes/origin/*", commit)
        clone.git("update-ref", "refs/remotes/pull/7/merge", commit)
        clone.git("checkout", "--quiet", "--detach", commit)
        return clone

    def shallow(self, past, commit):
        """As `actions/checkout` leaves it without `fetch-depth`: one commit."""
        clone = Past(Path(tempfile.mkdtemp(dir=self.folder)) / "clone")
        past.git("config", "uploadpack.allowAnySHA1InWant", "true")
        clone.git("remote", "add", "origin", past.folder.as_uri())
        clone.git("fetch", "--quiet", "--depth=1", "origin", commit)
        clone.git("update-ref", "refs/remotes/pull/7/merge", commit)
        clone.git("checkout", "--quiet", "--detach", commit)
        return clone


if __name__ == "__main__":
    main()
