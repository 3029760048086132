//! A redraw of its own for each test, and what a test needs to see of it.

mod child;
mod inspect;
mod patience;
mod pictures;
mod proxy;
mod raw;
mod talk;
mod visitors;

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use redraw::Running;
use reqwest::Client;
use shared::config::Config;
use shared::service::Parts;
use tempfile::TempDir;
use tokio::task::JoinHandle;

pub use self::child::Child;
pub use self::patience::eventually;
pub use self::pictures::{jpeg, png, webp};
pub use self::proxy::Proxy;
pub use self::raw::{Answer, raw, raw_then_gone, raw_without_end};
pub use self::talk::{form, part};
pub use self::visitors::{Told, Visitors};

/// A running redraw. Stop it with [`stop`](Self::stop), so that its folder can be used again.
pub struct Redraw {
    pub client: Client,
    /// Such as `http://127.0.0.1:40123`.
    pub url: String,
    pub parts: Parts,
    pub folder: TempDir,
    ended: JoinHandle<anyhow::Result<()>>,
}

impl Redraw {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with changed settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_in(TempDir::new().unwrap(), change).await
    }

    /// Starts on what an earlier one left.
    pub async fn start_in(folder: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::load(Some(&settings_file(&folder)), []).unwrap();
        change(&mut config);
        let running: Running = redraw::start(config, metrics().clone()).await.unwrap();
        let url = format!("http://{}", running.address);
        let parts = running.parts.clone();
        let ended = tokio::spawn(running.until_stopped());
        let client = Client::builder().timeout(Duration::from_mins(1)).build().unwrap();
        Self { client, url, parts, folder, ended }
    }

    /// Stops as SIGTERM does, and hands the folder back.
    pub async fn stop(self) -> TempDir {
        self.parts.lifecycle.stop();
        self.ended.await.unwrap().unwrap();
        self.folder
    }
}

/// Settings for a test: free ports, everything under the folder, short waits.
fn settings_file(folder: &TempDir) -> std::path::PathBuf {
    let file = folder.path().join("config.yaml");
    let root = folder.path().display();
    let settings = format!(
        "register: {{ listen: 127.0.0.1:0, event_poll: 1s, rate_per_client: 0, rate_per_email: 0 }}
caption: {{ tick: 500ms }}
generator: {{ interval: 500ms, picture_side: 96 }}
jobs: {{ backoff_first: 50ms, backoff_longest: 1s, wait_longest: 500ms }}
storage: {{ embedded_listen: 127.0.0.1:0 }}
mail: {{ url: 'file:{root}/mail' }}
data: {{ folder: '{root}/var' }}
"
    );
    std::fs::write(&file, settings).unwrap();
    file
}

/// One recorder a process: every redraw of this test program counts into it.
fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| PrometheusBuilder::new().install_recorder().unwrap())
}
