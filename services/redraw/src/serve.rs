//! The three services in one process.

mod welcome;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use metrics_exporter_prometheus::PrometheusHandle;
use shared::config::{self, Config};
use shared::lifecycle::{Lifecycle, Signals};
use shared::service::{Parts, Prepared};
use shared::telemetry;

use crate::embedded::{Embedded, upkeep};

/// A redraw that runs.
pub struct Running {
    pub parts: Parts,
    /// Where the HTTP server listens.
    pub address: SocketAddr,
    embedded: Embedded,
    signals: Signals,
    grace: Duration,
}

/// `redraw serve`: until a signal comes.
pub(crate) async fn serve(file: Option<&Path>) -> anyhow::Result<()> {
    let config = Config::load(file, config::environment())?;
    let metrics = telemetry::start(&config.log)?;
    let running = start(config, metrics).await?;
    if !running.parts.lifecycle.stopping().is_cancelled() {
        welcome::print(&running)?;
    }
    running.until_stopped().await
}

/// Starts everything, and returns once pictures are taken; or, if a signal comes before that, what is
/// to be stopped.
///
/// # Errors
///
/// When a part cannot be started or reached.
pub async fn start(mut config: Config, metrics: PrometheusHandle) -> anyhow::Result<Running> {
    let signals = Signals::listen()?;
    let lifecycle = Lifecycle::with_notice(config.lifecycle.notice);
    let door = shared::http::bind(config.register.listen, "register.listen").await?;
    config.register.listen = door.address();
    let embedded = Embedded::start(&mut config, &lifecycle).await?;
    let grace = config.lifecycle.grace;
    let parts = Parts::connect(config, metrics, lifecycle)?;
    let address = door.address();
    if parts.prepare(&signals).await? == Prepared::Stopping {
        return Ok(Running { parts, address, embedded, signals, grace });
    }
    if embedded.owns_database() {
        // No other worker can be alive: what a killed process left is taken up at once.
        let left = parts.ledger.expire_all_leases().await.context("jobs left behind")?;
        if left > 0 {
            tracing::info!(left, "taking up what was begun before");
        }
        upkeep::start(&parts);
    }
    embedded.watch(&parts);
    // The door last: nobody comes in before all who work behind it could be started.
    generator::start(&parts)?;
    caption::start(&parts)?;
    register::start(&parts, door)?;
    Ok(Running { parts, address, embedded, signals, grace })
}

impl Running {
    /// Runs until a signal comes or [`shared::lifecycle::Lifecycle::stop`] is called, then stops
    /// everything in order: services, connections, embedded parts.
    ///
    /// # Errors
    ///
    /// When a task died, or did not end in time, or a second signal came.
    pub async fn until_stopped(self) -> anyhow::Result<()> {
        // After a failure something may still hold a connection, and the database would wait for it:
        // then the parts end with the process.
        self.parts.lifecycle.clone().run(self.signals, self.grace).await?;
        self.parts.database.close().await;
        self.embedded.stop().await;
        tracing::info!("stopped");
        Ok(())
    }
}
