//! RabbitMQ, by AMQP 0-9-1: a connection that publishes, one for each consumer, and one that hears
//! of changes.
//!
//! They are apart since a broker whose memory or disk runs low stops reading from whoever
//! publishes, and consuming must go on meanwhile. Each has its supervisor, which connects again
//! whatever broke: connection, channel or consumer.

mod address;
mod body;
mod changes;
mod consumer;
mod inspection;
mod link;
mod publisher;
mod receipt;
mod server;
mod topology;
mod trouble;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lapin::types::ShortString;
use tokio::sync::broadcast;
use uuid::Uuid;

use self::publisher::Publisher;
use self::server::Server;
use super::{Change, Hint};
use crate::config::BrokerConfig;
use crate::jobs::Kind;
use crate::lifecycle::Lifecycle;
use crate::tls::Roots;

pub use self::consumer::RabbitHints;
pub use self::inspection::{BrokerFindings, Found, Thing, inspect};
pub use self::receipt::Receipt;

/// One RabbitMQ, seen from this process. Cheap to clone.
#[derive(Clone)]
pub struct Rabbit {
    server: Arc<Server>,
    publisher: Publisher,
    changes: broadcast::Sender<Change>,
    listening: Arc<AtomicBool>,
    /// Tells our own changes from those of other processes; the `app_id` of what we publish.
    origin: ShortString,
}

impl Rabbit {
    pub fn connect(
        config: &BrokerConfig,
        roots: &Roots,
        lifecycle: &Lifecycle,
    ) -> anyhow::Result<Self> {
        let capacity = config.capacity.max(1);
        let server = Arc::new(Server::new(config, roots, lifecycle.clone())?);
        let origin = ShortString::from(format!("redraw:{}", Uuid::now_v7()));
        let (changes, _) = broadcast::channel(capacity);
        Ok(Self {
            publisher: publisher::start(Arc::clone(&server), capacity, origin.clone()),
            changes,
            listening: Arc::default(),
            origin,
            server,
        })
    }

    pub fn publish(&self, hint: Hint) {
        self.publisher.publish(hint);
    }

    pub fn announce_change(&self, subject: Uuid) {
        // Those in this process need no broker for it. An error means that nobody watches.
        let _ = self.changes.send(Change::Of(subject));
        self.publisher.announce_change(subject);
    }

    pub fn listen_for_changes(&self) {
        if !self.listening.swap(true, Ordering::Relaxed) {
            changes::start(Arc::clone(&self.server), self.changes.clone(), self.origin.clone());
        }
    }

    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    pub fn consume(&self, kind: Kind, prefetch: usize) -> RabbitHints {
        consumer::start(Arc::clone(&self.server), self.publisher.clone(), kind, prefetch)
    }

    pub fn is_well(&self) -> bool {
        self.server.watch.is_well()
    }
}
