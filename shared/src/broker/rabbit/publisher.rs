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

    /// Not kept for later. Whoever listens and was cut off too looks for himself; one who stayed
    /// connected while only we were cut off hears of no gap, and looks after
    /// `register.event_poll`.
    pub fn announce_change(&self, subject: Uuid) {
        if self.well.load(Ordering::Relaxed) {
            // Without room for it, those who watch look a little later.
            let _ = self.messages.try_send(Message::new(Content::Change(subject)));
        }
    }

    /// Puts a message aside. True: the broker has it for certain. At once false while nothing goes
    /// out: the message is safe where it lies, and each further try would leave a copy here.
    pub async fn bury(&self, letter: DeadLetter) -> bool {
        if !self.well.load(Ordering::Relaxed) {
            return false;
        }
        let (buried, hears) = oneshot::channel();
        let message = Message::new(Content::DeadLetter(letter, buried));
        self.messages.try_send(message).is_ok() && hears.await.is_ok()
    }
}

/// A hint that nobody will get; the tick finds its work.
fn count_dropped(kind: &'static str) {
    metrics::counter!("hints_dropped_total", "kind" => kind).increment(1);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use tokio::sync::mpsc;

    use super::{Content, DeadLetter, Publisher};
    use crate::broker::rabbit::body;

    fn letter() -> DeadLetter {
        let body = b"poison".to_vec();
        let reason = body::read(&body).unwrap_err();
        DeadLetter { queue: "queue".to_owned(), reason, body, content_type: None }
    }

    #[tokio::test]
    async fn dead_letters_do_not_pile_up_while_nothing_goes_out() {
        let (messages, mut receiver) = mpsc::channel(10);
        let well = Arc::new(AtomicBool::new(false));
        let publisher = Publisher { messages, well: Arc::clone(&well) };
        assert!(!publisher.bury(letter()).await);
        assert!(receiver.is_empty());
        well.store(true, Ordering::Relaxed);
        let confirms = async {
            match receiver.recv().await.unwrap().content {
                Content::DeadLetter(_, buried) => buried.send(()).unwrap(),
                Content::Hint(_) | Content::Change(_) => panic!("it is a dead letter"),
            }
        };
        let (buried, ()) = tokio::join!(publisher.bury(letter()), confirms);
        assert!(buried);
    }
}
