//! Hints: messages that say "look". Losing or doubling one costs time, never work.
//!
//! Backends are the variants of [`Broker`]. What each must offer is small: publish without making
//! the publisher wait, hand hints to consumers, and have a hint acked after the work it announced.

mod embedded;

use anyhow::bail;
use secrecy::ExposeSecret;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::config::{BrokerConfig, EMBEDDED};
use crate::jobs::Kind;

pub use self::embedded::EmbeddedHints;

/// "A job of this kind waits on this subject."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    pub kind: Kind,
    pub subject: Uuid,
}

/// Where hints go. Cheap to clone.
#[derive(Clone)]
pub enum Broker {
    /// Channels in this process: hints do not reach other processes, the ticks there find the work.
    Embedded(embedded::Channels),
}

/// A consumer's end, for one kind of job.
pub enum Hints {
    Embedded(EmbeddedHints),
}

impl Broker {
    /// # Errors
    ///
    /// When the URL names a broker that this build does not speak to.
    pub fn connect(config: &BrokerConfig) -> anyhow::Result<Self> {
        match config.url.expose_secret() {
            EMBEDDED => Ok(Self::Embedded(embedded::Channels::new(config.capacity))),
            _ => bail!("broker.url must be `embedded`: this version speaks to no other broker"),
        }
    }

    /// Publishes after a commit. Never waits and never fails: a hint that finds no room is dropped
    /// and counted, and a tick finds its work.
    pub fn publish(&self, hint: Hint) {
        match self {
            Self::Embedded(channels) => channels.publish(hint),
        }
    }

    /// Tells everyone who watches that a request changed.
    pub fn announce_change(&self, subject: Uuid) {
        match self {
            Self::Embedded(channels) => channels.announce_change(subject),
        }
    }

    /// The subjects that change from now on. A slow reader misses some, and is told so.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Uuid> {
        match self {
            Self::Embedded(channels) => channels.changes(),
        }
    }

    /// Hints of one kind; every hint goes to one of its consumers.
    #[must_use]
    pub fn consume(&self, kind: Kind) -> Hints {
        match self {
            Self::Embedded(channels) => Hints::Embedded(channels.consume(kind)),
        }
    }
}

impl Hints {
    /// The next hint's subject. Safe to cancel.
    pub async fn next(&mut self) -> Delivery {
        match self {
            Self::Embedded(hints) => Delivery { subject: hints.next().await },
        }
    }
}

/// A hint in a consumer's hands.
#[derive(Debug)]
pub struct Delivery {
    pub subject: Uuid,
}

impl Delivery {
    /// Says that the hint has served: its work is committed, or is somebody else's.
    pub fn ack(self) {}
}
