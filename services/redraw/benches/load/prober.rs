//! Somebody who just wants to know what became of a request, again and again, under load.

use std::time::{Duration, Instant};

use anyhow::ensure;
use reqwest::Client;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::PAUSE;

pub struct Prober {
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<Vec<Duration>>>,
}

impl Prober {
    pub fn start(http: Client, url: &str, id: &str) -> Self {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let url = format!("{url}/api/v1/request/{id}");
        let probe = async move {
            let mut waits = Vec::new();
            while !stopped.is_cancelled() {
                let asked = Instant::now();
                let answer = http.get(&url).send().await?;
                let status = answer.status();
                let text = answer.text().await?;
                ensure!(status.is_success(), "{status}: {text}");
                waits.push(asked.elapsed());
                tokio::time::sleep(PAUSE).await;
            }
            Ok(waits)
        };
        Self { stop, task: tokio::runtime::Handle::current().spawn(probe) }
    }

    /// How long each answer took.
    pub async fn stop(self) -> anyhow::Result<Vec<Duration>> {
        self.stop.cancel();
        self.task.await?
    }
}
