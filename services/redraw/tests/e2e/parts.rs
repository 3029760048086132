//! Parts that go away and come back: nothing fails, nothing counts, everything heals.

mod on_embedded_parts;
mod on_real_servers;

use std::time::Duration;

use serde_json::Value;
use shared::requests::{self, Language, NewRequest};
use uuid::Uuid;

use crate::harness::{Redraw, Wired, form, jpeg};

async fn readiness(redraw: &Redraw) -> (u16, Value) {
    let answer = redraw.get("/readyz").send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn assert_refused(redraw: &Redraw, code: &str) {
    let answer = redraw.post(form(jpeg(2), "owner@example.com")).send().await.unwrap();
    assert_eq!(answer.status(), 503);
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], code);
}

#[tokio::test]
async fn while_the_store_is_away_nothing_is_taken_and_what_was_taken_waits_uncounted() {
    let wired = Wired::start(&[]).await;
    let Wired { redraw, wire, .. } = &wired;
    let first = redraw.register(jpeg(1), "owner@example.com").await;
    assert_eq!(redraw.finished(&first).await["status"], "done");

    wire.cut();
    assert_refused(redraw, "storage_unavailable").await;
    let (status, parts) = readiness(redraw).await;
    assert_eq!(
        (status, &parts["storage"], &parts["database"]),
        (503, &"unavailable".into(), &"ok".into())
    );
    assert_eq!(redraw.rows("requests").await, 1);
    let second = submit_again(redraw, &first).await;
    let waits = "select subject::text from attempts where error_code = 'storage_unavailable'";
    redraw.until(async || redraw.column(waits).await.contains(&second)).await;

    wire.mend();
    assert_eq!(redraw.finished(&second).await["status"], "done");
    assert_eq!(
        redraw.column("select distinct attempt::text from jobs").await,
        ["1".to_owned()].into()
    );
    assert_eq!(readiness(redraw).await.0, 200);
    let third = redraw.register(jpeg(3), "owner@example.com").await;
    assert_eq!(redraw.finished(&third).await["status"], "done");
    assert_eq!(redraw.mails().len(), 3);
    wired.stop().await;
}

#[tokio::test]
async fn while_the_store_does_not_answer_nobody_holds_the_database() {
    let wired = Wired::start(&[
        // Longer than the patience of /readyz, which tells whether the one connection is free.
        ("REDRAW__STORAGE__TIMEOUT", "7s"),
        ("REDRAW__DATABASE__POOL_SIZE", "1"),
    ])
    .await;
    let Wired { redraw, wire, .. } = &wired;
    let first = redraw.register(jpeg(1), "owner@example.com").await;
    redraw.finished(&first).await;

    wire.stall();
    let second = submit_again(redraw, &first).await;
    let runs = "select subject::text from jobs where state = 'running'";
    redraw.until(async || redraw.column(runs).await.contains(&second)).await;
    // For as long as the attempt and the registration wait for the store.
    let looking = async {
        loop {
            let (_, parts) = readiness(redraw).await;
            assert_eq!(
                (&parts["database"], &parts["storage"]),
                (&"ok".into(), &"unavailable".into())
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        () = looking => {}
        () = assert_refused(redraw, "storage_unavailable") => {}
    }
    wire.mend();
    assert_eq!(redraw.finished(&second).await["status"], "done");
    wired.stop().await;
}

/// Another request for a picture that is stored already: registering it needs no store.
async fn submit_again(redraw: &Redraw, id: &str) -> String {
    let client = redraw.parts.database.connection().await.unwrap();
    let known = requests::find(&client, id.parse().unwrap()).await.unwrap().unwrap();
    drop(client);
    let new = NewRequest {
        id: Uuid::now_v7(),
        email: "owner@example.com".to_owned(),
        language: Language::English,
        image_key: known.image_key,
        image_media_type: known.image_media_type,
        image_bytes: 1,
        idempotency_key: None,
        body_hash: [0; 32],
    };
    requests::submit(&redraw.parts.database, &new).await.unwrap();
    new.id.to_string()
}
