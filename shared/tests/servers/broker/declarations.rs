//! Queues that exist already.

use std::time::Duration;

use serde_json::json;
use shared::broker::{Change, Hint, Hints};
use shared::config::{QueueArgument, QueueType};
use shared::jobs::Kind;
use uuid::Uuid;

use super::harness::{CAPTION, DEAD, Process, QUEUE, Vhost, next, until, within};
use crate::log;

#[tokio::test]
async fn a_queue_that_is_another_is_said_once_and_used_as_it_is() {
    let vhost = Vhost::new().await;
    let mut config = vhost.config();
    // A name that no other test has in its log.
    let queue = format!("theirs-{}", Uuid::now_v7());
    config.queues.insert("caption".to_owned(), queue.clone());
    vhost.declare(&queue, json!({})).await;
    let process = Process::begin(&config);
    let mut hints = process.broker.consume(CAPTION, 1);
    flows(&process, &mut hints).await;
    until(async || !log::lines(&["WARN", &queue, "broker.queue_type"]).is_empty()).await;
    assert!(!process.is_well());
    // Looked at again and again meanwhile.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let lines = log::lines(&["WARN", &queue]);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let said = lines[0].contains("PRECONDITION_FAILED") && lines[0].contains("x-queue-type");
    assert!(said, "it says what the broker said: {}", lines[0]);
    assert!(!process.is_well());
    // The operator does as the line says.
    vhost.delete_queue(&queue).await;
    process.well().await;
    flows(&process, &mut hints).await;
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn a_dead_letter_queue_that_is_another_stops_neither_hints_nor_changes() {
    let vhost = Vhost::new().await;
    for queue in [DEAD, "redraw.generate.dead"] {
        vhost.declare(queue, json!({})).await;
    }
    let (process, other) = (Process::begin(&vhost.config()), Process::begin(&vhost.config()));
    let mut changes = other.broker.changes();
    other.broker.listen_for_changes();
    for kind in ["caption", "generate", "notify"].map(Kind::new) {
        let mut hints = process.broker.consume(kind, 1);
        let subject = Uuid::now_v7();
        process.broker.publish(Hint { kind, subject });
        let delivery = next(&mut hints).await;
        assert_eq!(delivery.subject, subject);
        delivery.ack();
    }
    let subject = Uuid::now_v7();
    // Until the other listens: changes are not kept.
    within(async {
        loop {
            process.broker.announce_change(subject);
            let heard = tokio::time::timeout(Duration::from_millis(100), changes.recv()).await;
            if let Ok(Ok(Change::Of(changed))) = heard {
                return assert_eq!(changed, subject);
            }
        }
    })
    .await;
    assert!(!process.is_well());
    for queue in [DEAD, "redraw.generate.dead"] {
        vhost.delete_queue(queue).await;
    }
    process.well().await;
    process.stop().await;
    other.stop().await;
}

async fn flows(process: &Process, hints: &mut Hints) {
    let subject = process.hint();
    let delivery = next(hints).await;
    assert_eq!(delivery.subject, subject);
    delivery.ack();
}

#[tokio::test]
async fn a_classic_queue_of_another_program_is_shared() {
    let vhost = Vhost::new().await;
    vhost.declare(QUEUE, json!({})).await;
    let mut config = vhost.config();
    config.queue_type = QueueType::Classic;
    works(&config).await;
}

#[tokio::test]
async fn a_queue_with_arguments_is_shared_once_they_are_named() {
    let vhost = Vhost::new().await;
    let arguments = json!({
        "x-queue-type": "classic",
        "x-max-length": 500_000,
        "x-overflow": "reject-publish",
        "x-single-active-consumer": false,
    });
    for queue in ["image_queue", "redraw.generate", "redraw.notify"] {
        vhost.declare(queue, arguments.clone()).await;
    }
    let mut config = vhost.config();
    config.queue_type = QueueType::Classic;
    config.queue_arguments.extend([
        ("x-queue-type".to_owned(), QueueArgument::Text("classic".to_owned())),
        ("x-max-length".to_owned(), QueueArgument::Number(500_000)),
        ("x-overflow".to_owned(), QueueArgument::Text("reject-publish".to_owned())),
        ("x-single-active-consumer".to_owned(), QueueArgument::Switch(false)),
    ]);
    works(&config).await;
}

async fn works(config: &shared::config::BrokerConfig) {
    let process = Process::start(config).await;
    let mut hints = process.consume(1).await;
    flows(&process, &mut hints).await;
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn a_wrong_password_is_told_without_showing_it() {
    let vhost = Vhost::new().await;
    let mut config = vhost.config();
    let (start, rest) =
        vhost.url().split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let (user, _) = start.rsplit_once(':').unwrap();
    config.url = format!("{user}:s3cret-and-wrong@{rest}").into();
    let process = Process::begin(&config);
    until(async || !log::lines(&["WARN", "the broker refuses us"]).is_empty()).await;
    assert!(!process.is_well());
    assert!(log::lines(&["s3cret-and-wrong"]).is_empty());
    process.stop().await;
}
