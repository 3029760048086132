//! Parts that neither work nor refuse: the door waits for them only so long.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use shared::config::Config;
use shared::service::Parts;
use tokio::net::TcpListener;

use crate::harness::{Redraw, Wired, form, jpeg};

const OWNER: &str = "owner@example.com";

/// Longer than any test: what waits so long, waits for ever.
const FOR_EVER: Duration = Duration::from_mins(10);

/// A second door to a redraw, whose database takes connections and says nothing.
struct Door {
    redraw: Redraw,
    url: String,
    _silent: TcpListener,
}

impl Door {
    async fn to_silence(change: impl FnOnce(&mut Config)) -> Self {
        let redraw = Redraw::start().await;
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = (*redraw.parts.config).clone();
        config.register.part_patience = Duration::from_millis(300);
        let port = silent.local_addr().unwrap().port();
        config.database.url = format!("postgres://nobody@127.0.0.1:{port}/nothing").into();
        config.database.in_process = false;
        change(&mut config);
        let metrics = redraw.parts.health.metrics.clone();
        let parts = Parts::connect(config, metrics, redraw.parts.lifecycle.clone()).unwrap();
        let bound = shared::http::bind("127.0.0.1:0".parse().unwrap(), "").await.unwrap();
        let url = format!("http://{}/api/v1", bound.address());
        register::start(&parts, bound).unwrap();
        Self { redraw, url, _silent: silent }
    }

    fn client(&self) -> &Client {
        &self.redraw.client
    }

    async fn stop(self) {
        self.redraw.stop().await;
    }
}

async fn is_away(asked: RequestBuilder, code: &str) {
    let answer: Response = asked.send().await.unwrap();
    assert_eq!(answer.status(), 503);
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], code);
}

#[tokio::test]
async fn while_the_database_is_silent_every_call_is_answered_503() {
    let door = Door::to_silence(|config| {
        config.database.connect_timeout = FOR_EVER;
        config.database.wait_timeout = FOR_EVER;
        config.register.upload_patience = FOR_EVER;
    })
    .await;
    let id = uuid::Uuid::now_v7();
    let request = format!("{}/request/{id}", door.url);
    for of in ["", "/events", "/image", "/new_image"] {
        is_away(door.client().get(format!("{request}{of}")), "database_unavailable").await;
    }
    is_away(door.client().delete(&request), "database_unavailable").await;
    let post = || {
        let post = door.client().post(format!("{}/register", door.url));
        post.multipart(form(jpeg(1), OWNER))
    };
    is_away(post(), "database_unavailable").await;
    // More at once than may be at the database: those who wait for a turn wait no longer.
    let keyed = (0..20).map(|number| post().header("Idempotency-Key", number));
    let many = keyed.map(|post| is_away(post, "database_unavailable"));
    futures_util::future::join_all(many).await;
    assert_eq!(door.redraw.rows("requests").await, 0);
    door.stop().await;
}

#[tokio::test]
async fn while_the_store_is_silent_nothing_is_taken_and_asking_is_answered() {
    let patience = ("REDRAW__REGISTER__PART_PATIENCE", "1s");
    let wired = Wired::start(&[patience, ("REDRAW__STORAGE__TIMEOUT", "10m")]).await;
    let Wired { redraw, wire, .. } = &wired;
    let id = redraw.register(jpeg(1), OWNER).await;
    redraw.finished(&id).await;
    wire.stall();
    is_away(redraw.post(form(jpeg(2), OWNER)), "storage_unavailable").await;
    for of in ["image", "new_image"] {
        let asked = redraw.get(&format!("/api/v1/request/{id}/{of}"));
        is_away(asked, "storage_unavailable").await;
    }
    assert_eq!(redraw.document(&id).await["status"], "done");
    // The sweep takes the pictures away once it can.
    let url = format!("{}/api/v1/request/{id}", redraw.url);
    assert_eq!(redraw.client.delete(url).send().await.unwrap().status(), 204);
    wire.mend();
    let next = redraw.register(jpeg(3), OWNER).await;
    assert_eq!(redraw.finished(&next).await["status"], "done");
    assert_eq!(redraw.rows("requests").await, 2);
    wired.stop().await;
}
