//! Messages of other programs, good and bad.

use lapin::options::{BasicGetOptions, BasicPublishOptions};
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel};
use uuid::Uuid;

use super::harness::{DEAD, QUEUE, Vhost, next, until};

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
    let poison: [&[u8]; 4] = [b"hello", b"\xff\xfe\x00", b"{\"id\": 7}", &[b'x'; 50_000]];
    for body in poison {
        publish(&channel, body).await;
    }
    let hint = process.hint();
    let delivery = next(&mut hints).await;
    assert_eq!(delivery.subject, hint);
    delivery.ack();
    for body in poison {
        let got = channel.basic_get(DEAD.into(), BasicGetOptions { no_ack: true }).await.unwrap();
        let got = got.expect("it is put aside before the next is read").delivery;
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
async fn what_cannot_be_put_aside_yet_is_not_lost() {
    let vhost = Vhost::new().await;
    let mut config = vhost.config();
    config.timeout = std::time::Duration::from_secs(1);
    let process = super::harness::Process::start(&config).await;
    let hints = process.consume(1).await;
    vhost.delete_queue(DEAD).await;
    // Nothing takes it at first; the publisher declares the queue anew.
    let (_connection, channel) = vhost.channel().await;
    publish(&channel, b"poison").await;
    until(async || {
        let (_connection, channel) = vhost.channel().await;
        let options = lapin::options::QueueDeclareOptions { passive: true, ..Default::default() };
        let dead = channel.queue_declare(DEAD.into(), options, Default::default()).await;
        dead.is_ok_and(|queue| queue.message_count() == 1)
    })
    .await;
    drop(hints);
    process.stop().await;
}

async fn waiting(channel: &Channel, queue: &str) -> u32 {
    let options = lapin::options::QueueDeclareOptions { passive: true, ..Default::default() };
    let queue = channel.queue_declare(queue.into(), options, Default::default()).await.unwrap();
    queue.message_count()
}
