//! RabbitMQ: whether it lets us in, and whether what exists there is what the settings say.

use secrecy::ExposeSecret;
use shared::broker::{self, Found, Thing};
use shared::config::{BrokerConfig, Config, QueueType};
use shared::tls::Roots;

use super::is_embedded;
use super::mend::Settings;
use super::report::{Check, Part};

const PART: Part = Part::BROKER;

const SETTINGS: Settings = Settings {
    part: PART,
    url: "broker.url",
    login: "user and password in broker.url",
    place: "create the vhost and give the user rights in it, or correct its name in broker.url",
    without_tls: "write amqp:// in broker.url",
};

pub async fn examine(config: &Config, roots: &Roots) -> Vec<Check> {
    if is_embedded(config.broker.url.expose_secret()) {
        return vec![PART.in_this_process()];
    }
    match broker::inspect(&config.broker, roots).await {
        Ok(findings) => {
            let connection = PART.ok("connection", format!("{} lets us in", findings.place));
            let things = findings.things.iter().map(|thing| check(thing, &config.broker));
            std::iter::once(connection).chain(things).collect()
        }
        Err(barrier) => {
            vec![SETTINGS.blocked(&barrier), PART.skipped("queues", "no connection")]
        }
    }
}

fn check(Thing { name, found }: &Thing, config: &BrokerConfig) -> Check {
    match found {
        Some(Found::AsSet) => PART.ok(name, "exists, as the settings say"),
        Some(Found::WillBeMade) => PART.ok(name, "is made at the next start"),
        Some(Found::Different { argument, current, words }) => {
            let mend = mend(name, argument.as_deref(), current.as_deref(), config);
            PART.failed(name, difference(argument.as_deref(), current.as_deref(), words), mend)
        }
        Some(Found::Refused(words)) => PART.failed(
            name,
            format!("is refused: {words}"),
            "give the user of broker.url the rights to configure, write and read in the vhost",
        ),
        None => PART.failed(
            name,
            "the broker broke off or fell silent",
            "look at the broker's log, and run this again",
        ),
    }
}

/// The broker's own words are long; they are for what we cannot read in them.
fn difference(argument: Option<&str>, current: Option<&str>, words: &str) -> String {
    let Some(argument) = argument else {
        return format!("exists, and is another than the settings say: {words}");
    };
    let current = current.unwrap_or("not set");
    format!("exists, and its {argument} is another than the settings say: there it is {current}")
}

/// Queues may be another program's, so the settings give way; the rest is ours.
fn mend(
    name: &str,
    argument: Option<&str>,
    current: Option<&str>,
    config: &BrokerConfig,
) -> String {
    if name == config.changes_exchange {
        return "delete the exchange (it is made again at the next start), or choose another name with \
            broker.changes_exchange"
            .to_owned();
    }
    let theirs = config.queues.values().any(|queue| queue == name);
    let give_way = match (argument, current) {
        (Some("x-queue-type"), Some("quorum")) => "set broker.queue_type to quorum".to_owned(),
        (Some("x-queue-type"), Some("classic") | None)
            if config.queue_type == QueueType::Quorum =>
        {
            "set broker.queue_type to classic".to_owned()
        }
        // What cannot be read has a queue of ours: it is declared with a type alone.
        (Some(argument), Some(_)) if theirs && argument.starts_with("x-") => {
            format!("set {argument} in broker.queue_arguments to what it is there")
        }
        (Some(argument), None) if theirs && argument.starts_with("x-") => {
            format!("take {argument} out of broker.queue_arguments")
        }
        // Durable, not exclusive, not deleted by itself: nothing else keeps hints.
        _ => "choose another queue with broker.queues".to_owned(),
    };
    format!("{give_way}; or delete the queue, if no other program needs it (hints may be lost)")
}
