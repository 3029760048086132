//! PostgreSQL 17 in this process (PGlite), on a socket that only this user can open.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use backon::{ConstantBuilder, Retryable};
use pglite_oxide::PgliteServer;
use shared::database::Database;
use tokio_util::sync::CancellationToken;

/// The lock of a process that was killed can outlive it for a moment.
const LOCK_PATIENCE: usize = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(250);

/// How often to look whether the server lives.
const LOOK: Duration = Duration::from_secs(1);

/// `sockaddr_un.sun_path` holds 108 bytes (unix(7)); tokio-postgres adds the file's name.
const LONGEST_SOCKET_PATH: usize = 100;

pub struct EmbeddedDatabase {
    /// Dropping it would wait, perhaps for ever, until the last connection is closed: only
    /// [`stop`](EmbeddedDatabase::stop) does.
    server: ManuallyDrop<PgliteServer>,
    url: String,
}

impl EmbeddedDatabase {
    /// `data` is the folder of all embedded parts.
    pub async fn start(data: &Path) -> anyhow::Result<Self> {
        let folder = std::path::absolute(data)?.join("postgres");
        let open = || {
            let folder = folder.clone();
            async move { tokio::task::spawn_blocking(move || open(&folder)).await? }
        };
        let patience =
            ConstantBuilder::default().with_delay(LOCK_PAUSE).with_max_times(LOCK_PATIENCE);
        let server = open.retry(patience).when(is_locked).await;
        let server = match server {
            Err(error) if is_locked(&error) => bail!(
                "another redraw runs on {}; stop it, or choose another folder with data.folder",
                data.display()
            ),
            other => other.context("the embedded PostgreSQL")?,
        };
        let url = server.database_url();
        Ok(Self { server: ManuallyDrop::new(server), url })
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    pub async fn stop(self) -> anyhow::Result<()> {
        let server = ManuallyDrop::into_inner(self.server);
        tokio::task::spawn_blocking(move || server.shutdown()).await?.context("PostgreSQL")
    }
}

/// Tells it by PGlite's words, which has no type for it.
fn is_locked(error: &anyhow::Error) -> bool {
    format!("{error:#}").contains("root is already in use")
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

/// Fails once nobody listens any more: the server is a thread of this process that can die alone,
/// and nothing but a new start brings it back.
pub async fn watch(database: Database, stopping: CancellationToken) -> anyhow::Result<()> {
    loop {
        tokio::select! {
            () = stopping.cancelled() => return Ok(()),
            () = tokio::time::sleep(LOOK) => {}
        }
        if let Err(error) = database.ping().await
            && nobody_listens(&error)
        {
            return Err(error).context("the embedded PostgreSQL is gone");
        }
    }
}

fn nobody_listens(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| (*error).source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::NotFound))
}
