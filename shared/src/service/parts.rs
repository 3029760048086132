//! The parts that every service works with, made from the settings.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;

use crate::broker::Broker;
use crate::config::Config;
use crate::database::Database;
use crate::health::Health;
use crate::jobs::Ledger;
use crate::lifecycle::Lifecycle;
use crate::mail::Mailer;
use crate::providers::Board;
use crate::storage::Storage;
use crate::tls::Roots;
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
    /// How the providers of models stand.
    pub providers: Board,
    /// For further TLS connections.
    pub roots: Roots,
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
        let roots = Roots::load(&config.tls)?;
        let database = Database::new(&config.database, &roots)?;
        let storage = Storage::new(&config.storage, &roots)?;
        let broker = Broker::connect(&config.broker, &roots, &lifecycle)?;
        let providers = Board::default();
        let health = Health::new(
            database.clone(),
            storage.clone(),
            broker.clone(),
            lifecycle.clone(),
            metrics,
            providers.clone(),
        );
        Ok(Self {
            ledger: Ledger::new(database.clone(), config.jobs.lease, worker_name()),
            broker,
            mailer: Mailer::new(&config.mail, &roots)?,
            health,
            config: Arc::new(config),
            database,
            storage,
            lifecycle,
            providers,
            roots,
        })
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
