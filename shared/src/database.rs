//! PostgreSQL, the truth: a pool of verified connections, and the migrations.

pub mod cached;
mod connection;
mod error;
mod explanation;
mod inspection;
mod migrations;
mod tls;
mod vacuum;

use std::time::Duration;

use anyhow::Context;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use secrecy::ExposeSecret;
use tokio_postgres::config::SslMode;

use crate::config::{DatabaseConfig, DatabaseTls};
use crate::telemetry::chain;
use crate::tls::Roots;

pub use self::connection::{Connection, GenericClient, Transaction};
pub use self::error::{DatabaseError, is_passing};
pub use self::explanation::{explain, is_away};
pub use self::inspection::{DatabaseFindings, OLDEST_SERVER, Tables, inspect};

/// A silent connection is probed this often.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// What the server's own timeout is given before ours strikes.
const HEAD_START: Duration = Duration::from_millis(500);

/// The pool. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    /// Longest wait for a connection, whatever it takes to have one.
    wait: Duration,
    /// Longest wait for a statement; none in the process itself.
    longest: Option<Duration>,
}

impl Database {
    /// Makes the pool; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// When the URL cannot be read.
    pub fn new(config: &DatabaseConfig, roots: &Roots) -> anyhow::Result<Self> {
        let url = config.url.expose_secret();
        let mut postgres: tokio_postgres::Config = url
            .parse()
            .map_err(|_| anyhow::anyhow!("it is not a postgres:// URL"))
            .context("database.url")?;
        postgres.connect_timeout(config.connect_timeout);
        // A server that vanished without a word is noticed, and not only after TCP's quarter hour.
        postgres.tcp_user_timeout(config.statement_timeout + config.connect_timeout);
        postgres.keepalives_idle(KEEPALIVE);
        postgres.keepalives_interval(KEEPALIVE);
        if postgres.get_application_name().is_none() {
            postgres.application_name("redraw");
        }
        // Poolers refuse it, as it would be the whole session's.
        if postgres.get_options().is_none() && !config.pooler {
            let milliseconds = config.statement_timeout.as_millis();
            postgres.options(format!("-c statement_timeout={milliseconds}"));
        }
        postgres.ssl_mode(match config.tls {
            DatabaseTls::Disable => SslMode::Disable,
            DatabaseTls::Prefer => SslMode::Prefer,
            DatabaseTls::Require => SslMode::Require,
        });
        let recycling_method =
            if config.in_process { RecyclingMethod::Fast } else { RecyclingMethod::Verified };
        let manager = Manager::from_config(
            postgres,
            tls::connector(roots)?,
            ManagerConfig { recycling_method },
        );
        let pool = Pool::builder(manager)
            .max_size(config.pool_size.max(1))
            .timeouts(Timeouts {
                wait: Some(config.wait_timeout),
                create: Some(config.connect_timeout),
                // One that went stale must leave time to make another.
                recycle: Some(config.connect_timeout.min(config.wait_timeout / 2)),
            })
            .runtime(Runtime::Tokio1)
            .build()?;
        let (wait, longest) = if config.in_process {
            (config.wait_timeout + config.connect_timeout, None)
        } else {
            (config.wait_timeout, Some(config.statement_timeout + HEAD_START))
        };
        Ok(Self { pool, wait, longest })
    }

    /// A connection. Hold it for statements, never across anybody else's network call.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Unavailable`] when none is free or can be made in time.
    pub async fn connection(&self) -> Result<Connection, DatabaseError> {
        let Ok(object) = tokio::time::timeout(self.wait, self.pool.get()).await else {
            self.distrust();
            return Err(DatabaseError::Unavailable("no connection in time".into()));
        };
        Ok(Connection::new(object?, self.longest))
    }

    /// Closes the connections that nobody uses: where one went silent the others did, and each would
    /// keep somebody waiting to find that out.
    fn distrust(&self) {
        if self.longest.is_some() {
            drop(self.pool.retain(|_, _| false));
        }
    }

    /// Brings the tables up to date; several processes may do so at once.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached, or its tables are of a later version.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let mut connection = self.connection().await?;
        migrations::run(&mut connection).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        self.connection().await?.run("").await
    }

    /// Closes every connection; needed before an embedded server can stop.
    ///
    /// A connection that is dropped gives back its statements, and the embedded server takes it ill
    /// when nobody stays for its answer: they are given back first.
    pub async fn close(&self) {
        if let Ok(connection) = self.connection().await {
            connection.statement_cache.clear();
            // Where the server is silent, not for longer than any statement.
            if let Err(error) = connection.run("").await {
                tracing::debug!(error = %chain(&error), "a connection was not closed well");
            }
        }
        self.pool.close();
    }
}
