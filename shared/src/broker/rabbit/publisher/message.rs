//! What is published, and how it looks on the wire.

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::super::topology::{Topology, dead};
use super::super::{body, body::Unreadable};
use crate::broker::Hint;

/// A message that survives the broker's restart (AMQP 0-9-1: delivery-mode 2).
const PERSISTENT: u8 = 2;

/// A message on its way out.
pub struct Message {
    /// By which we know it again when it is returned.
    pub id: Uuid,
    pub content: Content,
    /// Nothing took it once; it is tried a second time.
    pub again: bool,
}

pub enum Content {
    Hint(Hint),
    Change(Uuid),
    DeadLetter(DeadLetter, oneshot::Sender<()>),
}

/// A delivery that cannot be read.
pub struct DeadLetter {
    /// Where it lay.
    pub queue: String,
    pub reason: Unreadable,
    pub body: Vec<u8>,
    pub content_type: Option<ShortString>,
}

impl Message {
    pub fn new(content: Content) -> Self {
        Self { id: Uuid::now_v7(), content, again: false }
    }

    /// Whether it is worth keeping until the broker is there again.
    pub fn keeps(&self) -> bool {
        matches!(self.content, Content::Hint(_))
    }

    /// Whether somebody still waits for it.
    pub fn is_wanted(&self) -> bool {
        !matches!(&self.content, Content::DeadLetter(_, buried) if buried.is_closed())
    }

    /// Exchange and routing key.
    pub fn route(&self, topology: &Topology) -> (ShortString, ShortString) {
        match &self.content {
            Content::Change(_) => (topology.exchange().into(), "".into()),
            Content::Hint(hint) => ("".into(), topology.queue(hint.kind).into()),
            Content::DeadLetter(letter, _) => ("".into(), dead(&letter.queue).into()),
        }
    }

    /// The queue that must exist for it to arrive.
    pub fn queue(&self, topology: &Topology) -> Option<String> {
        match &self.content {
            Content::Change(_) => None,
            Content::Hint(hint) => Some(topology.queue(hint.kind)),
            Content::DeadLetter(letter, _) => Some(letter.queue.clone()),
        }
    }

    pub fn body(&self) -> Vec<u8> {
        match &self.content {
            Content::Hint(Hint { subject, .. }) | Content::Change(subject) => body::write(*subject),
            Content::DeadLetter(letter, _) => letter.body.clone(),
        }
    }

    pub fn properties(&self, origin: &ShortString) -> BasicProperties {
        let properties = BasicProperties::default()
            .with_message_id(self.id.to_string().into())
            .with_app_id(origin.clone());
        let json: ShortString = "application/json".into();
        match &self.content {
            Content::Hint(_) => properties.with_content_type(json).with_delivery_mode(PERSISTENT),
            Content::Change(_) => properties.with_content_type(json),
            // Of what the sender set nothing else is repeated: some of it has power over the
            // broker (`user-id`, `expiration`, the header `CC`).
            Content::DeadLetter(letter, _) => {
                let mut headers = FieldTable::default();
                let mut say = |name: &str, text: String| {
                    headers.insert(name.into(), AMQPValue::LongString(text.into()));
                };
                say("x-redraw-queue", letter.queue.clone());
                say("x-redraw-reason", letter.reason.to_string());
                let properties = properties.with_delivery_mode(PERSISTENT).with_headers(headers);
                match &letter.content_type {
                    Some(content_type) => properties.with_content_type(content_type.clone()),
                    None => properties,
                }
            }
        }
    }
}
