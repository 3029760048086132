//! toxiproxy, by its HTTP API (<https://github.com/Shopify/toxiproxy#http-api>).

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::servers;

pub struct Toxiproxy {
    client: Client,
    api: &'static str,
}

impl Toxiproxy {
    pub fn new() -> Self {
        Self { client: Client::new(), api: servers().unwrap().line("SERVERS_TOXIPROXY_API") }
    }

    /// Makes a wire to `upstream`; returns where it begins.
    pub async fn create(&self, name: &str, upstream: &str) -> String {
        let wire = json!({ "name": name, "listen": "127.0.0.1:0", "upstream": upstream });
        let made = self.call(self.client.post(format!("{}/proxies", self.api)).json(&wire)).await;
        made["listen"].as_str().unwrap().to_owned()
    }

    pub async fn delete(&self, name: &str) {
        self.call(self.client.delete(format!("{}/proxies/{name}", self.api))).await;
    }

    pub async fn enable(&self, name: &str, enabled: bool) {
        let url = format!("{}/proxies/{name}", self.api);
        self.call(self.client.post(url).json(&json!({ "enabled": enabled }))).await;
    }

    /// In both directions.
    pub async fn add_toxic(&self, name: &str, kind: &str, attributes: &Value) {
        for stream in STREAMS {
            let url = format!("{}/proxies/{name}/toxics", self.api);
            let toxic =
                json!({ "name": stream, "type": kind, "stream": stream, "attributes": attributes });
            self.call(self.client.post(url).json(&toxic)).await;
        }
    }

    pub async fn remove_toxics(&self, name: &str) {
        for stream in STREAMS {
            let url = format!("{}/proxies/{name}/toxics/{stream}", self.api);
            self.call(self.client.delete(url)).await;
        }
    }

    async fn call(&self, request: RequestBuilder) -> Value {
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "toxiproxy: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

const STREAMS: [&str; 2] = ["upstream", "downstream"];
