//! People who send a picture, ask for it, and send the next: nobody may turn them away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::task::JoinSet;

use super::replicas::post;

pub struct Visitors {
    leaving: Arc<AtomicBool>,
    visits: JoinSet<Vec<String>>,
}

impl Visitors {
    /// Every other keeps its connection from one call to the next.
    pub fn arrive(many: u32, url: &str) -> Self {
        let leaving = Arc::<AtomicBool>::default();
        let mut visits = JoinSet::new();
        for visitor in 0..many {
            let kept = if visitor.is_multiple_of(2) { 8 } else { 0 };
            let client = Client::builder().pool_max_idle_per_host(kept).build().unwrap();
            let (url, leaving) = (url.to_owned(), Arc::clone(&leaving));
            visits.spawn(async move {
                let mut ids = Vec::new();
                while !leaving.load(Ordering::SeqCst) {
                    let taken = answer(post(&client, &url, visitor), 202).await;
                    let id = taken["id"].as_str().unwrap().to_owned();
                    for _ in 0..10 {
                        let asked = client.get(format!("{url}/api/v1/request/{id}"));
                        answer(asked, 200).await;
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    }
                    ids.push(id);
                }
                ids
            });
        }
        Self { leaving, visits }
    }

    /// The ids of what was taken.
    pub async fn leave(self) -> Vec<String> {
        self.leaving.store(true, Ordering::SeqCst);
        self.visits.join_all().await.concat()
    }
}

/// What must be answered, and so.
pub async fn answer(request: RequestBuilder, status: u16) -> Value {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), status, "{}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}
