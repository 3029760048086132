//! A folder instead of a mail server: one `.eml` a mail, which any mail program opens.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use uuid::Uuid;

use super::MailError;

#[derive(Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    pub fn open(path: PathBuf) -> anyhow::Result<Self> {
        make(&path)
            .with_context(|| format!("the mail folder {} cannot be made", path.display()))?;
        Ok(Self { path })
    }

    /// Whether the folder is there, or can be made.
    pub fn ping(&self) -> Result<(), MailError> {
        make(&self.path).context("the mail folder cannot be made").map_err(MailError::Passing)
    }

    /// Writes the mail under the name of its job, so that a second copy replaces the first. Beside
    /// it first, then renamed: nobody sees half a mail.
    pub async fn write(&self, job: Uuid, mail: &[u8]) -> Result<(), MailError> {
        let half = self.path.join(format!(".{job}.half"));
        let whole = self.path.join(format!("{job}.eml"));
        let written = async {
            // Whoever has read the mails may have removed the folder with them.
            make(&self.path)?;
            tokio::fs::write(&half, mail).await?;
            tokio::fs::rename(&half, &whole).await
        };
        let written: std::io::Result<()> = written.await;
        written.context("the mail folder cannot be written to").map_err(MailError::Passing)
    }
}

/// For its owner alone: it holds addresses.
fn make(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
