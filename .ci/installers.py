"""Writes the sums of what lies in a folder, and installers that know them.

    python3 .ci/installers.py FOLDER ADDRESS

ADDRESS is where the files of the folder will lie. An installer fetches the archive for its machine from there, and installs
nothing whose sum is another than the one in the installer itself.
"""

import hashlib
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(folder, address):
    folder = Path(folder)
    files = sorted(path for path in folder.iterdir() if path.suffix in (".gz", ".zip", ".whl"))
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    listed = "".join(f"{value}  {name}\n" for name, value in sums.items())
    (folder / "SHA256SUMS").write_text(listed, encoding="utf-8", newline="\n")
    # It goes into scripts between quotes.
    if not re.fullmatch(r"(https|file)://[A-Za-z0-9._~/:@+-]+", address):
        sys.exit(f"no plain address: {address}")
    archives = "".join(line + "\n" for line in listed.splitlines() if not line.endswith(".whl"))
    for kind in ("sh", "ps1"):
        text = (HERE / f"installer.{kind}").read_text(encoding="utf-8")
        text = text.replace("@ADDRESS@", address).replace("@SUMS@\n", archives)
        (folder / f"debtlint-installer.{kind}").write_text(text, encoding="utf-8", newline="\n")
    print(listed, end="")


main(*sys.argv[1:])
