#!/bin/sh
# Makes the commits and keys beside it anew, with git's and GnuPG's own programs. The tests need neither: they read what is
# committed. The secret keys are thrown away.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'GNUPGHOME="$work/gpg" gpgconf --kill all; rm -rf "$work"' EXIT
cd "$work"
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$work/none" GNUPGHOME="$work/gpg"
export GIT_AUTHOR_NAME=CTO GIT_AUTHOR_EMAIL=cto@example.com GIT_COMMITTER_NAME=CTO GIT_COMMITTER_EMAIL=cto@example.com
export GIT_AUTHOR_DATE=2026-06-01T10:00:00Z GIT_COMMITTER_DATE=2026-06-01T10:00:00Z
mkdir -m 700 gpg

# GnuPG on a day, and otherwise as git calls it.
on() {
    day=$1
    shift
    gpg --batch --quiet --pinentry-mode loopback --passphrase '' --no-tty --faked-system-time "${day}T090000!" "$@"
}
key() { # name, algorithm, usage, expiry
    on 20260101 --quick-generate-key "CTO of $1 <CTO@example.com>" "$2" "$3" "$4"
    on 20260101 --with-colons --list-keys "CTO of $1" | awk -F: '/^fpr/ { print $10; exit }' >"$1.fpr"
}
key rsa rsa3072 sign never
key ed25519 ed25519 sign never
key p256 nistp256 sign never
key p384 nistp384 sign never
key p521 nistp521 sign never
key dsa dsa2048 sign never
key short rsa1024 sign never
key expiring ed25519 sign 2026-06-15
key revoked ed25519 sign never
key certify ed25519 cert never
key stranger ed25519 sign never
# A key that only certifies, and signs with a subkey; one more subkey has been revoked, and one is over.
on 20260101 --quick-add-key "$(cat certify.fpr)" ed25519 sign never
on 20260102 --quick-add-key "$(cat certify.fpr)" ed25519 sign never
on 20260103 --quick-add-key "$(cat certify.fpr)" ed25519 sign 2026-06-15
subkeys=$(on 20260104 --with-colons --list-keys "$(cat certify.fpr)" | awk -F: '/^sub/ { print $5 }')
echo "$subkeys" | sed -n 1p >subkey.fpr
echo "$subkeys" | sed -n 2p >subkey-revoked.fpr
echo "$subkeys" | sed -n 3p >subkey-expiring.fpr
# Of several names on one key the address counts, and not one that was revoked.
on 20260102 --quick-add-uid "$(cat p256.fpr)" 'Deputy <deputy@example.com>'
on 20260102 --quick-add-uid "$(cat p256.fpr)" 'Gone <gone@example.com>'
on 20260103 --quick-revoke-uid "$(cat p256.fpr)" 'Gone <gone@example.com>'

git init -q repo
cd repo
cat >"$work/sign" <<EOF
#!/bin/sh
exec gpg --batch --quiet --pinentry-mode loopback --passphrase '' --no-tty --faked-system-time 20260601T100000! \$MORE "\$@"
EOF
chmod +x "$work/sign"
git config gpg.program "$work/sign"
signed() { # file, key, more options
    git config user.signingkey "$(cat "$work/$2.fpr")!"
    MORE="${3:-}" git commit -q --allow-empty -S -m "policy: a waiver of payments

Signed as $1."
    git cat-file commit HEAD >"$here/$1.commit"
}
for name in rsa ed25519 p256 p384 p521 dsa short expiring revoked subkey subkey-revoked subkey-expiring stranger; do
    signed "$name" "$name"
done
signed sha1 rsa "--digest-algo SHA1 --weak-digest MD5"
signed text ed25519 --textmode
signed passing ed25519 "--default-sig-expire 2026-06-10"
signed notation rsa "--sig-notation !purpose@example.com=none"
# Revoked after it had signed.
cd "$work"
printf 'y\n1\nlost\n\ny\n' | gpg --quiet --no-tty --command-fd 0 --status-fd 1 --pinentry-mode loopback --passphrase '' \
    --faked-system-time 20260602T090000! --output revocation --gen-revoke "$(cat revoked.fpr)" >/dev/null 2>&1
on 20260602 --import revocation
printf 'key 2\nrevkey\ny\n1\nlost\n\ny\nsave\n' | gpg --quiet --no-tty --command-fd 0 --status-fd 1 --pinentry-mode loopback \
    --passphrase '' --faked-system-time 20260602T090000! --edit-key "$(cat certify.fpr)" >/dev/null 2>&1
for name in rsa ed25519 p256 p384 p521 dsa short expiring revoked certify; do
    echo "The sponsor's: $name"
    on 20260603 --armor --export "$(cat "$name.fpr")"
done >"$here/allowed_signers.asc"

# A policy that is loosened, as a repository: its objects in one pack.
git init -q --bare whole.git
git init -q whole
cd whole
git config gpg.program "$work/sign"
mkdir .debtlint
cp "$here/allowed_signers.asc" .debtlint
policy() {
    echo "version: 1"
    echo "sponsor: cto@example.com"
    echo "allocation: $1"
    echo "minimum-effort: { people: 1, developer-weeks: 0.1 }"
}
policy 20% >.debtlint.yml
git add -A
git commit -q -m "refactor: begin"
git rev-parse HEAD >"$here/base"
for name in rsa stranger; do
    git checkout -q "$(cat "$here/base")"
    policy "1$(echo "$name" | wc -c)%" >.debtlint.yml
    git config user.signingkey "$(cat "$work/$name.fpr")!"
    MORE="" git commit -q -a -S -m "refactor: less"
    git rev-parse HEAD >"$here/head-$name"
done
cat "$here/base" "$here/head-rsa" "$here/head-stranger" |
    git -c pack.writeReverseIndex=false pack-objects -q --revs "$work/pack" >/dev/null
mv "$work"/pack-*.pack "$here/whole.pack"
mv "$work"/pack-*.idx "$here/whole.idx"
