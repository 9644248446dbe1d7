//! `.debtlint/allowed_signers` and `.debtlint/allowed_signers.asc`: whose key is whose, in OpenSSH's format and as OpenPGP's
//! own keys.
//!
//! Stricter than OpenSSH where leniency would prove too much: an entry has to name addresses, not patterns; certificate
//! authorities are refused; and a line with anything unknown in it says nothing.

use jiff::civil::Date;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ssh_key::PublicKey;
use ssh_key::public::KeyData;

use crate::facts::UnixTime;
use crate::repo::proof::openpgp;

/// More lines than these are not read.
const MOST: usize = 10_000;
/// 2048 bits.
const FEWEST_RSA_BYTES: usize = 256;

/// Who signs with which key.
#[derive(Debug, Clone, Default)]
pub struct AllowedSigners {
    pub(super) signers: Vec<Signer>,
    pub(super) openpgp: Vec<openpgp::Signer>,
    /// Lines that say nothing, with the reason.
    bad: Vec<BadSigner>,
    bad_openpgp: Vec<BadSigner>,
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSigner {
    /// Counted from 1.
    pub line: usize,
    /// Why.
    pub reason: &'static str,
}

/// One key.
#[derive(Debug, Clone)]
pub(super) struct Signer {
    /// Addresses in lower case.
    pub(super) principals: Vec<String>,
    pub(super) namespaces: Option<Vec<String>>,
    pub(super) valid_after: Option<UnixTime>,
    pub(super) valid_before: Option<UnixTime>,
    pub(super) key: KeyData,
}

impl AllowedSigners {
    /// Where the keys of SSH lie.
    pub const PATH: &str = ".debtlint/allowed_signers";
    /// Where the keys of OpenPGP lie, armoured.
    pub const OPENPGP_PATH: &str = ".debtlint/allowed_signers.asc";
    /// Both.
    pub const PATHS: [&str; 2] = [Self::PATH, Self::OPENPGP_PATH];

    /// Reads the file's bytes. A line that cannot be used says nothing, and is noted.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut read = Self::default();
        let text = String::from_utf8_lossy(bytes);
        for (number, line) in (1..).zip(text.lines()).take(MOST) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match signer(line) {
                Ok(signer) => read.signers.push(signer),
                Err(reason) => read.bad.push(BadSigner { line: number, reason }),
            }
        }
        read
    }

    /// These, and the keys of a file of OpenPGP's.
    #[must_use]
    pub fn with_openpgp(self, bytes: &[u8]) -> Self {
        let (openpgp, bad_openpgp) = openpgp::read(bytes);
        Self { openpgp, bad_openpgp, ..self }
    }

    /// The keys of a file of OpenPGP's in words: each by its fingerprint, and for whom.
    #[must_use]
    pub fn openpgp_keys(bytes: &[u8]) -> Vec<String> {
        openpgp::told(bytes)
    }

    /// The lines that say nothing, by their file.
    pub fn bad_lines(&self) -> impl Iterator<Item = (&'static str, &[BadSigner])> {
        let files = [(Self::PATH, self.bad.as_slice()), (Self::OPENPGP_PATH, self.bad_openpgp.as_slice())];
        files.into_iter().filter(|(_, bad)| !bad.is_empty())
    }
}

fn signer(line: &str) -> Result<Signer, &'static str> {
    let (principals, rest) = field(line).ok_or("it ends behind the addresses")?;
    let principals = principals.trim_matches('"');
    if principals.contains(['*', '?', '!']) {
        return Err("it names a pattern: write the addresses out");
    }
    let principals: Vec<String> = principals.split(',').map(|one| one.trim().to_lowercase()).collect();
    if principals.iter().any(String::is_empty) {
        return Err("it names no address");
    }
    let mut signer = Signer {
        principals,
        namespaces: None,
        valid_after: None,
        valid_before: None,
        // Replaced below: there is no key without one.
        key: KeyData::Ed25519(ssh_key::public::Ed25519PublicKey([0; 32])),
    };
    let mut rest = rest;
    if !is_key_type(rest) {
        let (options, behind) = field(rest).ok_or("it has no key")?;
        for option in split_options(options) {
            take_option(option, &mut signer)?;
        }
        rest = behind;
    }
    let (kind, behind) = field(rest).ok_or("it has no key")?;
    let (data, _comment) = field(behind).unwrap_or((behind, ""));
    if kind.contains("-cert-") {
        return Err("certificates are not supported");
    }
    let key = PublicKey::from_openssh(&format!("{kind} {data}")).map_err(|_error| "its key cannot be read")?;
    signer.key = key.key_data().clone();
    if let KeyData::Rsa(key) = &signer.key
        && key.n.as_positive_bytes().is_none_or(|modulus| modulus.len() < FEWEST_RSA_BYTES)
    {
        return Err("its RSA key is shorter than 2048 bits");
    }
    Ok(signer)
}

fn is_key_type(text: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"].iter().any(|prefix| text.starts_with(prefix))
}

