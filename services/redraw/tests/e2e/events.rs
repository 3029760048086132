//! Following a request live: server-sent events (WHATWG HTML, section 9.2).

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;

use crate::harness::{Redraw, eventually, jpeg};

/// An event as it came.
#[derive(Debug, PartialEq)]
pub struct Event {
    pub id: u64,
    document: Value,
}

/// A stream that is read event by event.
pub struct Watching {
    answer: Response,
    text: String,
}

impl Watching {
    async fn of(redraw: &Redraw, id: &str) -> Self {
        Self::after(redraw, id, None).await
    }

    async fn after(redraw: &Redraw, id: &str, seen: Option<u64>) -> Self {
        Self::read(watch(redraw, id, seen).await)
    }

    pub fn read(answer: Response) -> Self {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        Self { answer, text: String::new() }
    }

    /// The next event; none at the end of the stream.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (parse(event), rest.to_owned());
                self.text = rest;
                match event {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let patience = Duration::from_secs(30);
            let chunk = tokio::time::timeout(patience, self.answer.chunk()).await;
            let chunk = chunk.expect("no event came").unwrap()?;
            self.text.push_str(str::from_utf8(&chunk).unwrap());
        }
    }

    /// The statuses and versions of what is left.
    pub async fn rest(mut self) -> Vec<(u64, String)> {
        let mut rest = Vec::new();
        while let Some(Event { id, document }) = self.next().await {
            rest.push((id, document["status"].as_str().unwrap().to_owned()));
        }
        rest
    }
}

/// None for a comment.
fn parse(event: &str) -> Option<Event> {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
    let data = field("data:")?;
    assert_eq!(field("event:").map(str::trim), Some("request"));
    let id = field("id:").unwrap().trim().parse().unwrap();
    Some(Event { id, document: serde_json::from_str(data).unwrap() })
}

async fn watch(redraw: &Redraw, id: &str, seen: Option<u64>) -> Response {
    let mut request = redraw.get(&format!("/api/v1/request/{id}/events"));
    if let Some(seen) = seen {
        request = request.header("Last-Event-ID", seen);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn each_version_comes_once_and_in_order_and_the_stream_ends_with_the_request() {
    let redraw = Redraw::start().await;
    redraw.hold_work().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let mut watching = Watching::of(&redraw, &id).await;
    let late = Watching::after(&redraw, &id, Some(1)).await;

    for (version, status) in [(1, "pending"), (2, "ready"), (3, "done")] {
        let Event { id: seen, document } = watching.next().await.unwrap();
        assert_eq!(seen, version);
        assert_eq!(document["version"], version);
        assert_eq!(document["id"], id);
        assert_eq!(document["status"], status);
        if status == "done" {
            // The document is the one that asking gives.
            assert_eq!(document, redraw.document(&id).await);
        }
        redraw.release().await;
    }
    assert_eq!(watching.next().await, None);
    assert_eq!(late.rest().await, [(2, "ready".to_owned()), (3, "done".to_owned())]);
    redraw.stop().await;
}

#[tokio::test]
async fn who_comes_back_gets_what_was_missed_and_nothing_once_all_was_seen() {
    let redraw = Redraw::start().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let rest = Watching::of(&redraw, &id).await.rest().await;
    assert!(rest.is_sorted() && rest.last() == Some(&(3, "done".to_owned())), "{rest:?}");
    redraw.finished(&id).await;

    for seen in [None, Some(0), Some(1), Some(2)] {
        let rest = Watching::after(&redraw, &id, seen).await.rest().await;
        assert_eq!(rest, [(3, "done".to_owned())], "after {seen:?}");
    }
    for seen in [3, 4, u64::MAX] {
        let answer = watch(&redraw, &id, Some(seen)).await;
        assert_eq!(answer.status(), 204, "after {seen}");
        assert!(answer.bytes().await.unwrap().is_empty());
    }
    redraw.stop().await;
}

#[tokio::test]
async fn who_claims_to_have_seen_the_future_still_sees_the_end() {
    let redraw = Redraw::start().await;
    redraw.hold_work().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let watching = Watching::after(&redraw, &id, Some(99)).await;
    redraw.let_work_go().await;
    assert_eq!(watching.rest().await.last(), Some(&(3, "done".to_owned())));
    redraw.stop().await;
}

#[tokio::test]
async fn a_deletion_ends_the_stream_and_who_comes_back_is_told() {
    let redraw = Redraw::start().await;
    redraw.hold_work().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let mut watching = Watching::of(&redraw, &id).await;
    assert_eq!(watching.next().await.unwrap().id, 1);
    let url = format!("{}/api/v1/request/{id}", redraw.url);
    assert_eq!(redraw.client.delete(url).send().await.unwrap().status(), 204);
    assert_eq!(watching.next().await, None);
    assert_eq!(watch(&redraw, &id, Some(1)).await.status(), 410);
    redraw.stop().await;
}

#[tokio::test]
async fn a_change_that_no_hint_announced_is_seen_all_the_same() {
    let redraw = Redraw::start().await;
    redraw.hold_work().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let mut watching = Watching::of(&redraw, &id).await;
    assert_eq!(watching.next().await.unwrap().id, 1);
    redraw.execute("update requests set status = 'failure', version = 2").await;
    assert_eq!(watching.rest().await, [(2, "failure".to_owned())]);
    redraw.stop().await;
}

#[tokio::test]
async fn too_many_streams_are_told_to_come_back_and_a_closed_one_makes_room() {
    let redraw = Redraw::start_with(&[("REDRAW__REGISTER__MAX_EVENT_STREAMS", "2")]).await;
    redraw.hold_work().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let first = Watching::of(&redraw, &id).await;
    let _second = Watching::of(&redraw, &id).await;
    let answer = watch(&redraw, &id, None).await;
    assert_eq!(answer.status(), 503);
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(wait > 0);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "busy");

    drop(first);
    eventually("there is room again", async || {
        (watch(&redraw, &id, None).await.status() == 200).then_some(())
    })
    .await;
    redraw.stop().await;
}

#[tokio::test]
async fn an_open_stream_does_not_hold_up_the_stop() {
    let redraw = Redraw::start().await;
    redraw.hold_work().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let mut watching = Watching::of(&redraw, &id).await;
    assert_eq!(watching.next().await.unwrap().id, 1);
    let patience = Duration::from_secs(8);
    tokio::time::timeout(patience, redraw.stop()).await.expect("it did not stop");
    assert_eq!(watching.next().await, None);
}
