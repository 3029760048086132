//! The spine of every program: command line, settings, log, parts, start, stop.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::broker::Broker;
use crate::config::{Config, EMBEDDED};
use crate::database::Database;
use crate::health::Health;
use crate::jobs::Ledger;
use crate::lifecycle::Lifecycle;
use crate::mail::Mailer;
use crate::storage::Storage;
use crate::telemetry;
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

/// The command line that the services share.
#[derive(Debug, Parser)]
struct Arguments {
    /// A file with the settings that differ from the defaults
    #[arg(long, env = "REDRAW_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The whole `main` of a service that runs by itself. `start` begins its tasks and returns.
pub fn main<S>(name: &'static str, start: S) -> ExitCode
where
    S: AsyncFnOnce(Parts) -> anyhow::Result<()>,
{
    let command = <Arguments as clap::CommandFactory>::command()
        .name(name)
        .version(env!("CARGO_PKG_VERSION"));
    let matches = command.get_matches();
    let file = matches.get_one::<PathBuf>("config").cloned();
    block_on(async move {
        let config = Config::load(file.as_deref(), std::env::vars())?;
        anyhow::ensure!(
            !is_embedded(&config),
            "the embedded database and store live in the program `redraw` alone; \
             set database.url and storage.endpoint"
        );
        let metrics = telemetry::start(&config.log)?;
        let grace = config.lifecycle.grace;
        let lifecycle = Lifecycle::new();
        let parts = Parts::connect(config, metrics, lifecycle.clone())?;
        parts.prepare().await?;
        start(parts).await?;
        lifecycle.run(grace).await
    })
}

/// Runs a program to its end: an error is printed with its causes, and ends it with status 1.
pub fn block_on(program: impl Future<Output = anyhow::Result<()>>) -> ExitCode {
    // A second installation fails, and changes nothing.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot start")
        .and_then(|runtime| runtime.block_on(program));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The one TLS provider of the process.
pub(crate) fn crypto_provider() -> Arc<rustls::crypto::CryptoProvider> {
    rustls::crypto::CryptoProvider::get_default()
        .cloned()
        .unwrap_or_else(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
}

fn is_embedded(config: &Config) -> bool {
    use secrecy::ExposeSecret;
    config.database.url.expose_secret() == EMBEDDED || config.storage.endpoint == EMBEDDED
}

impl Parts {
    /// Makes the clients of all parts. Nothing is connected yet.
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
        Ok(Self {
            ledger: Ledger::new(database.clone(), config.jobs.lease, worker_name()),
            broker: Broker::connect(&config.broker)?,
            mailer: Mailer::new(&config.mail)?,
            health: Health {
                database: database.clone(),
                storage: storage.clone(),
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
