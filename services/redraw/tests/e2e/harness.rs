//! A redraw of its own for each test, and what a test needs to see of it.
//!
//! The same tests run on the embedded parts, in this process, and, when `REDRAW_TEST_SERVERS` names
//! the file that `scripts/servers up` wrote, on real servers, with three real processes. With
//! `REDRAW_TEST_POOLER` a pooler stands between them and PostgreSQL.

mod child;
mod home;
mod inspect;
mod mailbox;
mod models;
mod patience;
mod pictures;
mod proxy;
mod raw;
mod seed;
mod servers;
mod talk;
mod tenancy;
mod visitors;
mod wire;
mod wired;

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use reqwest::{Certificate, Client};
use shared::config::Config;
use shared::lifecycle::{Lifecycle, Signals};
use shared::service::Parts;
use tokio::task::JoinHandle;

pub use self::child::{Child, Program, SERVICES, free_port};
pub use self::home::Home;
pub use self::mailbox::Mail;
pub use self::models::{Call, Fault, KEY_ENV, Models, Tally};
pub use self::patience::{eventually, within};
pub use self::pictures::{jpeg, png, webp};
pub use self::proxy::Proxy;
pub use self::raw::{Answer, raw, raw_then_gone, raw_without_end};
pub use self::seed::seed;
pub use self::servers::{Servers, servers};
pub use self::talk::{form, part};
pub use self::visitors::{Told, Visitors};
pub use self::wire::Part;
pub use self::wired::Wired;

/// Names of environment variables, and their values.
pub type Settings<'a> = [(&'static str, &'a str)];

/// A running redraw. Stop it with [`stop`](Self::stop), so that its home can be used again.
pub struct Redraw {
    pub client: Client,
    /// Such as `http://127.0.0.1:40123`.
    pub url: String,
    /// For looking behind the curtain; on embedded parts they are those that the services use.
    pub parts: Parts,
    pub home: Home,
    /// The services, on real servers.
    services: Option<Child>,
    ended: JoinHandle<anyhow::Result<()>>,
}

impl Redraw {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts with changed settings.
    pub async fn start_with(settings: &Settings<'_>) -> Self {
        Self::start_in(Home::new().await, settings).await
    }

    /// Starts on what an earlier one left.
    pub async fn start_in(home: Home, settings: &Settings<'_>) -> Self {
        Self::start_apart(home, settings, &[]).await
    }

    /// Starts with settings that the services alone are told, where they are processes.
    async fn start_apart(home: Home, settings: &Settings<'_>, theirs: &Settings<'_>) -> Self {
        if servers().is_some() {
            return Self::start_processes(home, settings, theirs).await;
        }
        let config = home.config(&[settings, theirs].concat());
        let running = redraw::start(config, metrics().clone()).await.unwrap();
        let url = format!("http://{}", running.address);
        let parts = running.parts.clone();
        let ended = tokio::spawn(running.until_stopped());
        Self { client: client(), url, parts, home, services: None, ended }
    }

    async fn start_processes(home: Home, settings: &Settings<'_>, theirs: &Settings<'_>) -> Self {
        let config = home.config(settings);
        let mut services = Child::in_home(home.clone(), &[settings, theirs].concat());
        services.start().await;
        let url = services.url.clone();
        Self { services: Some(services), ..Self::watch(home, config, url) }
    }

    /// Starts no service: looks at one that runs in this home already, on real servers.
    pub fn watching(home: Home, url: String) -> Self {
        let config = home.config(&[]);
        Self::watch(home, config, url)
    }

    fn watch(home: Home, config: Config, url: String) -> Self {
        let lifecycle = Lifecycle::new();
        let parts = Parts::connect(config, metrics().clone(), lifecycle.clone()).unwrap();
        let grace = parts.config.lifecycle.grace;
        let ended = tokio::spawn(lifecycle.run(Signals::listen().unwrap(), grace));
        Self { client: client(), url, parts, home, services: None, ended }
    }

    /// Where its programs are: one, or the three, the one that takes pictures first.
    pub fn urls(&self) -> Vec<String> {
        self.services.as_ref().map_or_else(|| vec![self.url.clone()], Child::urls)
    }

    /// Stops as SIGTERM does, and hands the home back.
    pub async fn stop(self) -> Home {
        if let Some(mut services) = self.services {
            services.signal("TERM");
            let codes = services.ended().await;
            assert!(codes.iter().all(|code| *code == 0), "{codes:?} {}", services.errors());
        }
        self.parts.lifecycle.stop();
        self.ended.await.unwrap().unwrap();
        self.home
    }
}

/// A client that trusts the servers' certificates too.
pub fn client() -> Client {
    let mut builder = Client::builder().timeout(Duration::from_mins(1));
    if let Some(servers) = servers() {
        let roots = std::fs::read(servers.line("REDRAW__TLS__ROOTS_FILE")).unwrap();
        builder = builder.tls_certs_merge(Certificate::from_pem_bundle(&roots).unwrap());
    }
    builder.build().unwrap()
}

/// One recorder a process: every redraw of this test program counts into it.
fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| PrometheusBuilder::new().install_recorder().unwrap())
}
