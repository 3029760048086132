//! From one process to another, and back when nobody acked.

use std::time::Duration;

use super::harness::{Process, QUEUE, Vhost, next, until};

/// Longer than a delivery takes: whatever has not come by then is held back.
const A_WHILE: Duration = Duration::from_millis(500);

#[tokio::test]
async fn a_hint_is_delivered_and_gone_once_it_is_acked() {
    let vhost = Vhost::new().await;
    let (register, caption) = (vhost.process().await, vhost.process().await);
    let mut hints = caption.consume(2).await;
    let subjects = [register.hint(), register.hint(), register.hint()];
    for subject in subjects {
        let delivery = next(&mut hints).await;
        assert_eq!(delivery.subject, subject);
        delivery.ack();
    }
    // Whatever were not acked would come again now.
    vhost.close_connections(QUEUE).await;
    caption.unwell().await;
    caption.well().await;
    let last = register.hint();
    let delivery = next(&mut hints).await;
    assert_eq!(delivery.subject, last);
    delivery.ack();
    drop(hints);
    register.stop().await;
    caption.stop().await;
}

#[tokio::test]
async fn hints_survive_tls() {
    let vhost = Vhost::new().await;
    let mut config = vhost.config();
    config.url = vhost.encrypted_url().into();
    let process = Process::start(&config).await;
    let mut hints = process.consume(1).await;
    let subject = process.hint();
    assert_eq!(next(&mut hints).await.subject, subject);
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn no_more_are_held_than_the_prefetch_says() {
    let vhost = Vhost::new().await;
    let (busy, idle) = (vhost.process().await, vhost.process().await);
    let mut held = busy.consume(2).await;
    for _ in 0..5 {
        busy.hint();
    }
    let (one, two) = (next(&mut held).await, next(&mut held).await);
    assert!(tokio::time::timeout(A_WHILE, held.next()).await.is_err(), "the third is held back");
    // The rest is left for others.
    let mut others = idle.consume(5).await;
    for _ in 0..3 {
        next(&mut others).await.ack();
    }
    one.ack();
    two.ack();
    let subject = idle.hint();
    let delivery = tokio::select! {
        delivery = next(&mut held) => delivery,
        delivery = next(&mut others) => delivery,
    };
    assert_eq!(delivery.subject, subject);
    drop((delivery, held, others));
    busy.stop().await;
    idle.stop().await;
}

#[tokio::test]
async fn a_hint_that_was_not_acked_comes_again_when_its_connection_is_closed() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    let mut hints = process.consume(1).await;
    let subject = process.hint();
    let first = next(&mut hints).await;
    vhost.close_connections(QUEUE).await;
    let second = next(&mut hints).await;
    assert_eq!((first.subject, second.subject), (subject, subject));
    // Too late, and harmless: its connection is no more.
    first.ack();
    second.ack();
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn a_hint_that_is_dropped_comes_again() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    let mut hints = process.consume(1).await;
    let subject = process.hint();
    drop(next(&mut hints).await);
    assert_eq!(next(&mut hints).await.subject, subject);
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn each_kind_has_its_queue_even_one_that_no_setting_names() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    let kind = shared::jobs::Kind::new("moderate");
    let subject = uuid::Uuid::now_v7();
    // Its queue does not exist yet: the hint comes back, and is published again.
    process.broker.publish(shared::broker::Hint { kind, subject });
    let mut hints = process.broker.consume(kind, 1);
    assert_eq!(next(&mut hints).await.subject, subject);
    until(async || process.is_well()).await;
    drop(hints);
    process.stop().await;
}
