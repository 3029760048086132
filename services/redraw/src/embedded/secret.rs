//! The embedded store's secret key: made once, readable by its owner alone.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use secrecy::SecretString;
use uuid::Uuid;

pub fn read_or_make(path: &Path) -> anyhow::Result<SecretString> {
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        // 122 random bits from the system's generator.
        Ok(mut file) => file.write_all(Uuid::new_v4().simple().to_string().as_bytes())?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be made", path.display()));
        }
    }
    let secret = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    anyhow::ensure!(!secret.is_empty(), "{} is empty; remove it", path.display());
    Ok(secret.into())
}
