//! Queues that exist already.

use serde_json::json;
use shared::config::{QueueArgument, QueueType};
use uuid::Uuid;

use super::harness::{CAPTION, Process, QUEUE, Vhost, next, until};
use super::log;

#[tokio::test]
async fn a_queue_that_is_another_is_said_once_and_stops_nobody() {
    let vhost = Vhost::new().await;
    let mut config = vhost.config();
    // A name that no other test has in its log.
    let queue = format!("theirs-{}", Uuid::now_v7());
    config.queues.insert("caption".to_owned(), queue.clone());
    vhost.declare(&queue, json!({})).await;
    let process = Process::begin(&config);
    let mut hints = process.broker.consume(CAPTION, 1);
    let subject = process.hint();
    until(async || !log::lines(&["WARN", &queue, "broker.queue_type"]).is_empty()).await;
    assert!(!process.is_well());
    // Tried again and again meanwhile: each try opens a connection.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let lines = log::lines(&["WARN", &queue]);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let said = lines[0].contains("PRECONDITION_FAILED") && lines[0].contains("x-queue-type");
    assert!(said, "it says what the broker said: {}", lines[0]);
    assert!(!process.is_well());
    // The operator does as the line says.
    vhost.delete_queue(&queue).await;
    process.well().await;
    assert_eq!(next(&mut hints).await.subject, subject, "what was published meanwhile comes");
    drop(hints);
    process.stop().await;
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
    let subject = process.hint();
    let delivery = next(&mut hints).await;
    assert_eq!(delivery.subject, subject);
    delivery.ack();
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
