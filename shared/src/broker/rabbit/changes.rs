//! Hears what changed in other processes.

use std::sync::Arc;

use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicConsumeOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use tokio::sync::broadcast::Sender;

use super::body;
use super::link::Link;
use super::server::{Retries, Server};
use super::trouble::Failure;
use super::watch::Post;
use crate::broker::Change;

/// The broker keeps this many for a process that is slow to read, and drops older ones.
const LONGEST_QUEUE: i32 = 10_000;

struct Listener {
    server: Arc<Server>,
    post: Post,
    changes: Sender<Change>,
    origin: ShortString,
}

/// Listens until the process stops.
pub fn start(server: Arc<Server>, changes: Sender<Change>, origin: ShortString) {
    let post = server.watch.post("listens for changes".to_owned());
    let lifecycle = server.lifecycle.clone();
    let listener = Listener { server, post, changes, origin };
    lifecycle.spawn_detached("broker.changes", listener.run());
}

impl Listener {
    async fn run(self) {
        // As long as the door is open somebody may watch.
        let closing = self.server.lifecycle.closing();
        let mut retries = Retries::begin();
        loop {
            let failure = tokio::select! {
                () = closing.cancelled() => return,
                failure = self.session() => failure,
            };
            if !retries.pause(&self.server, &self.post, &failure, &closing).await {
                return;
            }
        }
    }

    async fn session(&self) -> Failure {
        match self.listen().await {
            Ok(()) => Failure::away("the broker cancelled the consumer"),
            Err(failure) => failure,
        }
    }

    /// One connection's life: a queue that is ours alone, and goes when we do.
    async fn listen(&self) -> Result<(), Failure> {
        let server = &*self.server;
        let link = Link::open(server, self.post.name()).await?;
        server.topology.declare_exchange(server, &link).await?;
        let channel = link.channel(server).await?;
        let options =
            QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
        let mut bounded = FieldTable::default();
        bounded.insert("x-max-length".into(), AMQPValue::LongInt(LONGEST_QUEUE));
        let queue = channel.queue_declare("".into(), options, bounded);
        let queue = server.in_time("declaring a queue for changes", queue).await?.name().clone();
        let (exchange, options) = (server.topology.exchange().into(), QueueBindOptions::default());
        let bound =
            channel.queue_bind(queue.clone(), exchange, "".into(), options, FieldTable::default());
        server.in_time("binding the queue for changes", bound).await?;
        let options = BasicConsumeOptions { no_ack: true, exclusive: true, ..Default::default() };
        let consumer = channel.basic_consume(queue, "".into(), options, FieldTable::default());
        let mut consumer = server.in_time("consuming changes", consumer).await?;
        self.post.well();
        // Nobody knows what was told before: whoever watches looks for himself.
        let _ = self.changes.send(Change::Missed);
        while let Some(delivery) = consumer.next().await {
            self.tell(&delivery?);
        }
        Ok(())
    }

    fn tell(&self, delivery: &Delivery) {
        // Our own are told already.
        if delivery.properties.app_id().as_ref() == Some(&self.origin) {
            return;
        }
        match body::read(&delivery.data) {
            // An error means that nobody watches.
            Ok(subject) => drop(self.changes.send(Change::Of(subject))),
            Err(error) => tracing::debug!(%error, "a change cannot be read"),
        }
    }
}
