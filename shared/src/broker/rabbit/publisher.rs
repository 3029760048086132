//! Publishes, off everybody's path: callers leave a message and go on.

mod batch;
mod message;
mod session;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lapin::types::ShortString;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use self::message::{Content, Message};
use self::session::Sender;
use super::server::Server;
use crate::broker::Hint;

pub use self::message::DeadLetter;

/// The callers' end. Cheap to clone.
#[derive(Clone)]
pub struct Publisher {
    messages: mpsc::Sender<Message>,
    /// Whether messages go out now.
    well: Arc<AtomicBool>,
}

/// Starts the task that publishes; it outlives the workers by a little, for what they say last.
pub fn start(server: Arc<Server>, capacity: usize, origin: ShortString) -> Publisher {
    let (messages, receiver) = mpsc::channel(capacity);
    let post = server.watch.post("publishes".to_owned());
    let well = post.light();
    let lifecycle = server.lifecycle.clone();
    let sender = Sender::new(server, post, receiver, origin);
    lifecycle.spawn_late("broker.publisher", sender.run());
    Publisher { messages, well }
}

impl Publisher {
    pub fn publish(&self, hint: Hint) {
        if self.messages.try_send(Message::new(Content::Hint(hint))).is_err() {
            count_dropped(hint.kind.name());
            tracing::debug!(?hint, "no room for the hint; a tick will find its work");
        }
    }

    /// Not kept for later: whoever connects again looks for himself.
    pub fn announce_change(&self, subject: Uuid) {
        if self.well.load(Ordering::Relaxed) {
            // Without room for it, those who watch look a little later.
            let _ = self.messages.try_send(Message::new(Content::Change(subject)));
        }
    }

    /// Puts a message aside. True: the broker has it for certain.
    pub async fn bury(&self, letter: DeadLetter) -> bool {
        let (buried, hears) = oneshot::channel();
        let message = Message::new(Content::DeadLetter(letter, buried));
        self.messages.try_send(message).is_ok() && hears.await.is_ok()
    }
}

/// A hint that nobody will get; the tick finds its work.
fn count_dropped(kind: &'static str) {
    metrics::counter!("hints_dropped_total", "kind" => kind).increment(1);
}
