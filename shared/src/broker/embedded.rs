//! The broker of a single process: bounded channels.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, mpsc};
use uuid::Uuid;

use super::{Change, Hint};
use crate::jobs::Kind;

/// A queue for each kind of job, made when it is first named, and a line on which changes are told.
#[derive(Clone)]
pub struct Channels {
    capacity: usize,
    queues: Arc<Mutex<HashMap<Kind, Queue>>>,
    changes: broadcast::Sender<Change>,
}

#[derive(Clone)]
struct Queue {
    sender: mpsc::Sender<Uuid>,
    receiver: Arc<tokio::sync::Mutex<mpsc::Receiver<Uuid>>>,
}

impl Channels {
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        let (changes, _) = broadcast::channel(capacity);
        Self { capacity, queues: Arc::default(), changes }
    }

    pub fn publish(&self, hint: Hint) {
        if self.queue(hint.kind).sender.try_send(hint.subject).is_err() {
            metrics::counter!("hints_dropped_total", "kind" => hint.kind.name()).increment(1);
            tracing::debug!(?hint, "no room for the hint; a tick will find its work");
        }
    }

    pub fn announce_change(&self, subject: Uuid) {
        // An error means that nobody watches.
        let _ = self.changes.send(Change::Of(subject));
    }

    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    pub fn consume(&self, kind: Kind) -> EmbeddedHints {
        EmbeddedHints(self.queue(kind))
    }

    fn queue(&self, kind: Kind) -> Queue {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let (sender, receiver) = mpsc::channel(self.capacity);
            Queue { sender, receiver: Arc::new(tokio::sync::Mutex::new(receiver)) }
        };
        queues.entry(kind).or_insert_with(new).clone()
    }
}

/// A consumer's end.
pub struct EmbeddedHints(Queue);

impl EmbeddedHints {
    pub async fn next(&mut self) -> Uuid {
        match self.0.receiver.lock().await.recv().await {
            Some(subject) => subject,
            // Cannot be: this end holds a sender too.
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Channels, Hint};
    use crate::jobs::Kind;

    #[tokio::test]
    async fn a_hint_goes_to_one_consumer_and_too_many_are_dropped() {
        let kind = Kind::new("paint");
        let channels = Channels::new(2);
        let subjects = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
        for subject in subjects {
            channels.publish(Hint { kind, subject });
        }
        let (mut one, mut other) = (channels.consume(kind), channels.consume(kind));
        assert_eq!(one.next().await, subjects[0]);
        assert_eq!(other.next().await, subjects[1]);
        channels.publish(Hint { kind, subject: subjects[0] });
        assert_eq!(one.next().await, subjects[0]);
    }
}
