//! The broker as every connection of ours needs to know it.

use std::time::Duration;

use lapin::tcp::RustlsConnector;
use lapin::uri::AMQPUri;
use secrecy::ExposeSecret;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::address;
use super::topology::Topology;
use super::trouble::Failure;
use super::watch::{Post, Watch};
use crate::config::BrokerConfig;
use crate::lifecycle::Lifecycle;
use crate::tls::Roots;
use crate::worker::Backoff;

/// The pause after the first failure; it doubles from there.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// What the settings say of the broker. Holds the password: no `Debug`.
pub struct Server {
    pub uri: AMQPUri,
    /// For `amqps://`.
    pub tls: Option<RustlsConnector>,
    pub topology: Topology,
    /// For a connection, a declaration, a publish's confirm, an ack.
    pub timeout: Duration,
    pub reconnect_longest: Duration,
    pub watch: Watch,
    pub lifecycle: Lifecycle,
}

impl Server {
    pub fn new(config: &BrokerConfig, roots: &Roots, lifecycle: Lifecycle) -> anyhow::Result<Self> {
        let uri = address::read(config.url.expose_secret())
            .map_err(|error| error.context("broker.url"))?;
        let encrypted = address::is_encrypted(&uri);
        Ok(Self {
            tls: if encrypted { Some(roots.client_config()?.into()) } else { None },
            uri,
            topology: Topology::new(config)?,
            timeout: config.timeout,
            reconnect_longest: config.reconnect_longest,
            watch: Watch::default(),
            lifecycle,
        })
    }

    /// Waits for the broker's part of something, and no longer than `broker.timeout`.
    pub async fn in_time<T>(
        &self,
        what: &str,
        answer: impl Future<Output = lapin::Result<T>>,
    ) -> Result<T, Failure> {
        match tokio::time::timeout(self.timeout, answer).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(Failure::away(format!("no answer in {:?}: {what}", self.timeout))),
        }
    }
}

/// When a connection is tried again.
pub struct Retries {
    failures: u32,
    begun: Instant,
}

impl Retries {
    pub fn begin() -> Self {
        Self { failures: 0, begun: Instant::now() }
    }

    /// Reports the failure, and waits before the next try: longer each time, unless the connection
    /// had lasted. False: there is no next one.
    pub async fn pause(
        &mut self,
        server: &Server,
        post: &Post,
        failure: &Failure,
        end: &CancellationToken,
    ) -> bool {
        if end.is_cancelled() {
            return false;
        }
        post.troubled(failure);
        if self.begun.elapsed() > server.reconnect_longest {
            self.failures = 0;
        }
        self.failures += 1;
        let backoff = Backoff { first: FIRST_PAUSE, longest: server.reconnect_longest };
        let pause = backoff.after(self.failures, None, &mut rand::rng());
        let again = tokio::select! {
            () = end.cancelled() => false,
            () = tokio::time::sleep(pause) => true,
        };
        self.begun = Instant::now();
        again
    }
}
