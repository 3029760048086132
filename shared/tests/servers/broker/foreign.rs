//! Messages of other programs, good and bad.

use std::time::Duration;

use lapin::message::Delivery;
use lapin::options::{BasicGetOptions, BasicPublishOptions};
use lapin::types::{FieldTable, ShortString};
use lapin::{BasicProperties, Channel};
use serde_json::json;
use uuid::Uuid;

use super::harness::{CAPTION, DEAD, Process, QUEUE, Vhost, next, until, within};

async fn publish(channel: &Channel, body: &[u8]) {
    let user: ShortString = "redraw".into();
    // An expiry, and a claim about who sent it: neither may follow it to its grave.
    let properties = BasicProperties::default()
        .with_content_type("text/plain".into())
        .with_expiration("60000".into())
        .with_user_id(user);
    let options = BasicPublishOptions::default();
    let sent = channel.basic_publish("".into(), QUEUE.into(), options, body, properties).await;
    sent.unwrap().await.unwrap();
}

#[tokio::test]
async fn a_bare_id_and_json_with_an_id_are_hints() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    let mut hints = process.consume(4).await;
    let (_connection, channel) = vhost.channel().await;
    let id = Uuid::now_v7();
    for body in [
        format!("{id}"),
        format!("\"{id}\"\n"),
        format!("{{\"id\": \"{id}\", \"from\": \"another program\", \"tries\": 3}}"),
    ] {
        publish(&channel, body.as_bytes()).await;
        let delivery = next(&mut hints).await;
        assert_eq!(delivery.subject, id, "{body}");
        delivery.ack();
    }
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_whole_and_the_queue_goes_on() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    // A prefetch of one: a message that got stuck would hold up all others.
    let mut hints = process.consume(1).await;
    let (_connection, channel) = vhost.channel().await;
    let long = vec![b'x'; 50_000];
    let poison: [&[u8]; 4] = [b"hello", b"\xff\xfe\x00", b"{\"id\": 7}", &long];
    for body in poison {
        publish(&channel, body).await;
    }
    let hint = process.hint();
    let delivery = next(&mut hints).await;
    assert_eq!(delivery.subject, hint);
    delivery.ack();
    for body in poison {
        let got = take(&channel, DEAD).await;
        assert_eq!(got.data, body);
        let properties = &got.properties;
        assert_eq!(properties.delivery_mode(), &Some(2));
        assert_eq!(properties.content_type(), &Some("text/plain".into()));
        assert!(properties.expiration().is_none());
        let headers = properties.headers().as_ref().unwrap().inner();
        let reason = headers["x-redraw-reason"].as_long_string().unwrap().to_string();
        assert!(reason.starts_with("the body is"), "{reason}");
    }
    drop(hints);
    process.stop().await;
    assert_eq!(waiting(&channel, QUEUE).await, 0, "all were acked");
}

#[tokio::test]
async fn without_a_queue_to_put_it_aside_one_is_made() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    let hints = process.consume(1).await;
    vhost.delete_queue(DEAD).await;
    let (_connection, channel) = vhost.channel().await;
    publish(&channel, b"poison").await;
    until(async || {
        // Asking for a queue that is not there costs the channel.
        let (_connection, channel) = vhost.channel().await;
        let got = channel.basic_get(DEAD.into(), BasicGetOptions { no_ack: true }).await;
        got.is_ok_and(|got| got.is_some_and(|message| message.data == b"poison"))
    })
    .await;
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn it_is_put_aside_in_a_queue_that_is_another_as_well() {
    let vhost = Vhost::new().await;
    vhost.declare(DEAD, json!({})).await;
    let process = Process::begin(&vhost.config());
    let hints = process.broker.consume(CAPTION, 1);
    let (_connection, channel) = vhost.channel().await;
    // The queue is there before it is published to: nothing would take it.
    until(async || vhost.has_consumer(QUEUE).await).await;
    publish(&channel, b"poison").await;
    assert_eq!(take(&channel, DEAD).await.data, b"poison");
    assert!(!process.is_well());
    drop(hints);
    process.stop().await;
}

#[tokio::test]
async fn what_can_be_put_nowhere_goes_back_and_holds_up_neither_hints_nor_the_stop() {
    let vhost = Vhost::new().await;
    let process = vhost.process().await;
    let mut hints = process.consume(2).await;
    // From now on there is another one, which takes nothing.
    vhost.delete_queue(DEAD).await;
    vhost.declare(DEAD, json!({ "x-max-length": 0, "x-overflow": "reject-publish" })).await;
    let (_connection, channel) = vhost.channel().await;
    publish(&channel, b"poison").await;
    let subject = Uuid::now_v7();
    publish(&channel, subject.to_string().as_bytes()).await;
    let delivery = next(&mut hints).await;
    assert_eq!(delivery.subject, subject);
    delivery.ack();
    // The publisher has given up by now, and the consumer pauses.
    process.unwell().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(hints);
    process.stop().await;
    assert_eq!(take(&channel, QUEUE).await.data, b"poison", "it is where it was");
}

/// The next message of a queue. A quorum queue shows a message a moment after it has confirmed it.
async fn take(channel: &Channel, queue: &str) -> Delivery {
    within(async {
        loop {
            let got = channel.basic_get(queue.into(), BasicGetOptions { no_ack: true }).await;
            match got.unwrap() {
                Some(message) => return message.delivery,
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    })
    .await
}

async fn waiting(channel: &Channel, queue: &str) -> u32 {
    let options = lapin::options::QueueDeclareOptions { passive: true, ..Default::default() };
    let queue = channel.queue_declare(queue.into(), options, FieldTable::default()).await.unwrap();
    queue.message_count()
}
