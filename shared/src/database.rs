//! PostgreSQL, the truth: a pool of verified connections, and the migrations.

pub mod cached;
mod error;
mod migrations;
mod tls;
mod vacuum;

use std::time::Duration;

use anyhow::Context;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use secrecy::ExposeSecret;
use tokio_postgres::config::SslMode;

use crate::config::{DatabaseConfig, DatabaseTls};

pub use deadpool_postgres::Object as Connection;

pub use self::error::{DatabaseError, is_passing};

/// A silent connection is probed this often.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// The pool. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
}

impl Database {
    /// Makes the pool; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// When the URL or the system's certificates cannot be read.
    pub fn new(config: &DatabaseConfig) -> anyhow::Result<Self> {
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
        if postgres.get_options().is_none() {
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
        let manager =
            Manager::from_config(postgres, tls::connector()?, ManagerConfig { recycling_method });
        let pool = Pool::builder(manager)
            .max_size(config.pool_size.max(1))
            .timeouts(Timeouts {
                wait: Some(config.wait_timeout),
                create: Some(config.connect_timeout),
                recycle: Some(config.connect_timeout),
            })
            .runtime(Runtime::Tokio1)
            .build()?;
        Ok(Self { pool })
    }

    /// A connection. Hold it for statements, never across anybody else's network call.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Unavailable`] when none is free or can be made in time.
    pub async fn connection(&self) -> Result<Connection, DatabaseError> {
        Ok(self.pool.get().await?)
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
        self.connection().await?.simple_query("").await?;
        Ok(())
    }

    /// Closes every connection; needed before an embedded server can stop.
    ///
    /// A connection that is dropped gives back its statements, and the embedded server takes it ill
    /// when nobody stays for its answer: they are given back first.
    pub async fn close(&self) {
        if let Ok(connection) = self.connection().await {
            connection.statement_cache.clear();
            if let Err(error) = connection.simple_query("").await {
                tracing::debug!(%error, "a connection was not closed well");
            }
        }
        self.pool.close();
    }
}
