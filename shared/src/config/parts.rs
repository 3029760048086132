//! The sections of the parts that all services share.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::SecretString;
use serde::Deserialize;

/// Section `jobs`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobsConfig {
    /// A worker that is silent for this long has lost its job.
    #[serde(with = "humantime_serde")]
    pub lease: Duration,
    /// Attempts that count.
    pub max_attempts: u32,
    /// Wait after the first failed attempt.
    #[serde(with = "humantime_serde")]
    pub backoff_first: Duration,
    /// The wait never grows beyond this.
    #[serde(with = "humantime_serde")]
    pub backoff_longest: Duration,
    /// The wait for a part that is away never grows beyond this.
    #[serde(with = "humantime_serde")]
    pub wait_longest: Duration,
    /// A job older than this is a failure.
    #[serde(with = "humantime_serde")]
    pub give_up_after: Duration,
}

/// Section `database`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `embedded`, or a `postgres://` URL; may hold a password.
    pub url: SecretString,
    /// How the connection is protected.
    pub tls: DatabaseTls,
    /// Whether a pooler that hands out connections by the transaction stands in between.
    pub pooler: bool,
    /// Connections a process holds at the most.
    pub pool_size: usize,
    /// For a new connection.
    #[serde(with = "humantime_serde")]
    pub connect_timeout: Duration,
    /// For a free connection of the pool.
    #[serde(with = "humantime_serde")]
    pub wait_timeout: Duration,
    /// For a single statement.
    #[serde(with = "humantime_serde")]
    pub statement_timeout: Duration,
    /// No setting: said by the program that runs the database itself. A connection that crosses no
    /// network cannot go stale, and is not tried before each use.
    #[serde(skip)]
    pub in_process: bool,
}

/// How a connection to PostgreSQL is protected (libpq's `sslmode`, without its unverified modes).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseTls {
    Disable,
    Prefer,
    Require,
}

/// Section `broker`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerConfig {
    /// `embedded`, or an `amqp://` or `amqps://` URL, which may hold a password.
    pub url: SecretString,
    /// Hints held for a slow reader, or while the broker is away.
    pub capacity: usize,
    /// From kinds of job to the queues of their hints.
    pub queues: HashMap<String, String>,
    /// Fanout exchange on which changes are told.
    pub changes_exchange: String,
    /// How the queues are declared.
    pub queue_type: QueueType,
    /// Further arguments that the queues are declared with.
    pub queue_arguments: HashMap<String, QueueArgument>,
    /// For a connection, a declaration, a publish's confirm, an ack.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
    /// Longest pause between two tries to reach the broker.
    #[serde(with = "humantime_serde")]
    pub reconnect_longest: Duration,
}

/// How a queue is declared; it must be as whoever declared it first did.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum QueueType {
    /// Replicated, durable: `x-queue-type: quorum`.
    Quorum,
    /// Durable, without a word about its type.
    Classic,
}

/// The value of a queue's x-argument.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum QueueArgument {
    Switch(bool),
    Number(i64),
    Text(String),
}

/// Section `tls`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM file of further root certificates, for parts behind a private authority; empty: none.
    pub roots_file: String,
}

/// Section `storage`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageConfig {
    /// `embedded`, or the URL of a store that speaks S3.
    pub endpoint: String,
    /// Where the embedded store answers.
    pub embedded_listen: SocketAddr,
    /// How people reach the public bucket; empty: the endpoint itself.
    pub public_url: String,
    /// Region in signatures.
    pub region: String,
    /// Access key of a user who may read and write both buckets.
    pub access_key: String,
    /// Its secret.
    pub secret_key: SecretString,
    /// Private bucket.
    pub originals_bucket: String,
    /// Bucket whose objects anyone may GET by name.
    pub public_bucket: String,
    /// How people get at the new pictures.
    pub public_access: PublicAccess,
    /// For one call to the store.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
}

/// How people get at the new pictures.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PublicAccess {
    /// The bucket is opened if the store can do that; else as with `api`.
    Auto,
    /// The operator has opened the bucket.
    Bucket,
    /// The bucket is as private as the other, and the API hands the pictures out.
    Api,
}

/// Section `mail`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// `file:FOLDER`, or an SMTP URL, which may hold a password.
    pub url: SecretString,
    /// Sender.
    pub from: Mailbox,
    /// For one conversation with the mail server.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
}

/// Section `data`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// Where the embedded parts keep theirs.
    pub folder: PathBuf,
}

/// Section `log`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// For people or for machines.
    pub format: LogFormat,
    /// What is logged, in the manner of `RUST_LOG`.
    pub filter: String,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

/// Section `lifecycle`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifecycleConfig {
    /// How long calls are still taken after SIGTERM, before the grace begins.
    #[serde(with = "humantime_serde")]
    pub notice: Duration,
    /// Time to finish or hand back what is running after SIGTERM.
    #[serde(with = "humantime_serde")]
    pub grace: Duration,
}
