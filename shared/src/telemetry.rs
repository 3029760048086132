//! The log and the metrics of a process.

mod trouble;

use std::io::IsTerminal;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::{LogConfig, LogFormat};

pub use self::trouble::Trouble;

/// Buckets of every duration histogram, in seconds: from a local query to a slow model.
const SECONDS: &[f64] = &[0.005, 0.02, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 300.0];

/// Whatever the filter says: at `debug` it logs the parameters of statements, and so addresses.
const DISCRETION: &str = "tokio_postgres=info";

/// Starts the log, on standard error, and the metrics. Once a process.
///
/// # Errors
///
/// When the filter cannot be read, or a log or recorder is installed already.
pub fn start(config: &LogConfig) -> anyhow::Result<PrometheusHandle> {
    let filter = filter(config)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_span_events(FmtSpan::NONE)
        .with_target(false);
    match config.format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).compact().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    }
    .map_err(|error| anyhow::anyhow!(error))
    .context("the log is started already")?;
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
        .install_recorder()
        .context("the metrics are started already")
}

/// What is logged.
///
/// # Errors
///
/// When `log.filter` cannot be read.
pub fn filter(config: &LogConfig) -> anyhow::Result<EnvFilter> {
    let filter = EnvFilter::try_new(&config.filter).context("log.filter cannot be read")?;
    Ok(filter.add_directive(DISCRETION.parse()?))
}

/// An error with its causes, for the log: `the database is not available: connection refused`.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
