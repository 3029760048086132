//! The end of the road as the owner sees it: mails. Counting files puts no load on the server.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::PAUSE;

/// Nothing arriving for so long is a fault.
const STALLED: Duration = Duration::from_mins(2);

/// Waits until so many mails were written.
pub async fn wait_for_mails(folder: &Path, wanted: usize) -> anyhow::Result<()> {
    let (mut seen, mut since) = (0, Instant::now());
    loop {
        let found = mails(folder)?.len();
        if found >= wanted {
            return Ok(());
        }
        if found > seen {
            (seen, since) = (found, Instant::now());
        }
        ensure!(
            since.elapsed() < STALLED,
            "{found} of {wanted} mails, and no more for {STALLED:?}"
        );
        tokio::time::sleep(PAUSE).await;
    }
}

pub fn mails(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    visible_files(&folder.join("mail"))
}

pub fn paintings(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    visible_files(&folder.join("var/objects/redraw-public"))
}

fn visible_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            files.push(entry.path());
        }
    }
    Ok(files)
}
