//! Clients that send pictures all the time, and do not take no for an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Client;
use serde_json::Value;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{form, jpeg};

/// How long to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Several clients at once.
pub struct Visitors {
    leaving: Arc<AtomicBool>,
    failed: Arc<AtomicUsize>,
    visits: JoinSet<Vec<String>>,
}

/// What they have to tell.
pub struct Told {
    /// The id of every picture that was taken, once.
    pub ids: Vec<String>,
    /// How often no answer came, or one that says "later".
    pub failed: usize,
}

impl Visitors {
    pub fn arrive(many: u32, client: &Client, url: &str, pause: Duration) -> Self {
        let (leaving, failed) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let mut visits = JoinSet::new();
        for visitor in 0..many {
            let (client, url) = (client.clone(), format!("{url}/api/v1/register"));
            let (leaving, failed) = (Arc::clone(&leaving), Arc::clone(&failed));
            visits.spawn(async move {
                let mut ids = Vec::new();
                while !leaving.load(Ordering::SeqCst) {
                    let patience = impatience(ids.len());
                    ids.push(send(&client, &url, visitor, patience, &failed).await);
                    tokio::time::sleep(pause).await;
                }
                ids
            });
        }
        Self { leaving, failed, visits }
    }

    /// Has each send its last picture.
    pub async fn leave(self) -> Told {
        self.leaving.store(true, Ordering::SeqCst);
        let ids = self.visits.join_all().await.concat();
        Told { ids, failed: self.failed.load(Ordering::SeqCst) }
    }
}

/// How long to wait for the first answer: every other time it is likely to be missed.
fn impatience(visit: usize) -> Duration {
    if visit.is_multiple_of(2) {
        PATIENCE
    } else {
        Duration::from_millis(5 + visit as u64 * 7 % 60)
    }
}

/// Sends one picture under one key until it is taken.
async fn send(
    client: &Client,
    url: &str,
    visitor: u32,
    mut patience: Duration,
    failed: &AtomicUsize,
) -> String {
    let key = Uuid::now_v7().to_string();
    loop {
        let post = client.post(url).header("Idempotency-Key", &key).timeout(patience);
        patience = PATIENCE;
        let post = post.multipart(form(jpeg(visitor), &format!("visitor{visitor}@example.com")));
        if let Ok(answer) = post.send().await {
            let status = answer.status().as_u16();
            if let (202, Ok(document)) = (status, answer.json::<Value>().await) {
                return document["id"].as_str().unwrap().to_owned();
            }
            assert!(matches!(status, 202 | 503), "answered {status}");
        }
        failed.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
