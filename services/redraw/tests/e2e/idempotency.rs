//! Sending again is safe: the same key and content are the same request.

use reqwest::Response;
use reqwest::multipart::Form;
use serde_json::Value;
use shared::requests::{self, Language, NewRequest};
use uuid::Uuid;

use crate::harness::{Redraw, form, jpeg};
use crate::keys::{new_key, start};

const OWNER: &str = "owner@example.com";

async fn send(redraw: &Redraw, key: &str, form: Form) -> Response {
    redraw.post(form).header("Idempotency-Key", key).send().await.unwrap()
}

fn is_replay(answer: &Response) -> bool {
    answer.headers().get("Idempotent-Replayed").is_some_and(|value| value == "true")
}

async fn id_of(answer: Response) -> String {
    assert_eq!(answer.status(), 202);
    answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_same_key_and_content_is_the_same_request_and_other_content_a_conflict() {
    let redraw = Redraw::start().await;
    let first = send(&redraw, "a-key", form(jpeg(1), OWNER)).await;
    assert!(!is_replay(&first));
    let id = id_of(first).await;

    let again = send(&redraw, "a-key", form(jpeg(1), OWNER)).await;
    assert!(is_replay(&again));
    let place = again.headers()["location"].to_str().unwrap().to_owned();
    assert!(place.ends_with(&format!("/api/v1/request/{id}")), "{place}");
    assert_eq!(id_of(again).await, id);

    let others = [
        form(jpeg(2), OWNER),
        form(jpeg(1), "other@example.com"),
        form(jpeg(1), OWNER).text("language", "fa"),
    ];
    for other in others {
        let answer = send(&redraw, "a-key", other).await;
        assert_eq!(answer.status(), 409);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "idempotency_key_reused");
    }
    assert_ne!(id_of(send(&redraw, "another-key", form(jpeg(1), OWNER)).await).await, id);

    // A replay tells how far it came, and starts nothing anew.
    redraw.finished(&id).await;
    let again: Value = send(&redraw, "a-key", form(jpeg(1), OWNER)).await.json().await.unwrap();
    assert_eq!((again["id"].as_str(), again["status"].as_str()), (Some(&*id), Some("done")));
    assert_eq!(redraw.rows("requests").await, 2);
    assert_eq!(redraw.originals().await.len(), 2);
    redraw.stop().await;
}

#[tokio::test]
async fn ten_duplicates_at_once_are_one_request_with_one_job_and_one_original() {
    let redraw = Redraw::start().await;
    redraw.hold_work().await;
    let sending = (0..10).map(|_| send(&redraw, "a-key", form(jpeg(1), OWNER)));
    let answers = futures_util::future::join_all(sending).await;
    assert_eq!(answers.iter().filter(|answer| !is_replay(answer)).count(), 1);
    let mut ids = Vec::new();
    for answer in answers {
        ids.push(id_of(answer).await);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(redraw.rows("requests").await, 1);
    assert_eq!(redraw.rows("jobs").await, 1);
    let [original] = &redraw.originals().await[..] else { panic!("one original") };
    assert!(original.starts_with(&ids[0]));

    redraw.let_work_go().await;
    redraw.finished(&ids[0]).await;
    assert_eq!(redraw.mails().len(), 1);
    redraw.stop().await;
}

#[tokio::test]
async fn without_a_key_two_sends_are_two_requests() {
    let redraw = Redraw::start().await;
    let ids = [redraw.register(jpeg(1), OWNER).await, redraw.register(jpeg(1), OWNER).await];
    assert_ne!(ids[0], ids[1]);
    for id in &ids {
        redraw.finished(id).await;
    }
    assert_eq!(redraw.rows("requests").await, 2);
    assert_eq!(redraw.mails().len(), 2);
    redraw.stop().await;
}

#[tokio::test]
async fn a_key_that_is_older_than_the_window_is_forgotten() {
    let redraw = Redraw::start().await;
    let id = id_of(send(&redraw, "a-key", form(jpeg(1), OWNER)).await).await;
    redraw.execute("update requests set created_at = now() - interval '25 hours'").await;
    crate::harness::eventually("the key is forgotten", async || {
        let keys = "select count(idempotency_key) from requests";
        (redraw.number(keys).await == 0).then_some(())
    })
    .await;
    let again = send(&redraw, "a-key", form(jpeg(2), OWNER)).await;
    assert!(!is_replay(&again));
    assert_ne!(id_of(again).await, id);
    redraw.stop().await;
}

/// As from ten processes: none of them knows of the others but by the database.
#[tokio::test]
async fn of_ten_that_reach_the_database_at_once_one_is_stored_and_the_others_are_its_replays() {
    let redraw = Redraw::start().await;
    redraw.hold_work().await;
    for round in 0..20 {
        let new = |_| NewRequest {
            id: Uuid::now_v7(),
            email: OWNER.to_owned(),
            language: Language::English,
            image_key: "none".to_owned(),
            image_media_type: "image/png".to_owned(),
            image_bytes: 1,
            idempotency_key: Some(format!("key {round}")),
            body_hash: [7; 32],
        };
        let all: Vec<_> = (0..10).map(new).collect();
        let submitting = all.iter().map(|new| requests::submit(&redraw.parts.database, new));
        let submitted = futures_util::future::try_join_all(submitting).await.unwrap();
        let submitted: Vec<_> = submitted.into_iter().map(|one| one.expect("an answer")).collect();
        assert_eq!(submitted.iter().filter(|one| !one.replayed).count(), 1);
        assert!(submitted.iter().all(|one| one.id == submitted[0].id && one.body_hash == [7; 32]));
        assert_eq!(redraw.rows("requests").await, round + 1);
        assert_eq!(redraw.rows("jobs").await, round + 1);
    }
    redraw.stop().await;
}

#[tokio::test]
async fn callers_know_nothing_of_each_others_keys() {
    let ((one, one_hash), (other, other_hash)) = (new_key(), new_key());
    let redraw = start(&format!("one:{one_hash},other:{other_hash}"), "[]").await;
    let sent = async |caller: &str, form| {
        let post = redraw.post(form).header("Idempotency-Key", "order-1");
        post.bearer_auth(caller).send().await.unwrap()
    };
    let first = id_of(sent(&one, form(jpeg(1), OWNER)).await).await;
    // Neither a conflict nor somebody else's request.
    let second = sent(&other, form(jpeg(2), OWNER)).await;
    assert!(!is_replay(&second));
    let second = id_of(second).await;
    assert_ne!(first, second);
    for (caller, picture, id) in [(&one, 1, first), (&other, 2, second)] {
        let again = sent(caller, form(jpeg(picture), OWNER)).await;
        assert!(is_replay(&again));
        assert_eq!(id_of(again).await, id);
    }
    assert_eq!(sent(&one, form(jpeg(2), OWNER)).await.status(), 409);
    redraw.stop().await;
}
