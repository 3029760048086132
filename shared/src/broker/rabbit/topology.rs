//! What must exist on the broker: durable queues, each with one for what cannot be read, and the
//! exchange on which changes are told.

use std::collections::{BTreeMap, HashMap};

use anyhow::ensure;
use lapin::options::{ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};

use super::link::Link;
use super::server::Server;
use super::trouble::{Failure, Trouble};
use crate::config::{BrokerConfig, QueueArgument, QueueType};
use crate::jobs::Kind;

/// Bytes that AMQP allows for a name, less room for `.dead`.
const LONGEST_NAME: usize = 250;

pub struct Topology {
    queues: HashMap<String, String>,
    exchange: String,
    queue_type: QueueType,
    arguments: FieldTable,
}

impl Topology {
    /// # Errors
    ///
    /// When a name is empty or too long, or two kinds share a queue.
    pub fn new(config: &BrokerConfig) -> anyhow::Result<Self> {
        let mut seen = BTreeMap::new();
        for (kind, queue) in &config.queues {
            let fits = !queue.is_empty() && queue.len() <= LONGEST_NAME;
            ensure!(fits, "broker.queues.{kind} must have 1 to {LONGEST_NAME} bytes");
            if let Some(other) = seen.insert(queue, kind) {
                anyhow::bail!("broker.queues.{kind} and broker.queues.{other} must differ");
            }
        }
        let exchange = config.changes_exchange.clone();
        let fits = !exchange.is_empty() && exchange.len() <= LONGEST_NAME;
        ensure!(fits, "broker.changes_exchange must have 1 to {LONGEST_NAME} bytes");
        let mut arguments = typed(config.queue_type);
        for (name, value) in &config.queue_arguments {
            let fits = !name.is_empty() && name.len() <= LONGEST_NAME;
            ensure!(fits, "a name in broker.queue_arguments must have 1 to {LONGEST_NAME} bytes");
            arguments.insert(name.as_str().into(), amqp(value));
        }
        let (queues, queue_type) = (config.queues.clone(), config.queue_type);
        Ok(Self { queues, exchange, queue_type, arguments })
    }

    /// The queue of a kind; one that the settings do not name has its own all the same.
    pub fn queue(&self, kind: Kind) -> String {
        let named = self.queues.get(kind.name()).cloned();
        named.unwrap_or_else(|| format!("redraw.{}", kind.name()))
    }

    pub fn exchange(&self) -> &str {
        &self.exchange
    }

    /// Every queue that the settings name and the one for what cannot be read from it, in the order of
    /// their names, with the arguments that they are declared with.
    pub fn queues(&self) -> BTreeMap<String, FieldTable> {
        let theirs = self.queues.values().map(|queue| (queue.clone(), self.arguments.clone()));
        let dead = self.queues.values().map(|queue| (dead(queue), typed(self.queue_type)));
        theirs.chain(dead).collect()
    }

    /// Declares all that the settings name. What exists and is another is told to the watch, and
    /// used as it is: one queue must not stop all others.
    pub async fn declare(&self, server: &Server, link: &Link) -> Result<(), Failure> {
        self.declare_exchange(server, link).await?;
        for queue in self.queues.values() {
            self.declare_queue(server, link, queue).await?;
        }
        Ok(())
    }

    /// Declares a queue, and the one for what cannot be read.
    pub async fn declare_queue(
        &self,
        server: &Server,
        link: &Link,
        queue: &str,
    ) -> Result<(), Failure> {
        declare(server, link, queue, self.arguments.clone()).await?;
        declare(server, link, &dead(queue), typed(self.queue_type)).await
    }

    pub async fn declare_exchange(&self, server: &Server, link: &Link) -> Result<(), Failure> {
        let channel = link.channel(server).await?;
        let options = ExchangeDeclareOptions { durable: true, ..Default::default() };
        let name = self.exchange.as_str();
        let kind = ExchangeKind::Fanout;
        let declared = channel.exchange_declare(name.into(), kind, options, FieldTable::default());
        answered(server, &channel, name, declared).await
    }
}

/// The queue for what cannot be read.
pub fn dead(queue: &str) -> String {
    format!("{queue}.dead")
}

/// On a channel of its own: an answer that does not please costs the channel.
async fn declare(
    server: &Server,
    link: &Link,
    queue: &str,
    arguments: FieldTable,
) -> Result<(), Failure> {
    let channel = link.channel(server).await?;
    let options = QueueDeclareOptions::durable();
    let declared = channel.queue_declare(queue.into(), options, arguments);
    answered(server, &channel, queue, async { declared.await.map(drop) }).await
}

async fn answered(
    server: &Server,
    channel: &Channel,
    name: &str,
    declared: impl Future<Output = lapin::Result<()>>,
) -> Result<(), Failure> {
    match tokio::time::timeout(server.timeout, declared).await {
        Ok(Ok(())) => {
            server.watch.fits(name);
            server.in_time("closing a channel", channel.close(200, "declared".into())).await
        }
        Ok(Err(error)) => match Failure::of_declaring(name, &error) {
            failure @ Failure { trouble: Trouble::Mismatch(_), .. } => {
                server.watch.differs(name, &failure);
                Ok(())
            }
            failure => Err(failure),
        },
        Err(_) => Err(Failure::away(format!("no answer in time: declaring {name}"))),
    }
}

fn typed(queue_type: QueueType) -> FieldTable {
    let mut arguments = FieldTable::default();
    if queue_type == QueueType::Quorum {
        arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    }
    arguments
}

fn amqp(argument: &QueueArgument) -> AMQPValue {
    match argument {
        QueueArgument::Switch(on) => AMQPValue::Boolean(*on),
        QueueArgument::Number(number) => AMQPValue::LongLongInt(*number),
        QueueArgument::Text(text) => AMQPValue::LongString(text.as_str().into()),
    }
}
