#!/bin/sh
# Installs debtlint: fetches the archive for this machine, compares it with the sum below, and puts the program into
# DEBTLINT_INSTALL_DIR, or ~/.local/bin.
set -eu

address='@ADDRESS@'
sums() {
    cat <<'SUMS'
@SUMS@
SUMS
}

fail() {
    echo "debtlint is not installed: $1" >&2
    exit 1
}

case "$(uname -s)-$(uname -m)" in
Linux-x86_64) target=x86_64-unknown-linux-musl ;;
Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-musl ;;
Darwin-x86_64) target=x86_64-apple-darwin ;;
Darwin-arm64) target=aarch64-apple-darwin ;;
*) fail "there is no archive for $(uname -s) on $(uname -m); build it from source" ;;
esac

line="$(sums | grep -- "-$target\.tar\.gz\$")" || fail "there is no archive for $target"
archive="${line#*  }"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if command -v curl >/dev/null; then
    curl --fail --silent --show-error --location --proto '=https,file' --output "$work/$archive" "$address/$archive" ||
        fail "$address/$archive could not be fetched"
else
    wget --quiet --output-document="$work/$archive" "$address/$archive" || fail "$address/$archive could not be fetched"
fi
cd "$work"
if command -v sha256sum >/dev/null; then
    echo "$line" | sha256sum -c - >/dev/null 2>&1 || fail "$archive is not the one that this installer knows: its sum is another"
else
    echo "$line" | shasum -a 256 -c - >/dev/null 2>&1 || fail "$archive is not the one that this installer knows: its sum is another"
fi
tar -xzf "$archive"
into="${DEBTLINT_INSTALL_DIR:-$HOME/.local/bin}"
mkdir -p "$into"
cp "${archive%.tar.gz}/debtlint" "$into/debtlint.new"
chmod 755 "$into/debtlint.new"
mv "$into/debtlint.new" "$into/debtlint"
echo "$("$into/debtlint" --version) is installed as $into/debtlint"
case ":$PATH:" in
*":$into:"*) ;;
*) echo "$into is not on your PATH" ;;
esac
