#!/bin/sh
# Makes the signed commits beside it anew, with git's and OpenSSH's own programs. The tests need neither: they read what
# is committed. The keys are thrown away; `allowed_signers` is all that is left of them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$work/none"
export GIT_AUTHOR_NAME=CTO GIT_AUTHOR_EMAIL=cto@example.com GIT_COMMITTER_NAME=CTO GIT_COMMITTER_EMAIL=cto@example.com
export GIT_AUTHOR_DATE=2026-06-01T10:00:00Z GIT_COMMITTER_DATE=2026-06-01T10:00:00Z

ssh-keygen -q -t ed25519 -N '' -C '' -f ed25519
ssh-keygen -q -t ecdsa -b 256 -N '' -C '' -f p256
ssh-keygen -q -t ecdsa -b 384 -N '' -C '' -f p384
ssh-keygen -q -t ecdsa -b 521 -N '' -C '' -f p521
ssh-keygen -q -t rsa -b 3072 -N '' -C '' -f rsa
ssh-keygen -q -t rsa -b 1024 -N '' -C '' -f rsa-short
ssh-keygen -q -t ed25519 -N '' -C '' -f stranger
{
    echo "# Whose keys these are."
    echo "cto@example.com namespaces=\"git\" $(cat ed25519.pub)"
    echo "CTO@example.com,deputy@example.com valid-after=\"20260101\",valid-before=\"20261231Z\" $(cat p256.pub)"
    echo "cto@example.com $(cat p384.pub)"
    echo "cto@example.com $(cat p521.pub)"
    echo "cto@example.com $(cat rsa.pub)"
    echo "cto@example.com $(cat rsa-short.pub)"
} >"$here/allowed_signers"

git init -q repo
cd repo
git config gpg.format ssh
for key in ed25519 p256 p384 p521 rsa rsa-short stranger; do
    git config user.signingkey "$work/$key.pub"
    git commit -q --allow-empty -S -m "policy: a waiver of payments

Signed with a key of the sort $key."
    git cat-file commit HEAD >"$here/$key.commit"
done
git commit -q --allow-empty -m "not signed"
git cat-file commit HEAD >"$here/unsigned.commit"

# The same key, for something else than git.
ssh-keygen -q -Y sign -n file -f ../ed25519 "$here/unsigned.commit" 2>/dev/null
sed '1s/^/gpgsig /; 2,$s/^/ /' "$here/unsigned.commit.sig" >header
sed '/^committer /r header' "$here/unsigned.commit" >"$here/namespace.commit"
rm "$here/unsigned.commit.sig"

# And for git, over the bytes of an object: how a signature is made without git.
ssh-keygen -q -Y sign -n git -f ../ed25519 "$here/unsigned.commit" 2>/dev/null
sed '1s/^/gpgsig /; 2,$s/^/ /' "$here/unsigned.commit.sig" >header
sed '/^committer /r header' "$here/unsigned.commit" >"$here/by-hand.commit"
rm "$here/unsigned.commit.sig"

# In a repository that names its objects by SHA-256, whose signatures have a header of their own.
git init -q --object-format=sha256 ../sha256
cd ../sha256
git config gpg.format ssh
git config user.signingkey "$work/ed25519.pub"
git commit -q --allow-empty -S -m "policy: a waiver of payments"
git cat-file commit HEAD >"$here/sha256.commit"
