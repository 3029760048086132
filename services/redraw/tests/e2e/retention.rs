//! What ended long ago is forgotten by itself.

use serde_json::Value;
use shared::requests::{self, Reason};

use crate::harness::{Redraw, eventually, jpeg};

const OWNER: &str = "long.ago@example.com";

/// Nothing is swept that could still be stored, and that is soon.
const SETTINGS: [(&str, &str); 4] = [
    ("REDRAW__RETENTION__DAYS", "30"),
    ("REDRAW__GENERATOR__DEADLINE", "2s"),
    ("REDRAW__STORAGE__TIMEOUT", "2s"),
    // A server is given minutes, whatever the deadline.
    ("REDRAW__PAINTER__PROVIDERS", "[builtin]"),
];

/// As if it had been made, and had ended, so many days earlier.
async fn age(redraw: &Redraw, id: &str, days: u32) {
    let sql = format!(
        "update requests set created_at = created_at - interval '{days} days', \
         updated_at = updated_at - interval '{days} days' where id = '{id}'"
    );
    assert_eq!(redraw.execute(&sql).await, 1);
}

async fn code(redraw: &Redraw, id: &str) -> (u16, Value) {
    let answer = redraw.request(id).await;
    let status = answer.status().as_u16();
    let document: Value = answer.json().await.unwrap();
    (status, document["code"].clone())
}

/// Until one round of housekeeping was made from its beginning to its end.
async fn a_round(redraw: &Redraw) {
    // Two beginnings: forgetting keys comes first.
    for round in 0..2 {
        let other = redraw.register(jpeg(99), "other@example.com").await;
        let sql = format!(
            "update requests set idempotency_key = 'round {round}', \
             created_at = now() - interval '2 days' where id = '{other}'"
        );
        redraw.execute(&sql).await;
        let kept = "select count(*) from requests where idempotency_key is not null";
        eventually("a round", async || (redraw.number(kept).await == 0).then_some(())).await;
    }
}

#[tokio::test]
async fn what_ended_and_is_too_old_is_erased_as_if_it_were_deleted() {
    let redraw = Redraw::start_with(&SETTINGS).await;
    let old = redraw.register(jpeg(1), OWNER).await;
    let young = redraw.register(jpeg(2), "young@example.com").await;
    for id in [&old, &young] {
        redraw.finished(id).await;
    }
    redraw.hold_work().await;
    let waiting = redraw.register(jpeg(3), "waiting@example.com").await;
    age(&redraw, &old, 31).await;
    age(&redraw, &young, 29).await;
    age(&redraw, &waiting, 31).await;

    let gone = async || (code(&redraw, &old).await.0 == 410).then_some(());
    eventually("its end", gone).await;
    assert_eq!(code(&redraw, &old).await, (410, "request_expired".into()));
    let left = format!("select count(*) from requests where requests::text like '%{OWNER}%'");
    assert_eq!(redraw.number(&left).await, 0);
    let without_pictures = async || {
        let originals = redraw.originals().await;
        let kept = originals.iter().all(|name| !name.starts_with(&old));
        (kept && redraw.paintings().await.len() == 1).then_some(())
    };
    eventually("its pictures to go", without_pictures).await;

    // Deleting it changes nothing, not even why it is gone.
    let url = format!("{}/api/v1/request/{old}", redraw.url);
    assert_eq!(redraw.client.delete(url).send().await.unwrap().status(), 204);
    assert_eq!(code(&redraw, &old).await, (410, "request_expired".into()));
    a_round(&redraw).await;
    assert_eq!(redraw.document(&young).await["status"], "done");
    assert_eq!(redraw.document(&waiting).await["status"], "pending");
    redraw.stop().await;
}

#[tokio::test]
async fn what_ended_lately_or_was_put_back_is_kept_even_if_it_was_found_before() {
    let redraw = Redraw::start_with(&SETTINGS).await;
    let [lately, put_back, old] = [1, 2, 3];
    let mut ids = Vec::new();
    for picture in [lately, put_back, old] {
        let id = redraw.register(jpeg(picture), OWNER).await;
        redraw.finished(&id).await;
        ids.push(id);
    }
    let [lately, put_back, old] = &ids[..] else { panic!() };
    redraw.hold_work().await;
    let sql = format!(
        "update jobs set state = 'queued', run_at = now() + interval '1 hour' \
         where subject = '{put_back}' and kind = 'notify'"
    );
    assert_eq!(redraw.execute(&sql).await, 1);
    // Made long ago, and then an operator put it back more than once.
    let sql = format!(
        "update requests set created_at = created_at - interval '99 days' where id = '{lately}'"
    );
    redraw.execute(&sql).await;
    age(&redraw, put_back, 31).await;
    age(&redraw, old, 31).await;
    eventually("its end", async || (code(&redraw, old).await.0 == 410).then_some(())).await;
    a_round(&redraw).await;
    for id in [lately, put_back] {
        // As if it had been found before it was put back.
        let reason = Reason::Retention { days: 30 };
        let erased = requests::erase(&redraw.parts.database, id.parse().unwrap(), reason).await;
        assert!(erased.unwrap().is_none());
        assert_eq!(redraw.document(id).await["status"], "done");
    }
    let queued =
        format!("select count(*) from jobs where subject = '{put_back}' and state = 'queued'");
    assert_eq!(redraw.number(&queued).await, 1);
    redraw.stop().await;
}

#[tokio::test]
async fn with_zero_days_everything_is_kept() {
    let redraw = Redraw::start_with(&[("REDRAW__RETENTION__DAYS", "0")]).await;
    let id = redraw.register(jpeg(1), OWNER).await;
    redraw.finished(&id).await;
    age(&redraw, &id, 10_000).await;
    a_round(&redraw).await;
    assert_eq!(redraw.document(&id).await["status"], "done");
    redraw.stop().await;
}
