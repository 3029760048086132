//! PostgreSQL 17 in this process (PGlite), on a socket that only this user can open.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use backon::{ConstantBuilder, Retryable};
use pglite_oxide::PgliteServer;

/// The lock of a process that was killed can outlive it for a moment.
const LOCK_PATIENCE: usize = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(250);

/// `sockaddr_un.sun_path` holds 108 bytes (unix(7)); tokio-postgres adds the file's name.
const LONGEST_SOCKET_PATH: usize = 100;

pub struct EmbeddedDatabase {
    server: PgliteServer,
    url: String,
}

impl EmbeddedDatabase {
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        let folder = std::path::absolute(folder)?.join("postgres");
        let open = || {
            let folder = folder.clone();
            async move { tokio::task::spawn_blocking(move || open(&folder)).await? }
        };
        let patience =
            ConstantBuilder::default().with_delay(LOCK_PAUSE).with_max_times(LOCK_PATIENCE);
        let locked = |error: &anyhow::Error| format!("{error:#}").contains("lock");
        let server = open
            .retry(patience)
            .when(locked)
            .await
            .context("is another redraw running on the same data.folder?")?;
        let url = server.database_url();
        Ok(Self { server, url })
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    pub async fn stop(self) -> anyhow::Result<()> {
        tokio::task::spawn_blocking(move || self.server.shutdown()).await?.context("PostgreSQL")
    }
}

fn open(folder: &Path) -> anyhow::Result<PgliteServer> {
    let builder = PgliteServer::builder().path(folder);
    let socket = socket_path(folder);
    if socket.as_os_str().len() > LONGEST_SOCKET_PATH {
        tracing::warn!(
            "data.folder is too long a path for a socket: PostgreSQL answers on loopback"
        );
        return builder.start();
    }
    builder.unix(socket).start()
}

fn socket_path(folder: &Path) -> PathBuf {
    folder.with_file_name("run").join(".s.PGSQL.5432")
}
