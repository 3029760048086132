//! What a look at the broker finds: whether it lets us in, and what exists there already. Makes nothing.

use lapin::options::{ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{Channel, ExchangeKind};

use super::address;
use super::link::Link;
use super::server::Server;
use super::trouble::{Failure, Trouble, is_missing};
use crate::config::BrokerConfig;
use crate::inspection::Barrier;
use crate::lifecycle::Lifecycle;
use crate::tls::Roots;

/// What was found behind the login.
#[derive(Debug)]
pub struct BrokerFindings {
    /// Scheme, host, port and vhost.
    pub place: String,
    pub things: Vec<Thing>,
}

/// A queue or the exchange.
#[derive(Debug)]
pub struct Thing {
    pub name: String,
    /// None: the broker broke off or fell silent before.
    pub found: Option<Found>,
}

/// What there is of a thing.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    AsSet,
    /// It does not exist, and is declared at the next start.
    WillBeMade,
    /// It exists, and is another than the settings say, in the broker's words.
    Different {
        /// The first that differs, such as `x-queue-type` or `durable`.
        argument: Option<String>,
        /// What it is there; none: it was declared without.
        current: Option<String>,
        words: String,
    },
    /// We may not use it.
    Refused(String),
}

/// Connects once, and asks for all that the settings name.
///
/// # Errors
///
/// What stands in the way.
pub async fn inspect(config: &BrokerConfig, roots: &Roots) -> Result<BrokerFindings, Barrier> {
    let server = Server::new(config, roots, Lifecycle::new());
    let server = server.map_err(|error| Barrier::Setting(format!("{error:#}")))?;
    let link = Link::open(&server, "inspects").await.map_err(barrier)?;
    let place = address::shown(&server.uri);
    let mut things = Vec::new();
    let mut there = true;
    let queues = server.topology.queues().into_iter();
    let queues = queues.map(|(name, arguments)| (name, Some(arguments)));
    let exchange = (server.topology.exchange().to_owned(), None);
    for (name, arguments) in queues.chain([exchange]) {
        let found = if there { look(&server, &link, &name, arguments).await.ok() } else { None };
        // Whoever fell silent does so for each.
        there = found.is_some();
        things.push(Thing { name, found });
    }
    link.close(&server).await;
    Ok(BrokerFindings { place, things })
}

/// Asks for a queue with its arguments, or for the exchange, which has none.
async fn look(
    server: &Server,
    link: &Link,
    name: &str,
    arguments: Option<FieldTable>,
) -> Result<Found, Failure> {
    let asking = async {
        if !asked(server, link, name, true, arguments.clone(), is_missing).await? {
            return Ok(Found::WillBeMade);
        }
        // It exists: to declare it makes nothing, and says whether it is the same.
        asked(server, link, name, false, arguments, |_| false).await?;
        Ok(Found::AsSet)
    };
    match asking.await {
        Err(Failure { trouble: Trouble::Mismatch(_), cause }) => {
            let (argument, current) = (argument_in(&cause), current_in(&cause));
            Ok(Found::Different { argument, current, words: cause })
        }
        Err(Failure { trouble: Trouble::Refused, cause }) => Ok(Found::Refused(cause)),
        found => found,
    }
}

/// Declares it, on a channel of its own, as a refusal costs the channel. `passive`: only if it exists.
/// False: it was refused, and `expected` says that this is an answer.
async fn asked(
    server: &Server,
    link: &Link,
    name: &str,
    passive: bool,
    arguments: Option<FieldTable>,
    expected: fn(&lapin::Error) -> bool,
) -> Result<bool, Failure> {
    let channel = link.channel(server).await?;
    let declared = declare(&channel, name, passive, arguments);
    match tokio::time::timeout(server.timeout, declared).await {
        Ok(Ok(())) => {
            server.in_time("closing a channel", channel.close(200, "seen".into())).await?;
            Ok(true)
        }
        Ok(Err(error)) if expected(&error) => Ok(false),
        Ok(Err(error)) => Err(Failure::of_declaring(name, &error)),
        Err(_) => Err(Failure::away(format!("no answer in time: looking at {name}"))),
    }
}

async fn declare(
    channel: &Channel,
    name: &str,
    passive: bool,
    arguments: Option<FieldTable>,
) -> lapin::Result<()> {
    let Some(arguments) = arguments else {
        let options = ExchangeDeclareOptions { passive, durable: true, ..Default::default() };
        let kind = ExchangeKind::Fanout;
        return channel.exchange_declare(name.into(), kind, options, FieldTable::default()).await;
    };
    let options = QueueDeclareOptions { passive, ..QueueDeclareOptions::durable() };
    channel.queue_declare(name.into(), options, arguments).await.map(drop)
}

/// `x-queue-type` in RabbitMQ's "inequivalent arg 'x-queue-type' for queue ...".
fn argument_in(words: &str) -> Option<String> {
    first_quoted(words.split_once("inequivalent arg ")?.1)
}

/// `classic` in its "but current is 'classic'" and in its "but current is the value 'classic' of type
/// 'longstr'"; nothing in its "but current is none".
fn current_in(words: &str) -> Option<String> {
    first_quoted(words.split_once("but current is ")?.1)
}

fn first_quoted(words: &str) -> Option<String> {
    words.split('\'').nth(1).map(str::to_owned)
}

fn barrier(Failure { trouble, cause }: Failure) -> Barrier {
    match trouble {
        Trouble::Refused => Barrier::Login(cause),
        Trouble::NoVhost => Barrier::Place(cause),
        Trouble::Tls => Barrier::Tls(cause),
        Trouble::Away | Trouble::Mismatch(_) | Trouble::Blocked => Barrier::Away(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::{argument_in, current_in};

    #[test]
    fn what_differs_is_read_from_the_brokers_words() {
        let words = "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'image_queue' \
            in vhost '/': received 'quorum' but current is 'classic'";
        assert_eq!(argument_in(words).as_deref(), Some("x-queue-type"));
        assert_eq!(current_in(words).as_deref(), Some("classic"));
        let words = "inequivalent arg 'x-max-length' for queue 'q' in vhost '/': received the value '7' of \
            type 'long' but current is none";
        assert_eq!(argument_in(words).as_deref(), Some("x-max-length"));
        assert_eq!(current_in(words), None);
        assert_eq!(argument_in("PRECONDITION_FAILED - another reason"), None);
    }
}
