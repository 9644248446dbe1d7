"""Packs a built program for a release.

    python3 .ci/package.py TARGET PROGRAM FOLDER    writes FOLDER/debtlint-VERSION-TARGET.tar.gz (.zip for Windows)
    python3 .ci/package.py --notes                  prints what the changelog says of the version

The same files give the same bytes. The program is run: its manual and its completions go into the archive, and a program of
another version is refused. Where a tag is built (GITHUB_REF_NAME) it has to be the tag of that version.
"""

import gzip
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHELLS = {"bash": "debtlint.bash", "zsh": "_debtlint", "fish": "debtlint.fish", "powershell": "_debtlint.ps1", "elvish": "debtlint.elv"}
BESIDE = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"]


def main(*arguments):
    version = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]
    tag = os.environ.get("GITHUB_REF_NAME", "") if os.environ.get("GITHUB_REF_TYPE") == "tag" else f"v{version}"
    if tag != f"v{version}":
        sys.exit(f"the tag {tag} is not that of the version {version} in Cargo.toml")
    if arguments == ("--notes",):
        print(notes(version))
    elif len(arguments) == 3:
        target, program, folder = arguments
        print(pack(version, target, Path(program), Path(folder)))
    else:
        sys.exit(__doc__)


def notes(version):
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(rf"^## \[{re.escape(version)}\].*?\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    if not found:
        sys.exit(f"CHANGELOG.md has no section for {version}")
    return found[1].strip()


def pack(version, target, program, folder):
    if "windows" in target and program.suffix != ".exe":
        program = program.with_suffix(".exe")
    run = lambda *words: subprocess.run([program.resolve(), *words], check=True, capture_output=True).stdout
    said = run("--version").decode().strip()
    if said != f"debtlint {version}":
        sys.exit(f"{program} says `{said}`, not `debtlint {version}`")
    name = f"debtlint-{version}-{target}"
    files = {program.name: (0o755, program.read_bytes())}
    for beside in BESIDE:
        files[beside] = (0o644, (ROOT / beside).read_bytes())
    files["policy.schema.json"] = (0o644, run("schema"))
    for shell, file in SHELLS.items():
        files[f"completions/{file}"] = (0o644, run("completions", shell))
    with tempfile.TemporaryDirectory() as manual:
        run("man", "--out", manual)
        for page in Path(manual).iterdir():
            files[f"man/{page.name}"] = (0o644, page.read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    write = zipped if "windows" in target else tarred
    return write(folder / name, {f"{name}/{path}": files[path] for path in sorted(files)})


def tarred(path, files):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, (mode, content) in files.items():
            entry = tarfile.TarInfo(name)
            entry.mode, entry.size = mode, len(content)
            archive.addfile(entry, io.BytesIO(content))
    path = path.with_name(path.name + ".tar.gz")
    with open(path, "wb") as out, gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=9, mtime=0) as squeezed:
        squeezed.write(packed.getvalue())
    return path


def zipped(path, files):
    path = path.with_name(path.name + ".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, (mode, content) in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return path


if __name__ == "__main__":
    main(*sys.argv[1:])
