//! What the tests of this folder share: settings of a provider, roots, and a server of bare bytes.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::config::{CaptionerKind, ProviderConfig, TlsConfig};
use crate::tls::Roots;

/// Settings of a model server at this address, with a key.
pub fn config(url: &str) -> ProviderConfig<CaptionerKind> {
    ProviderConfig {
        kind: CaptionerKind::Chat,
        name: "one".to_owned(),
        url: url.to_owned(),
        concurrency: 4,
        timeout: Duration::from_secs(20),
        failures: 5,
        park: Duration::from_mins(1),
        park_longest: Duration::from_mins(10),
        key: crate::config::ProviderKey::Found(KEY.into()),
        ..ProviderConfig::default()
    }
}

pub const KEY: &str = "hf_thisKeyIsNobodys";

pub fn roots() -> Roots {
    roots_of("")
}

pub fn roots_of(file: &str) -> Roots {
    crate::crypto::install();
    Roots::load(&TlsConfig { roots_file: file.to_owned() }).unwrap()
}

/// What a bare server does after its first words.
#[derive(Clone, Copy)]
pub enum Then {
    Hang,
    Close,
    /// Goes on, a byte at a time, and never ends.
    Drip,
}

/// A server that says what no HTTP library would. Ends with the test.
pub struct Bare {
    pub url: String,
    /// Tells of each request whose beginning arrived.
    pub asked: Arc<Notify>,
    _serving: JoinSet<()>,
}

impl Bare {
    pub async fn start(words: &'static str, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Notify::new());
        let tell = Arc::clone(&asked);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut talks = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                talks.spawn(answer(stream, words, then, Arc::clone(&tell)));
            }
        });
        Self { url, asked, _serving: serving }
    }
}

async fn answer(mut stream: TcpStream, words: &'static str, then: Then, asked: Arc<Notify>) {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        // A client may go at any time.
        let Ok(1..) = stream.read_buf(&mut request).await else { return };
    }
    asked.notify_one();
    let mut going_on = stream.write_all(words.as_bytes()).await.is_ok();
    match then {
        Then::Close => {}
        Then::Hang => std::future::pending().await,
        Then::Drip => {
            while going_on {
                going_on = stream.write_all(b" ").await.is_ok();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}