/// The text up to the next blank outside of quotes, and what follows it.
fn field(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = text.find(|character: char| {
        quoted ^= character == '"';
        !quoted && (character == ' ' || character == '\t')
    })?;
    let (field, rest) = text.split_at_checked(end)?;
    Some((field, rest.trim_start()))
}

fn split_options(options: &str) -> Vec<&str> {
    let mut quoted = false;
    let at_comma = |character: char| {
        quoted ^= character == '"';
        !quoted && character == ','
    };
    options.split(at_comma).collect()
}

fn take_option(option: &str, signer: &mut Signer) -> Result<(), &'static str> {
    let (name, value) = option.split_once('=').unwrap_or((option, ""));
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let repeated = match (name.to_ascii_lowercase().as_str(), value) {
        ("cert-authority", _) => return Err("it names a certificate authority: name each key itself"),
        ("namespaces", Some(list)) => {
            if list.contains(['*', '?', '!']) {
                return Err("its namespaces are patterns: write them out");
            }
            let list = list.split(',').map(str::to_owned).collect();
            signer.namespaces.replace(list).is_some()
        }
        ("valid-after", Some(text)) => signer.valid_after.replace(time(text)?).is_some(),
        ("valid-before", Some(text)) => signer.valid_before.replace(time(text)?).is_some(),
        _ => return Err("it has an option that is not known"),
    };
    if repeated { Err("it has an option twice") } else { Ok(()) }
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, in UTC with and without a `Z`: the zone of whoever judges decides
/// nothing.
fn time(text: &str) -> Result<UnixTime, &'static str> {
    const NONE: &str = "it has a time that is none";
    let digits = text.strip_suffix('Z').unwrap_or(text);
    let number = |from: usize, to: usize| -> Result<i8, &'static str> {
        let part = digits.get(from..to).ok_or(NONE)?;
        part.parse().map_err(|_error| NONE)
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || ![8, 12, 14].contains(&digits.len()) {
        return Err(NONE);
    }
    let year = digits.get(..4).and_then(|year| year.parse().ok()).ok_or(NONE)?;
    let date = Date::new(year, number(4, 6)?, number(6, 8)?).map_err(|_error| NONE)?;
    let (hour, minute) = if digits.len() > 8 { (number(8, 10)?, number(10, 12)?) } else { (0, 0) };
    let second = if digits.len() > 12 { number(12, 14)? } else { 0 };
    let time = jiff::civil::Time::new(hour, minute, second, 0).map_err(|_error| NONE)?;
    let zoned = DateTime::from_parts(date, time).to_zoned(TimeZone::UTC).map_err(|_error| NONE)?;
    UnixTime::new(zoned.timestamp().as_second()).ok_or(NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

    fn read(line: &str) -> Result<Signer, &'static str> {
        signer(&line.replace("KEY", KEY))
    }

    #[test]
    fn lines_that_name_a_key() {
        let plain = read("CTO@example.com,b@example.com KEY a comment").unwrap();
        assert_eq!(plain.principals, ["cto@example.com", "b@example.com"]);
        assert!(plain.namespaces.is_none() && plain.valid_after.is_none());
        let options = "valid-after=\"20260102\",VALID-BEFORE=\"20260102030405Z\",namespaces=\"git,file\"";
        let full = read(&format!("\"cto@example.com\"  {options}\tKEY")).unwrap();
        assert_eq!(full.principals, ["cto@example.com"]);
        assert_eq!(full.namespaces.unwrap(), ["git", "file"]);
        assert_eq!(full.valid_after.unwrap().rfc3339(), "2026-01-02T00:00:00Z");
        assert_eq!(full.valid_before.unwrap().rfc3339(), "2026-01-02T03:04:05Z");
    }

    #[test]
    fn lines_that_prove_nothing() {
        for line in [
            "cto@example.com",
            "cto@example.com KEYX!",
            "*@example.com KEY",
            "cto@example.com,!ann@example.com KEY",
            ",cto@example.com KEY",
            "cto@example.com cert-authority KEY",
            "cto@example.com CERT-AUTHORITY,namespaces=\"git\" KEY",
            "cto@example.com namespaces=git KEY",
            "cto@example.com namespaces=\"*\" KEY",
            "cto@example.com verify-required KEY",
            "cto@example.com valid-after=\"2026\" KEY",
            "cto@example.com valid-after=\"20261301\" KEY",
            "cto@example.com valid-before=\"20260101\",valid-before=\"20270101\" KEY",
            "cto@example.com ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ",
            "cto@example.com ssh-ed25519-cert-v01@openssh.com AAAA",
            "cto@example.com ssh-ed25519 AAAAC3Nz",
            "cto@example.com namespaces=\"git KEY",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_told_by_its_line() {
        let signers = AllowedSigners::parse(format!("# ours\n\ncto@example.com {KEY}\n*@x {KEY}\n").as_bytes());
        assert_eq!(signers.signers.len(), 1);
        let bad = signers.bad_lines().flat_map(|(_, bad)| bad).map(|bad| bad.line);
        assert_eq!(bad.collect::<Vec<_>>(), [4]);
    }
}
