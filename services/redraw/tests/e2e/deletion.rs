//! Being forgotten: the pictures, the address and the words, whatever was at work just then.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;

use crate::harness::{Redraw, eventually, form, jpeg};

const OWNER: &str = "forget.me@example.com";

async fn delete(redraw: &Redraw, id: &str) {
    let url = format!("{}/api/v1/request/{id}", redraw.url);
    let answer = redraw.client.delete(url).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert!(answer.bytes().await.unwrap().is_empty());
}

/// That nothing is to be had of it any more.
async fn is_gone(redraw: &Redraw, id: &str) {
    for of in ["", "/events", "/image", "/new_image"] {
        let answer = redraw.get(&format!("/api/v1/request/{id}{of}")).send().await.unwrap();
        assert_eq!(answer.status(), 410, "{of}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "request_deleted");
    }
}

/// In how many rows of any table a text stands.
async fn rows_with(redraw: &Redraw, text: &str) -> i64 {
    let mut found = 0;
    for table in ["requests", "jobs", "attempts"] {
        let like = format!("select count(*) from {table} where {table}::text like '%{text}%'");
        found += redraw.number(&like).await;
    }
    found
}

/// Until the sweep has looked at everything that was deleted.
async fn swept(redraw: &Redraw) {
    let unswept = "select count(*) from requests where erased_at is not null and swept_at is null";
    eventually("the sweep", async || (redraw.number(unswept).await == 0).then_some(())).await;
}

async fn start() -> Redraw {
    // So that the sweep is sure of itself soon.
    let soon = [
        ("REDRAW__GENERATOR__DEADLINE", "2s"),
        ("REDRAW__STORAGE__TIMEOUT", "2s"),
        // A server is given minutes, whatever the deadline.
        ("REDRAW__PAINTER__PROVIDERS", "[builtin]"),
    ];
    Redraw::start_with(&soon).await
}

#[tokio::test]
async fn what_is_done_is_forgotten_and_deleting_it_again_is_the_same() {
    let redraw = start().await;
    let before = redraw.everything_stored().await;
    let id = redraw.register(jpeg(1), OWNER).await;
    let document = redraw.finished(&id).await;
    let caption = document["caption"].as_str().unwrap();
    let new_picture = document["new_image_url"].as_str().unwrap();
    let [original] = &redraw.originals().await[..] else { panic!("one original") };
    let endpoint = &redraw.parts.config.storage.endpoint;
    let bucket = &redraw.parts.config.storage.originals_bucket;
    let original = format!("{endpoint}/{bucket}/{original}");
    assert_eq!(redraw.client.get(new_picture).send().await.unwrap().status(), 200);
    assert!(rows_with(&redraw, OWNER).await > 0 && rows_with(&redraw, caption).await > 0);

    delete(&redraw, &id).await;
    is_gone(&redraw, &id).await;
    assert!(redraw.originals().await.is_empty() && redraw.paintings().await.is_empty());
    for url in [new_picture, &original] {
        let status = redraw.client.get(url).send().await.unwrap().status().as_u16();
        assert!([403, 404].contains(&status), "{status} {url}");
    }
    assert_eq!(rows_with(&redraw, OWNER).await, 0);
    assert_eq!(rows_with(&redraw, caption).await, 0);
    // A hash of the picture and the address would tell who holds the picture whose it was.
    let hashes = "select count(*) from requests where length(body_hash) > 0";
    assert_eq!(redraw.number(hashes).await, 0);

    delete(&redraw, &id).await;
    is_gone(&redraw, &id).await;
    swept(&redraw).await;
    delete(&redraw, &id).await;
    // The letter of before is all that was ever sent.
    assert_eq!(redraw.mails().len(), 1);
    assert_eq!(redraw.everything_stored().await, before);
    redraw.stop().await;
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_and_nobody_is_written_to() {
    let redraw = start().await;
    redraw.hold_work().await;
    let owners = ["pending@example.com", "ready@example.com", "done@example.com"];
    let mut ids = Vec::new();
    for owner in owners {
        ids.push(redraw.register(jpeg(1), owner).await);
    }
    for (steps, id) in ids.iter().enumerate() {
        for version in 0..steps {
            let subject = format!("update jobs set run_at = now() where subject = '{id}'");
            redraw.execute(&format!("{subject} and state = 'queued'")).await;
            eventually("the step", async || {
                (redraw.document(id).await["version"] == version + 2).then_some(())
            })
            .await;
        }
    }
    let states = "select count(*) from jobs where state = 'queued'";
    assert_eq!(redraw.number(states).await, 3);
    for id in &ids {
        delete(&redraw, id).await;
    }
    assert_eq!(redraw.number(states).await, 0);
    let cancelled = "select count(*) from jobs where state = 'dead' and last_error = 'cancelled'";
    assert_eq!(redraw.number(cancelled).await, 3);

    // Others go on, and the time in which the cancelled ones would have run goes by.
    redraw.let_work_go().await;
    let other = redraw.register(jpeg(2), "other@example.com").await;
    redraw.finished(&other).await;
    let [mail] = &redraw.mails()[..] else { panic!("one mail") };
    assert!(mail.text.contains("To: other@example.com"));
    for (id, owner) in ids.iter().zip(owners) {
        is_gone(&redraw, id).await;
        assert_eq!(rows_with(&redraw, owner).await, 0);
    }
    assert_eq!((redraw.originals().await.len(), redraw.paintings().await.len()), (1, 1));
    redraw.stop().await;
}

#[tokio::test]
async fn whenever_it_is_deleted_nothing_is_left_after_the_sweep() {
    let redraw = start().await;
    let before = redraw.everything_stored().await;
    let one = async |number: u32| {
        let id = redraw.register(jpeg(number), OWNER).await;
        // Anywhere between the first look and the mail.
        let moment = Duration::from_millis(u64::from(number * 97 % 1_500));
        tokio::time::sleep(moment).await;
        delete(&redraw, &id).await;
        id
    };
    let ids = join_all((0..24).map(one)).await;
    swept(&redraw).await;
    assert_eq!(redraw.originals().await, Vec::<String>::new());
    assert_eq!(redraw.paintings().await, Vec::<String>::new());
    assert_eq!(redraw.everything_stored().await, before);
    assert_eq!(rows_with(&redraw, OWNER).await, 0);
    let alive = "select count(*) from jobs where state in ('queued', 'running')";
    assert_eq!(redraw.number(alive).await, 0);
    for id in &ids {
        is_gone(&redraw, id).await;
    }
    redraw.stop().await;
}

#[tokio::test]
async fn a_forgotten_request_frees_its_idempotency_key() {
    let redraw = start().await;
    redraw.hold_work().await;
    let send = async || {
        let post = redraw.post(form(jpeg(1), OWNER)).header("Idempotency-Key", "a-key");
        let answer = post.send().await.unwrap();
        assert_eq!(answer.status(), 202);
        answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let first = send().await;
    delete(&redraw, &first).await;
    assert_ne!(send().await, first);
    redraw.stop().await;
}
