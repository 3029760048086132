//! Whatever breaks between us and the broker.

use std::collections::HashSet;

use super::harness::{CAPTION, Process, QUEUE, Vhost, next, until, within};
use crate::wire::Wire;

/// Publishes until a hint comes through.
async fn hints_flow(process: &Process, hints: &mut shared::broker::Hints) {
    process.well().await;
    let subject = process.hint();
    within(async {
        loop {
            let delivery = hints.next().await;
            let came = delivery.subject == subject;
            delivery.ack();
            if came {
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn closed_connections_are_opened_again() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    let mut hints = process.consume(2).await;
    for connection in ["publishes", "consumes", "redraw"] {
        vhost.close_connections(connection).await;
        process.unwell().await;
        hints_flow(&process, &mut hints).await;
    }
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn hints_published_while_the_connection_breaks_are_not_lost() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    let mut hints = process.consume(50).await;
    let mut missing = HashSet::new();
    for _ in 0..3 {
        missing.extend((0..200).map(|_| process.hint()));
        vhost.close_connections("publishes").await;
    }
    within(async {
        while !missing.is_empty() {
            let delivery = hints.next().await;
            missing.remove(&delivery.subject);
            delivery.ack();
        }
    })
    .await;
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn a_consumer_whose_queue_was_deleted_comes_back() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    let mut hints = process.consume(1).await;
    vhost.delete_queue(QUEUE).await;
    process.unwell().await;
    hints_flow(&process, &mut hints).await;
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn a_hint_whose_queue_was_deleted_is_published_again() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    vhost.delete_queue(QUEUE).await;
    // Nobody consumes: only the publisher can notice.
    let subject = process.hint();
    let mut hints = process.consume(1).await;
    assert_eq!(next(&mut hints).await.subject, subject);
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn a_broker_that_is_away_at_the_start_gets_the_hints_when_it_is_there() {
    let vhost = Vhost::new().await;
    let wire = Wire::to(vhost.listener()).await;
    wire.cut();
    let mut config = vhost.config();
    config.url = vhost.url_by_way_of(&wire.address).into();
    config.capacity = 3;
    let process = Process::begin(&config);
    let mut hints = process.broker.consume(CAPTION, 1);
    // The fourth finds no room; none waits.
    let kept = [process.hint(), process.hint(), process.hint()];
    process.hint();
    assert!(!process.is_well());
    wire.mend();
    for subject in kept {
        let delivery = next(&mut hints).await;
        assert_eq!(delivery.subject, subject);
        delivery.ack();
    }
    hints_flow(&process, &mut hints).await;
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn a_line_that_falls_silent_is_noticed() {
    let vhost = Vhost::new().await;
    let wire = Wire::to(vhost.listener()).await;
    let mut config = vhost.config();
    config.url = format!("{}?heartbeat=1", vhost.url_by_way_of(&wire.address)).into();
    config.timeout = std::time::Duration::from_secs(1);
    let process = Process::start(&config).await;
    let mut hints = process.consume(1).await;
    wire.fall_silent();
    // Noticed with nothing being said, by consumer and publisher alike.
    process.unwell().await;
    // Long enough for some that connect, and are not answered.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let subject = process.hint();
    wire.mend();
    let delivery = next(&mut hints).await;
    assert_eq!(delivery.subject, subject);
    delivery.ack();
    hints_flow(&process, &mut hints).await;
    // None is left behind, with its thread and its buffers, to wait for an answer.
    until(async || wire.silent() == 0).await;
    drop(hints);
    process.stop().await;
}
