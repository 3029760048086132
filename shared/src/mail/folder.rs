//! A folder instead of a mail server: one `.eml` a mail, which any mail program opens.

use std::path::{Path, PathBuf};

use anyhow::Context;
use uuid::Uuid;

use super::MailError;

#[derive(Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub fn open(&self) -> anyhow::Result<()> {
        let path = self.path.display();
        make(&self.path).with_context(|| format!("the mail folder {path} cannot be made"))
    }

    /// Whether a mail could be written: a file that nobody sees is, and goes again.
    pub async fn ping(&self) -> Result<(), MailError> {
        // Several processes may look at the same time.
        let probe = self.path.join(format!(".{}.probe", Uuid::now_v7()));
        let probing = async {
            make_again(&self.path).await?;
            tokio::fs::write(&probe, "redraw").await?;
            tokio::fs::remove_file(&probe).await
        };
        written(probing.await)
    }

    /// Writes the mail under the name of its job, so that a second copy replaces the first. Beside
    /// it first, then renamed: nobody sees half a mail.
    pub async fn write(&self, job: Uuid, mail: &[u8]) -> Result<(), MailError> {
        let half = self.path.join(format!(".{job}.half"));
        let whole = self.path.join(format!("{job}.eml"));
        let writing = async {
            // Whoever has read the mails may have removed the folder with them.
            make_again(&self.path).await?;
            tokio::fs::write(&half, mail).await?;
            tokio::fs::rename(&half, &whole).await
        };
        written(writing.await)
    }
}

fn written(outcome: std::io::Result<()>) -> Result<(), MailError> {
    outcome.context("the mail folder cannot be written to").map_err(MailError::Passing)
}

/// For its owner alone: it holds addresses.
const MODE: u32 = 0o700;

fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, MODE);
    builder.recursive(true).create(folder)
}

async fn make_again(folder: &Path) -> std::io::Result<()> {
    tokio::fs::DirBuilder::new().recursive(true).mode(MODE).create(folder).await
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::Folder;

    #[tokio::test]
    async fn a_look_writes_and_leaves_nothing_behind() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("mail");
        let folder = Folder::new(path.clone());
        folder.open().unwrap();
        std::fs::remove_dir(&path).unwrap();
        folder.ping().await.unwrap();
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[tokio::test]
    async fn a_folder_that_is_there_and_takes_no_file_is_none() {
        // Not even root makes a file here.
        Folder::new("/proc/self".into()).ping().await.unwrap_err();
    }
}
