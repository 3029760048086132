//! Consumes the hints of one kind.

mod session;

use std::sync::Arc;

use tokio::sync::mpsc;

use self::session::Session;
use super::publisher::Publisher;
use super::server::{Retries, Server};
use super::watch::Post;
use crate::broker::Delivery;
use crate::jobs::Kind;
use crate::telemetry::Trouble;

/// The worker's end. When it is dropped the consumer is cancelled, and what it has not taken goes
/// back to the queue.
pub struct RabbitHints(mpsc::Receiver<Delivery>);

impl RabbitHints {
    pub async fn next(&mut self) -> Delivery {
        match self.0.recv().await {
            Some(delivery) => delivery,
            // The consumer has ended, and so does the process.
            None => std::future::pending().await,
        }
    }
}

/// What a consumer works with, from one connection to the next.
struct Consumer {
    server: Arc<Server>,
    publisher: Publisher,
    post: Post,
    queue: String,
    prefetch: u16,
    deliveries: mpsc::Sender<Delivery>,
    unreadable: Trouble,
}

/// Consumes until the worker's end is dropped.
pub fn start(
    server: Arc<Server>,
    publisher: Publisher,
    kind: Kind,
    prefetch: usize,
) -> RabbitHints {
    // Zero would mean "without bounds".
    let prefetch = u16::try_from(prefetch).unwrap_or(u16::MAX).max(1);
    let (deliveries, receiver) = mpsc::channel(usize::from(prefetch));
    let queue = server.topology.queue(kind);
    let post = server.watch.post(format!("consumes {queue}"));
    let lifecycle = server.lifecycle.clone();
    let unreadable = Trouble::new("messages cannot be read; they go to the dead-letter queue");
    let consumer = Consumer { server, publisher, post, queue, prefetch, deliveries, unreadable };
    lifecycle.spawn_detached("broker.consumer", consumer.run());
    RabbitHints(receiver)
}

impl Consumer {
    async fn run(self) {
        let stopping = self.server.lifecycle.stopping();
        let mut retries = Retries::begin();
        loop {
            let session = tokio::select! {
                session = Session::open(&self) => session,
                () = stopping.cancelled() => return,
                () = self.deliveries.closed() => return,
            };
            let ended = match session {
                Ok(session) => session.run().await,
                Err(failure) => Err(failure),
            };
            let Err(failure) = ended else { return };
            let again = tokio::select! {
                again = retries.pause(&self.server, &self.post, &failure, &stopping) => again,
                () = self.deliveries.closed() => false,
            };
            if !again {
                return;
            }
        }
    }
}
