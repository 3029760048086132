//! One batch: published together, confirmed together.

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
    /// Sends what is not confirmed. What is confirmed is done with; what was returned is tried once
    /// more, with the queues declared again. After a failure the rest stays for the next connection.
    pub(super) async fn send(&mut self, link: &Link, channel: &Channel) -> Result<(), Failure> {
        self.unconfirmed.retain(Message::is_wanted);
        let mut returned = Vec::new();
        let confirmed = self.confirm(link, channel, &mut returned).await;
        // They are confirmed in order.
        let done = match &confirmed {
            Ok(()) => self.unconfirmed.len(),
            Err((done, _)) => *done,
        };
        for mut message in self.unconfirmed.drain(..done).collect::<Vec<_>>() {
            if !returned.contains(&message.id.to_string()) {
                arrived(message);
            } else if message.returned {
                lost(&message);
            } else {
                message.returned = true;
                self.unconfirmed.push(message);
            }
        }
        confirmed.map_err(|(_, failure)| failure)?;
        self.post.well();
        for message in &self.unconfirmed {
            let server = &*self.server;
            if let Some(queue) = message.queue(&server.topology) {
                server.topology.declare_queue(server, channel, &queue).await?;
            }
        }
        Ok(())
    }

    /// Collects the ids of what was returned. An error says how many were confirmed before it.
    async fn confirm(
        &self,
        link: &Link,
        channel: &Channel,
        returned: &mut Vec<String>,
    ) -> Result<(), (usize, Failure)> {
        let server = &*self.server;
        let mut confirms: FuturesOrdered<_> = self
            .unconfirmed
            .iter()
            .map(|message| publish(server, channel, message, &self.origin))
            .collect();
        let mut done = 0;
        loop {
            match tokio::time::timeout(server.timeout, confirms.next()).await {
                Ok(None) => return Ok(()),
                Ok(Some(Ok(Confirmation::Ack(message)))) => {
                    // It comes with the confirm of any message of the batch.
                    let id = message.and_then(|message| message.properties.message_id().clone());
                    returned.extend(id.map(|id| id.to_string()));
                    done += 1;
                }
                Ok(Some(Ok(_))) => return Err((done, Failure::away("it did not take a message"))),
                Ok(Some(Err(error))) => return Err((done, error.into())),
                // It will go on by itself. Connecting again would help nobody.
                Err(_) if link.is_blocked() => self.post.troubled(&Failure {
                    trouble: Trouble::Blocked,
                    cause: "it sent connection.blocked".to_owned(),
                }),
                Err(_) => return Err((done, Failure::away("no confirm in time"))),
            }
        }
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

/// Returned twice. For a dead letter its consumer sees that nobody says otherwise.
fn lost(message: &Message) {
    if let Content::Hint(hint) = message.content {
        count_dropped(hint.kind.name());
        tracing::warn!(?hint, "no queue takes the hint; a tick will find its work");
    }
}
