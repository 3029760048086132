//! Keys that callers show: made here, kept as hashes alone, compared in constant time.
//!
//! A key is 256 random bits. Nobody can try them out, so a plain SHA-256 keeps it as safe as a slow
//! password hash would, and costs nothing to check.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore;
use rand::rngs::OsRng;
use secrecy::{ExposeSecret, SecretString};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// What a key begins with, so that people and secret scanners know one when they see it.
const PREFIX: &str = "redraw_";

/// Longest name of a key, in characters: shorter than a key, so that one cannot be taken for a name.
const LONGEST_NAME: usize = 32;

/// A file that is empty by mistake must not open the door to everyone.
const NO_KEY: &str = "it holds no key; write [] for none";

/// Makes a key from the system's random numbers.
///
/// # Errors
///
/// When the system has none.
pub fn new_key() -> anyhow::Result<SecretString> {
    let mut bits = [0; 32];
    OsRng.try_fill_bytes(&mut bits)?;
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bits)).into())
}

/// The hash of a key in hexadecimal digits, as it stands in the settings.
#[must_use]
pub fn hash_of(key: &SecretString) -> String {
    use fmt::Write;
    digest(key).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The hashes of the keys that open a door. `Debug` shows their names alone.
#[derive(Clone, Default)]
pub struct KeyRing(Vec<KeyHash>);

#[derive(Clone)]
struct KeyHash {
    name: String,
    hash: [u8; 32],
}

impl KeyRing {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of the entry that this key belongs to. Looks at every entry, whichever it is.
    #[must_use]
    pub fn find(&self, key: &SecretString) -> Option<&str> {
        let shown = digest(key);
        let mut found = u64::MAX;
        for (place, entry) in (0_u64..).zip(&self.0) {
            let same: Choice = entry.hash.ct_eq(&shown);
            found.conditional_assign(&place, same);
        }
        self.0.get(usize::try_from(found).ok()?).map(|entry| entry.name.as_str())
    }

    /// Reads entries such as `name:HASH` or `HASH`.
    fn read<'a>(entries: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let read = |(place, entry): (usize, &str)| KeyHash::read(entry, place + 1);
        entries.enumerate().map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|entry| &entry.name)).finish()
    }
}

impl KeyHash {
    /// An error names the entry and says what is wrong; never shows what may be a key.
    fn read(entry: &str, place: usize) -> Result<Self, String> {
        let (name, hash) = match entry.rsplit_once(':') {
            Some((name, hash)) if is_name(name) => (name.to_owned(), hash),
            Some(_) => {
                return Err(format!(
                    "the name of key number {place} must be 1 to {LONGEST_NAME} letters, digits, \
                     dots, hyphens or underscores"
                ));
            }
            None => (format!("number {place}"), entry),
        };
        let refused = |why: &str| format!("the key {name}: {why}; `redraw new-key` makes both");
        if hash.starts_with(PREFIX) {
            return Err(refused("this is a key itself, and its SHA-256 belongs here"));
        }
        let hash = read_hex(hash.trim()).ok_or_else(|| {
            refused("its SHA-256 must be 64 hexadecimal digits, such as `sha256sum` prints")
        })?;
        Ok(Self { name, hash })
    }
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(plain)
}

fn read_hex(digits: &str) -> Option<[u8; 32]> {
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn digest(key: &SecretString) -> [u8; 32] {
    Sha256::digest(key.expose_secret()).into()
}

/// Entries with commas or white space between them: how an environment variable or a file names
/// several.
impl FromStr for KeyRing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let apart = |sign: char| sign == ',' || sign.is_whitespace();
        let keys = Self::read(text.split(apart).filter(|entry| !entry.is_empty()))?;
        if keys.is_empty() { Err(NO_KEY.to_owned()) } else { Ok(keys) }
    }
}

impl<'de> Deserialize<'de> for KeyRing {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = KeyRing;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a list of `name:HASH` or `HASH`, from `redraw new-key`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<KeyRing, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_none<E: de::Error>(self) -> Result<KeyRing, E> {
                Err(E::custom(NO_KEY))
            }

            fn visit_unit<E: de::Error>(self) -> Result<KeyRing, E> {
                Err(E::custom(NO_KEY))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<KeyRing, A::Error> {
                let mut entries: Vec<String> = Vec::new();
                while let Some(entry) = list.next_element()? {
                    entries.push(entry);
                }
                KeyRing::read(entries.iter().map(|entry| entry.trim())).map_err(de::Error::custom)
            }
        }

        from.deserialize_any(Entries)
    }
}

#[cfg(test)]
mod tests;
