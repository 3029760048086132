//! Hints: messages that say "look". Losing or doubling one costs time, never work.
//!
//! Backends are the variants of [`Broker`]. What each must offer is small: publish without making
//! the publisher wait, hand hints to consumers, and have a hint acked after the work it announced.

mod embedded;
mod rabbit;

use secrecy::ExposeSecret;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::config::{BrokerConfig, EMBEDDED};
use crate::jobs::Kind;
use crate::lifecycle::Lifecycle;
use crate::tls::Roots;

pub use self::embedded::EmbeddedHints;
pub use self::rabbit::{BrokerFindings, Found, RabbitHints, Receipt, Thing, inspect};

/// "A job of this kind waits on this subject."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    pub kind: Kind,
    pub subject: Uuid,
}

/// What those who watch are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// This subject changed.
    Of(Uuid),
    /// Any may have: the line to the other processes was cut for a while.
    Missed,
}

/// Whether hints flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerState {
    Ok,
    /// Work goes on without hints, by the ticks.
    Unavailable,
}

/// Where hints go. Cheap to clone.
#[derive(Clone)]
pub enum Broker {
    /// Channels in this process: hints do not reach other processes, the ticks there find the work.
    Embedded(embedded::Channels),
    /// RabbitMQ, by AMQP 0-9-1.
    Rabbit(rabbit::Rabbit),
}

/// A consumer's end, for one kind of job.
pub enum Hints {
    Embedded(EmbeddedHints),
    Rabbit(RabbitHints),
}

impl Broker {
    /// Begins to connect, and returns: a broker that is away is no reason not to start.
    ///
    /// # Errors
    ///
    /// When a setting cannot be used. Never shows the password.
    pub fn connect(
        config: &BrokerConfig,
        roots: &Roots,
        lifecycle: &Lifecycle,
    ) -> anyhow::Result<Self> {
        match config.url.expose_secret() {
            EMBEDDED => Ok(Self::Embedded(embedded::Channels::new(config.capacity))),
            _ => Ok(Self::Rabbit(rabbit::Rabbit::connect(config, roots, lifecycle)?)),
        }
    }

    /// Publishes after a commit. Never waits and never fails: a hint that finds no room is dropped
    /// and counted, and a tick finds its work.
    pub fn publish(&self, hint: Hint) {
        match self {
            Self::Embedded(channels) => channels.publish(hint),
            Self::Rabbit(rabbit) => rabbit.publish(hint),
        }
    }

    /// Tells everyone who watches, here and in other processes, that a request changed.
    pub fn announce_change(&self, subject: Uuid) {
        match self {
            Self::Embedded(channels) => channels.announce_change(subject),
            Self::Rabbit(rabbit) => rabbit.announce_change(subject),
        }
    }

    /// Has the changes that other processes announce come here too. For those who call
    /// [`changes`](Self::changes); the others need not hear them all.
    pub fn listen_for_changes(&self) {
        match self {
            Self::Embedded(_) => {}
            Self::Rabbit(rabbit) => rabbit.listen_for_changes(),
        }
    }

    /// What changes from now on. A slow reader misses some, and is told so.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        match self {
            Self::Embedded(channels) => channels.changes(),
            Self::Rabbit(rabbit) => rabbit.changes(),
        }
    }

    /// Hints of one kind; every hint goes to one of its consumers. `prefetch`: how many of them a
    /// consumer may hold that it has not acked.
    #[must_use]
    pub fn consume(&self, kind: Kind, prefetch: usize) -> Hints {
        match self {
            Self::Embedded(channels) => Hints::Embedded(channels.consume(kind)),
            Self::Rabbit(rabbit) => Hints::Rabbit(rabbit.consume(kind, prefetch)),
        }
    }

    /// Whether hints are published, and every consumer gets its own.
    #[must_use]
    pub fn state(&self) -> BrokerState {
        let well = match self {
            Self::Embedded(_) => true,
            Self::Rabbit(rabbit) => rabbit.is_well(),
        };
        if well { BrokerState::Ok } else { BrokerState::Unavailable }
    }
}

impl Hints {
    /// The next hint. Safe to cancel.
    pub async fn next(&mut self) -> Delivery {
        match self {
            Self::Embedded(hints) => Delivery { subject: hints.next().await, receipt: None },
            Self::Rabbit(hints) => hints.next().await,
        }
    }
}

/// A hint in a consumer's hands. Dropped without an ack it goes back to the queue.
#[derive(Debug)]
pub struct Delivery {
    pub subject: Uuid,
    receipt: Option<Receipt>,
}

impl Delivery {
    /// Says that the hint has served: its work is committed, or is somebody else's. Does not wait;
    /// should it get lost, the hint comes again, and finds nothing to do.
    pub fn ack(self) {
        if let Some(receipt) = self.receipt {
            receipt.ack();
        }
    }
}
