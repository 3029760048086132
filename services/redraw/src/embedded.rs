//! The parts that live in this process: PostgreSQL, and an object store on loopback.

mod access;
mod database;
mod secret;
mod store;

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use shared::config::{Config, EMBEDDED};
use shared::lifecycle::Lifecycle;
use shared::service::Parts;

use self::database::EmbeddedDatabase;
use self::store::EmbeddedStore;

/// The first connection starts the database itself, which takes its time on a busy machine.
const FIRST_ANSWER: Duration = Duration::from_secs(30);

/// There is one connection, and everyone takes turns: waiting for it says that there is much to do,
/// not that the database is away. Those who upload hold their places meanwhile, so the line is short.
const TURN: Duration = Duration::from_secs(15);

/// What was started, and must outlive everything that uses it.
pub struct Embedded {
    database: Option<EmbeddedDatabase>,
    store: Option<EmbeddedStore>,
}

impl Embedded {
    /// Starts the parts whose settings say `embedded`, and tells the settings where they are.
    ///
    /// # Errors
    ///
    /// When another process has the folder or the port.
    pub async fn start(config: &mut Config, lifecycle: &Lifecycle) -> anyhow::Result<Self> {
        use secrecy::ExposeSecret;
        let folder = config.data.folder.clone();
        let database = if config.database.url.expose_secret() == EMBEDDED {
            make_private(&folder)?;
            let database = EmbeddedDatabase::start(&folder).await?;
            config.database.url = database.url().into();
            // It serves one connection at a time, on a local socket: there is nothing to encrypt,
            // and whoever finds the connection taken waits in the pool.
            config.database.pool_size = 1;
            config.database.in_process = true;
            config.database.wait_timeout = config.database.wait_timeout.max(TURN);
            config.database.tls = shared::config::DatabaseTls::Disable;
            config.database.connect_timeout = config.database.connect_timeout.max(FIRST_ANSWER);
            Some(database)
        } else {
            None
        };
        let store = if config.storage.endpoint == EMBEDDED {
            make_private(&folder)?;
            Some(store::start(config, lifecycle).await.context("the embedded object store")?)
        } else {
            None
        };
        Ok(Self { database, store })
    }

    /// Whether this process has the database for itself.
    #[must_use]
    pub fn owns_database(&self) -> bool {
        self.database.is_some()
    }

    /// Has the process end when the database is gone.
    pub fn watch(&self, parts: &Parts) {
        if self.owns_database() {
            let watching = database::watch(parts.database.clone(), parts.lifecycle.stopping());
            parts.lifecycle.spawn("embedded PostgreSQL", watching);
        }
    }

    /// Stops what was started. Connections must be closed before.
    pub async fn stop(self) {
        if let Some(store) = self.store {
            store.stop().await;
        }
        if let Some(database) = self.database
            && let Err(error) = database.stop().await
        {
            // What was committed is safe all the same.
            tracing::warn!(error = format!("{error:#}"), "the database was not closed well");
        }
    }
}

/// The folder holds addresses and pictures: nobody else on this machine may look into it.
fn make_private(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))
}
