//! `redraw new-key`: a fresh key for a caller or an operator, and its hash for the settings.

use std::io::Write;

use secrecy::ExposeSecret;
use shared::keys;

/// Prints both to standard output. The key is shown this once, and kept nowhere.
pub fn print() -> anyhow::Result<()> {
    let key = keys::new_key()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", key.expose_secret())?;
    writeln!(out, "  The key: hand it to its owner, who sends it as `Authorization: Bearer KEY`.")?;
    writeln!(out, "{}", keys::hash_of(&key))?;
    writeln!(
        out,
        "  Its hash: add it as `NAME:HASH` to register.api_keys, or to register.operator_keys for \
         an operator."
    )?;
    Ok(())
}
