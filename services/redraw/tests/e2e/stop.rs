//! How the program ends: politely, at once, or before it began, with one sentence that helps.

mod on_embedded_parts;

use std::time::Duration;

use serde_json::Value;

use crate::harness::{Child, Redraw, Visitors, eventually, form, jpeg};

/// Pictures that take their time, so that a stop comes while some are painted.
const LARGE: (&str, &str) = ("REDRAW__PAINTER__WIDTH", "3000");

/// Visitors come, the signal too, and the program must end well. Returns it, and who was taken in.
async fn stopped_under_load(
    signal: &str,
    settings: &[(&'static str, &str)],
) -> (Redraw, Vec<String>) {
    let mut child = Child::new(settings).await;
    child.start().await;
    let pause = Duration::from_millis(50);
    let visitors = Visitors::arrive(3, &child.client, &child.url, pause);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    child.signal(signal);
    assert_well(&child.ended().await, &child);
    // Nobody answers any more: the last ones are sent away until the next start.
    let leaving = tokio::spawn(visitors.leave());
    child.start().await;
    let told = leaving.await.unwrap();
    child.signal("TERM");
    assert_well(&child.ended().await, &child);
    (Redraw::start_in(child.into_home(), &[]).await, told.ids)
}

/// Every program ended well, and said so last.
fn assert_well(codes: &[i32], child: &Child) {
    assert!(codes.iter().all(|code| *code == 0), "{codes:?} {}", child.errors());
    assert_eq!(child.errors().matches("stopped").count(), codes.len(), "{}", child.errors());
}

async fn assert_all_done_and_nothing_counted_twice(redraw: &Redraw, ids: &[String]) {
    for id in ids {
        assert_eq!(redraw.finished(id).await["status"], "done");
    }
    let counted = redraw.column("select distinct attempt::text from jobs").await;
    assert_eq!(counted, ["1".to_owned()].into());
    let outcomes = redraw.column("select distinct outcome from attempts").await;
    assert!(
        outcomes.is_subset(&["finished".to_owned(), "released".to_owned()].into()),
        "{outcomes:?}"
    );
    assert_eq!(redraw.mails().len(), ids.len());
}

#[tokio::test]
async fn sigterm_under_load_ends_well_and_everything_is_finished_after_the_next_start() {
    let (redraw, ids) = stopped_under_load("TERM", &[]).await;
    assert_all_done_and_nothing_counted_twice(&redraw, &ids).await;
    redraw.stop().await;
}

#[tokio::test]
async fn a_short_grace_hands_back_what_runs_uncounted() {
    let (redraw, ids) =
        stopped_under_load("INT", &[LARGE, ("REDRAW__LIFECYCLE__GRACE", "1s")]).await;
    let released =
        redraw.column("select distinct error_code from attempts where outcome = 'released'");
    assert_eq!(released.await, ["shutdown".to_owned()].into());
    assert_all_done_and_nothing_counted_twice(&redraw, &ids).await;
    redraw.stop().await;
}

#[tokio::test]
async fn with_notice_the_door_stays_open_for_a_while_and_says_that_it_will_shut() {
    // Long enough for two calls.
    let mut child = Child::new(&[("REDRAW__LIFECYCLE__NOTICE", "5s")]).await;
    child.start().await;
    child.signal("TERM");
    let ready = format!("{}/readyz", child.url);
    let stopping = eventually("the word that it stops", async || {
        let answer = child.client.get(&ready).send().await.unwrap();
        (answer.status() == 503).then_some(answer)
    })
    .await;
    assert_eq!(stopping.json::<Value>().await.unwrap()["stopping"], true);
    let post = child.client.post(format!("{}/api/v1/register", child.url));
    let taken = post.multipart(form(jpeg(1), "owner@example.com")).send().await.unwrap();
    assert_eq!(taken.status(), 202);
    assert_eq!(taken.headers()["connection"], "close");
    let id = taken.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    assert_well(&child.ended().await, &child);
    let redraw = Redraw::start_in(child.into_home(), &[]).await;
    assert_all_done_and_nothing_counted_twice(&redraw, &[id]).await;
    redraw.stop().await;
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once_and_loses_nothing() {
    let mut child = Child::new(&[LARGE]).await;
    child.start().await;
    let visitors = Visitors::arrive(1, &child.client, &child.url, Duration::from_millis(10));
    tokio::time::sleep(Duration::from_millis(1500)).await;
    child.signal("TERM");
    while !child.errors().contains("stopping") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    child.signal("TERM");
    // A service that has nothing to do has ended well before the second signal.
    let codes = child.ended().await;
    assert!(codes.contains(&1), "{codes:?} {}", child.errors());
    assert!(child.errors().contains("error: a second signal (SIGTERM)"), "{}", child.errors());
    let leaving = tokio::spawn(visitors.leave());
    child.start().await;
    let told = leaving.await.unwrap();
    child.kill();
    let redraw = Redraw::start_in(child.into_home(), &[]).await;
    for id in &told.ids {
        assert_eq!(redraw.finished(id).await["status"], "done");
    }
    assert_eq!(redraw.letters().len(), told.ids.len());
    redraw.stop().await;
}

#[tokio::test]
async fn a_signal_while_it_waits_for_a_part_ends_it_well() {
    // Nobody listens there.
    let nowhere = ("REDRAW__DATABASE__URL", "postgres://redraw@127.0.0.1:1/redraw");
    let mut child = Child::new(&[nowhere]).await;
    child.launch();
    let waiting = || child.errors().matches("waiting for a part").count();
    let all_wait = async || (waiting() >= child.programs()).then_some(());
    eventually("the word of each that it waits", all_wait).await;
    child.signal("TERM");
    assert!(child.ended().await.iter().all(|code| *code == 0), "{}", child.errors());
}
