//! Stopping: what was said last is still heard, and nothing is kept from others.

use shared::broker::Hint;
use shared::lifecycle::{Lifecycle, Signals};
use uuid::Uuid;

use super::harness::{CAPTION, Process, Vhost, next, within};

#[tokio::test]
async fn hints_published_just_before_the_end_arrive() {
    let vhost = Vhost::new().await;
    let (leaving, staying) = (vhost.process().await, vhost.process().await);
    let subjects: Vec<_> = (0..300).map(|_| leaving.hint()).collect();
    leaving.stop().await;
    let mut hints = staying.consume(10).await;
    for subject in subjects {
        let delivery = next(&mut hints).await;
        assert_eq!(delivery.subject, subject);
        delivery.ack();
    }
    drop(hints);
    staying.stop().await;
}

#[tokio::test]
async fn a_worker_that_ends_after_the_signal_still_announces_and_acks() {
    let vhost = Vhost::new().await;
    let staying = vhost.process().await;
    let lifecycle = Lifecycle::new();
    let roots = crate::settings::public_roots();
    let broker = shared::broker::Broker::connect(&vhost.config(), &roots, &lifecycle).unwrap();
    let (work, then) = (Uuid::now_v7(), Uuid::now_v7());
    let stopping = lifecycle.stopping();
    let mut hints = broker.consume(CAPTION, 3);
    broker.publish(Hint { kind: CAPTION, subject: work });
    let held = next(&mut hints).await;
    assert_eq!(held.subject, work);
    // Two more that the worker was handed, and never looked at.
    let untaken = [staying.hint(), staying.hint()];
    let worker = broker.clone();
    lifecycle.spawn("worker", async move {
        stopping.cancelled().await;
        drop(hints);
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        worker.publish(Hint { kind: CAPTION, subject: then });
        held.ack();
        Ok(())
    });
    lifecycle.stop();
    let signals = Signals::listen().unwrap();
    lifecycle.run(signals, std::time::Duration::from_secs(20)).await.unwrap();
    drop(broker);
    let mut rest = staying.consume(3).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let delivery = next(&mut rest).await;
        seen.push(delivery.subject);
        delivery.ack();
    }
    for subject in [untaken[0], untaken[1], then] {
        assert!(seen.contains(&subject), "{subject} of {seen:?}, and not {work}");
    }
    drop(rest);
    staying.stop().await;
}

#[tokio::test]
async fn a_broker_that_is_away_does_not_hold_up_the_stop() {
    let mut config = Vhost::new().await.config();
    config.url = "amqp://nobody:here@127.0.0.1:1".to_owned().into();
    let process = Process::begin(&config);
    let hints = process.broker.consume(CAPTION, 1);
    process.hint();
    drop(hints);
    within(process.stop()).await;
}
