//! The parts that every service works with, made from the settings.

use std::sync::Arc;

use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::broker::Broker;
use crate::config::Config;
use crate::database::Database;
use crate::health::Health;
use crate::jobs::Ledger;
use crate::lifecycle::Lifecycle;
use crate::mail::Mailer;
use crate::storage::Storage;
use crate::worker::{Pace, Step, Worker};

/// What every service is handed. Cheap to clone.
#[derive(Clone)]
pub struct Parts {
    pub config: Arc<Config>,
    pub database: Database,
    pub ledger: Ledger,
    pub broker: Broker,
    pub storage: Storage,
    pub mailer: Mailer,
    pub lifecycle: Lifecycle,
    pub health: Health,
}

impl Parts {
    /// Makes the clients of all parts. Nothing is waited for: the broker is connected to meanwhile,
    /// the others when they are first needed.
    ///
    /// # Errors
    ///
    /// When a setting cannot be used.
    pub fn connect(
        config: Config,
        metrics: PrometheusHandle,
        lifecycle: Lifecycle,
    ) -> anyhow::Result<Self> {
        let database = Database::new(&config.database)?;
        let storage = Storage::new(&config.storage)?;
        let broker = Broker::connect(&config.broker, &config.tls, &lifecycle)?;
        Ok(Self {
            ledger: Ledger::new(database.clone(), config.jobs.lease, worker_name()),
            broker: broker.clone(),
            mailer: Mailer::new(&config.mail)?,
            health: Health {
                database: database.clone(),
                storage: storage.clone(),
                broker,
                lifecycle: lifecycle.clone(),
                metrics,
            },
            config: Arc::new(config),
            database,
            storage,
            lifecycle,
        })
    }

    /// Migrates the database and makes the buckets.
    ///
    /// # Errors
    ///
    /// When a part is away: whoever supervises the process starts it again.
    pub async fn prepare(&self) -> anyhow::Result<()> {
        self.database.migrate().await.context("PostgreSQL")?;
        self.storage.prepare().await.context("the object store")
    }

    /// Starts the loop for one kind of job.
    pub fn start_worker<S: Step>(&self, step: S, pace: Pace) {
        let jobs = self.config.jobs.clone();
        let (ledger, broker) = (self.ledger.clone(), self.broker.clone());
        Worker::new(step, pace, jobs, ledger, broker, self.lifecycle.clone()).start();
    }
}

/// Host and process, for the timeline.
fn worker_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = if host.trim().is_empty() { "host" } else { host.trim() };
    format!("{host}:{}", std::process::id())
}
