"""Holds what `check --output` writes against what its readers ask for.

    python3 .ci/formats.py PROGRAM REPOSITORY POLICY

Needs `jsonschema` (a Python package) and, for SARIF, npm: the schema and a second validator are in the package that the
standard's editors keep. Everything is pinned.
"""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema

MULTITOOL = "@microsoft/sarif-multitool-linux@5.7.0"


def main():
    program, repository, policy = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        names = ["json", "ndjson", "sarif", "github", "gitlab", "junit", "azure", "rdjson", "markdown", "html", "csv", "badge"]
        outputs = [argument for name in names for argument in ("--output", f"{name}={folder / name}")]
        run = subprocess.run([program, "check", repository, "--config", policy, *outputs], capture_output=True, text=True)
        assert run.returncode in (0, 1), run.stderr
        findings = json.loads((folder / "json").read_text())["findings"]
        assert findings, "the history finds nothing: nothing would be tested"
        sarif(folder, len(findings))
        gitlab(json.loads((folder / "gitlab").read_text()), len(findings))
        junit(ElementTree.parse(folder / "junit").getroot())
        rdjson(json.loads((folder / "rdjson").read_text()), len(findings))
        badge(json.loads((folder / "badge").read_text()))
        for line in (folder / "github").read_text().splitlines():
            assert re.fullmatch(r"::(error|warning|notice) [^:]+::.+", line), line
        print(f"{len(findings)} findings fit in every format")


def sarif(folder, number):
    log = json.loads((folder / "sarif").read_text())
    assert len(log["runs"][0]["results"]) == number
    packed = subprocess.run(
        ["npm", "pack", "--silent", MULTITOOL], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()
    with tarfile.open(folder / packed.splitlines()[-1]) as archive:
        archive.extractall(folder, filter="data")
    package = folder / "package"
    jsonschema.validate(log, json.loads((package / "sarif-2.1.0.json").read_text()))
    tool = next(path for path in package.rglob("Sarif.Multitool") if path.is_file())
    tool.chmod(0o755)
    # It ends with 0 whatever it finds: what it found is in its own report.
    (folder / "debt.sarif").write_text(json.dumps(log))
    subprocess.run(
        [tool, "validate", "debt.sarif", "--rule-kind", "Sarif;Ghas", "--output", "said.sarif", "--log", "ForceOverwrite"],
        cwd=folder,
        check=True,
        capture_output=True,
        env={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    said = json.loads((folder / "said.sarif").read_text(encoding="utf-8-sig"))
    grave = [one for run in said["runs"] for one in run.get("results", []) if one.get("level") in ("error", "warning")]
    assert not grave, json.dumps(grave, indent=1)


def gitlab(issues, number):
    assert len(issues) == number
    assert len({issue["fingerprint"] for issue in issues}) == number
    for issue in issues:
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["description"] and issue["check_name"]
        assert issue["location"]["path"] and issue["location"]["lines"]["begin"] >= 1


def junit(root):
    assert root.tag == "testsuites"
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases)
        assert int(suite.get("failures")) == sum(case.find("failure") is not None for case in cases)
        names = [(case.get("classname"), case.get("name")) for case in cases]
        assert len(set(names)) == len(names)


def rdjson(result, number):
    assert result["source"]["name"] == "debtlint" and len(result["diagnostics"]) == number
    for diagnostic in result["diagnostics"]:
        assert diagnostic["message"] and diagnostic["location"]["path"]
        assert diagnostic["severity"] in ("ERROR", "WARNING", "INFO")


def badge(endpoint):
    assert endpoint["schemaVersion"] == 1 and endpoint["label"] and endpoint["message"] and endpoint["color"]


main()
