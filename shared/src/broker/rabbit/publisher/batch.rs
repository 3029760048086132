//! One batch: published together, confirmed together.

use std::collections::BTreeSet;

use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use lapin::options::BasicPublishOptions;
use lapin::types::ShortString;
use lapin::{Channel, Confirmation};

use super::super::link::Link;
use super::super::server::Server;
use super::super::trouble::{Failure, Trouble};
use super::count_dropped;
use super::message::{Content, Message};
use super::session::Sender;

impl Sender {
    /// Sends what is not confirmed. What is confirmed is done with; what was returned or refused is
    /// tried once more, with the queues declared again. After a failure the rest stays for the next
    /// connection.
    pub(super) async fn send(&mut self, link: &Link, channel: &Channel) -> Result<(), Failure> {
        self.unconfirmed.retain(Message::is_wanted);
        let mut answers = Answers::default();
        let heard = self.confirm(link, channel, &mut answers).await;
        for mut message in self.unconfirmed.drain(..answers.heard).collect::<Vec<_>>() {
            if !answers.untaken.contains(&message.id.to_string()) {
                arrived(message);
            } else if message.again {
                self.lost(&message);
            } else {
                message.again = true;
                self.unconfirmed.push(message);
            }
        }
        heard?;
        self.post.well();
        let server = &*self.server;
        let untaken = self.unconfirmed.iter().filter_map(|message| message.queue(&server.topology));
        for queue in untaken.collect::<BTreeSet<_>>() {
            server.topology.declare_queue(server, link, &queue).await?;
        }
        Ok(())
    }

    /// Not taken twice. For a dead letter its consumer sees that nobody says otherwise.
    fn lost(&self, message: &Message) {
        if let Content::Hint(hint) = message.content {
            count_dropped(hint.kind.name());
            tracing::debug!(?hint, "no queue takes the hint; a tick will find its work");
            // Never over: a full queue takes one and refuses another, and beginning anew floods.
            self.untaken.happens(&self.server.topology.queue(hint.kind));
        }
    }

    async fn confirm(
        &self,
        link: &Link,
        channel: &Channel,
        answers: &mut Answers,
    ) -> Result<(), Failure> {
        let server = &*self.server;
        let mut confirms: FuturesOrdered<_> = self
            .unconfirmed
            .iter()
            .map(|message| publish(server, channel, message, &self.origin))
            .collect();
        loop {
            match tokio::time::timeout(server.timeout, confirms.next()).await {
                Ok(None) => return Ok(()),
                Ok(Some(answer)) => answers.hear(&self.unconfirmed, answer?),
                // It will go on by itself. Connecting again would help nobody.
                Err(_) if link.is_blocked() => self.post.troubled(&Failure {
                    trouble: Trouble::Blocked,
                    cause: "it sent connection.blocked".to_owned(),
                }),
                Err(_) => return Err(Failure::away("no confirm in time")),
            }
        }
    }
}

/// What the broker said of a batch, in the batch's order.
#[derive(Default)]
struct Answers {
    heard: usize,
    /// Ids of those that no queue took: unroutable ones, and those that a full queue refused.
    untaken: Vec<String>,
}

impl Answers {
    fn hear(&mut self, batch: &[Message], answer: Confirmation) {
        if answer.is_nack() {
            self.untaken.extend(batch.get(self.heard).map(|message| message.id.to_string()));
        }
        self.heard += 1;
        // A returned message comes with the confirm of any of the batch.
        let returned = answer.take_message();
        let id = returned.and_then(|message| message.properties.message_id().clone());
        self.untaken.extend(id.map(|id| id.to_string()));
    }
}

async fn publish(
    server: &Server,
    channel: &Channel,
    message: &Message,
    origin: &ShortString,
) -> lapin::Result<Confirmation> {
    let (exchange, routing_key) = message.route(&server.topology);
    // Nobody watching is fine; a hint without a queue is not.
    let mandatory = !matches!(message.content, Content::Change(_));
    let options = BasicPublishOptions { mandatory, ..Default::default() };
    let (body, properties) = (message.body(), message.properties(origin));
    channel.basic_publish(exchange, routing_key, options, &body, properties).await?.await
}

fn arrived(message: Message) {
    match message.content {
        Content::Hint(hint) => {
            metrics::counter!("hints_published_total", "kind" => hint.kind.name()).increment(1);
        }
        Content::Change(_) => {}
        // An error means that its consumer gave up waiting, and will bury it again.
        Content::DeadLetter(_, buried) => drop(buried.send(())),
    }
}
