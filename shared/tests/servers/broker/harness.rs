//! A vhost, and redraw's processes on it.

use std::net::SocketAddr;
use std::time::Duration;

use lapin::{Channel, Connection, ConnectionProperties};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use shared::broker::{Broker, BrokerState, Delivery, Hint, Hints};
use shared::config::{BrokerConfig, Config};
use shared::jobs::Kind;
use shared::lifecycle::{Lifecycle, Signals};
use uuid::Uuid;

use crate::log;
use crate::settings::{address_of, value};

pub const CAPTION: Kind = Kind::new("caption");
pub const QUEUE: &str = "image_queue";
pub const DEAD: &str = "image_queue.dead";

/// Removed with the test.
pub struct Vhost {
    pub name: String,
    api: String,
    client: Client,
}

/// One process of redraw, as far as the broker knows.
pub struct Process {
    pub broker: Broker,
    lifecycle: Lifecycle,
}

impl Vhost {
    pub async fn new() -> Self {
        log::keep();
        shared::crypto::install();
        let client = Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        let name = format!("test-{}", Uuid::now_v7());
        let vhost = Self { name, api: value("SERVERS_RABBITMQ_API"), client };
        vhost.call(Method::PUT, &format!("vhosts/{}", vhost.name), None).await;
        vhost
    }

    pub fn url(&self) -> String {
        with_vhost(&value("SERVERS_BROKER_PLAIN_URL"), &self.name)
    }

    pub fn encrypted_url(&self) -> String {
        with_vhost(&value("REDRAW__BROKER__URL"), &self.name)
    }

    /// The plain URL, by way of another address.
    pub fn url_by_way_of(&self, other: &impl std::fmt::Display) -> String {
        let url = self.url();
        let (scheme_and_user, rest) = url.split_once('@').unwrap();
        let (_, vhost) = rest.split_once('/').unwrap();
        format!("{scheme_and_user}@{other}/{vhost}")
    }

    /// Of the listener without TLS.
    pub fn listener(&self) -> SocketAddr {
        address_of(&self.url())
    }

    pub fn config(&self) -> BrokerConfig {
        let mut config = Config::load(None, []).unwrap().broker;
        config.url = self.url().into();
        config.reconnect_longest = Duration::from_secs(1);
        config
    }

    pub async fn process(&self) -> Process {
        Process::start(&self.config()).await
    }

    /// Calls RabbitMQ's management.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let mut request = self.client.request(method, format!("{}/{path}", self.api));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap().error_for_status().unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null)
    }

    /// Names of the open connections whose given name holds `word`.
    pub async fn connections(&self, word: &str) -> Vec<String> {
        let all = self.call(Method::GET, &format!("vhosts/{}/connections", self.name), None).await;
        let all = all.as_array().cloned().unwrap_or_default();
        let given = |one: &Value| one["client_properties"]["connection_name"].to_string();
        let named = all.iter().filter(|one| given(one).contains(word));
        named.filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
    }

    /// Has the operator close the connections whose given name holds `word`; there is one at least.
    pub async fn close_connections(&self, word: &str) {
        // The management hears of a connection a little after it is open.
        until(async || !self.connections(word).await.is_empty()).await;
        for name in self.connections(word).await {
            let name = name.replace(' ', "%20").replace('>', "%3E").replace('-', "%2D");
            self.call(Method::DELETE, &format!("connections/{name}"), None).await;
        }
    }

    pub async fn delete_queue(&self, queue: &str) {
        self.call(Method::DELETE, &format!("queues/{}/{queue}", self.name), None).await;
    }

    /// Whether somebody consumes this queue, which need not exist.
    pub async fn has_consumer(&self, queue: &str) -> bool {
        let all = self.call(Method::GET, &format!("consumers/{}", self.name), None).await;
        let all = all.as_array().cloned().unwrap_or_default();
        all.iter().any(|one| one["queue"]["name"] == queue)
    }

    /// Declares a queue as another program would.
    pub async fn declare(&self, queue: &str, arguments: Value) {
        let body = json!({ "durable": true, "auto_delete": false, "arguments": arguments });
        self.call(Method::PUT, &format!("queues/{}/{queue}", self.name), Some(body)).await;
    }

    /// A channel of another program.
    pub async fn channel(&self) -> (Connection, Channel) {
        let connection = Connection::connect(&self.url(), ConnectionProperties::default()).await;
        let connection = connection.unwrap();
        let channel = connection.create_channel().await.unwrap();
        (connection, channel)
    }
}

impl Drop for Vhost {
    fn drop(&mut self) {
        let url = format!("{}/vhosts/{}", self.api, self.name);
        // Our client's connections belong to the test's runtime, which waits for us here.
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let _ = runtime.unwrap().block_on(async { Client::new().delete(url).send().await });
        });
        let _ = removal.join();
    }
}

impl Process {
    /// Starts, and waits for nothing.
    pub fn begin(config: &BrokerConfig) -> Self {
        let lifecycle = Lifecycle::new();
        let roots = crate::settings::roots();
        let broker = Broker::connect(config, &roots, &lifecycle).unwrap();
        Self { broker, lifecycle }
    }

    pub async fn start(config: &BrokerConfig) -> Self {
        let process = Self::begin(config);
        process.well().await;
        process
    }

    pub fn is_well(&self) -> bool {
        self.broker.state() == BrokerState::Ok
    }

    pub async fn well(&self) {
        until(async || self.is_well()).await;
    }

    pub async fn unwell(&self) {
        until(async || !self.is_well()).await;
    }

    pub fn hint(&self) -> Uuid {
        let subject = Uuid::now_v7();
        self.broker.publish(Hint { kind: CAPTION, subject });
        subject
    }

    pub async fn consume(&self, prefetch: usize) -> Hints {
        let hints = self.broker.consume(CAPTION, prefetch);
        self.well().await;
        hints
    }

    pub async fn stop(self) {
        self.lifecycle.stop();
        self.lifecycle.run(Signals::listen().unwrap(), Duration::from_secs(20)).await.unwrap();
    }
}

/// The next hint; a minute at the most.
pub async fn next(hints: &mut Hints) -> Delivery {
    within(hints.next()).await
}

pub async fn within<T>(future: impl Future<Output = T>) -> T {
    let patience = Duration::from_mins(1);
    tokio::time::timeout(patience, future).await.expect("it takes no more than a minute")
}

pub async fn until(condition: impl AsyncFn() -> bool) {
    within(async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    })
    .await;
}

fn with_vhost(url: &str, vhost: &str) -> String {
    let (start, _) = url.rsplit_once('/').unwrap();
    format!("{start}/{vhost}")
}
