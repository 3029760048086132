//! A model server that answers at once and always the same: what it costs is not redraw's.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

const CAPTION: &str = "A grey harbour at dawn, two red boats in the middle, and a pale sky above.";

pub struct Model {
    pub url: String,
}

/// Bodies of the two answers.
struct Answers {
    caption: String,
    painting: String,
}

impl Model {
    /// Runs until the process ends.
    pub async fn start(painting: Vec<u8>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address: SocketAddr = listener.local_addr()?;
        let message = json!({ "role": "assistant", "content": CAPTION });
        let choices = json!([{ "index": 0, "finish_reason": "stop", "message": message }]);
        let answers = Arc::new(Answers {
            caption: json!({ "id": "0", "choices": choices }).to_string(),
            painting: json!({ "data": [{ "b64_json": STANDARD.encode(painting) }] }).to_string(),
        });
        tokio::runtime::Handle::current().spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answers = Arc::clone(&answers);
                // Who goes away is gone.
                tokio::runtime::Handle::current().spawn(async move {
                    let _ = converse(stream, &answers).await;
                });
            }
        });
        Ok(Self { url: format!("http://{address}") })
    }
}

async fn converse(stream: TcpStream, answers: &Answers) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let begun = head.len();
            if stream.read_line(&mut head).await? == 0 {
                return Ok(());
            }
            let line = head.get(begun..).unwrap_or_default().trim().to_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        stream.read_exact(&mut vec![0; length]).await?;
        let first = head.lines().next().unwrap_or_default();
        let body = if first.contains("/chat/") { &answers.caption } else { &answers.painting };
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
    }
}
