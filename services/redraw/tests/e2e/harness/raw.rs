//! HTTP byte by byte, for what a well-behaved client cannot say.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer, whoever asked.
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        let header = response.headers().get("content-type");
        let content_type = header.map_or("", |value| value.to_str().unwrap()).to_owned();
        let status = response.status().as_u16();
        Self { status, content_type, body: response.bytes().await.unwrap().to_vec() }
    }

    /// Reads an answer off the wire; none if the connection closed without one.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let head_length = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..head_length]);
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let content_type = lines
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value.to_owned());
        let body = bytes[head_length + 4..].to_vec();
        Some(Self { status, content_type: content_type.unwrap_or_default(), body })
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends these bytes and no more, and reads the answer to its end. The request must ask for
/// `Connection: close`.
pub async fn raw(to: SocketAddr, request: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    // A server that has answered already need not read on.
    let _ = stream.write_all(request).await;
    read_answer(&mut stream).await
}

/// Sends these bytes and closes its side, as a client that goes away does.
pub async fn raw_then_gone(to: SocketAddr, request: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(request).await.unwrap();
    stream.shutdown().await.unwrap();
    read_answer(&mut stream).await
}

/// Sends the head, and then the same chunk again and again until there is an answer. Returns it
/// with the number of bytes that went out.
pub async fn raw_without_end(to: SocketAddr, head: &[u8], chunk: &[u8]) -> (Option<Answer>, usize) {
    let stream = TcpStream::connect(to).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let mut sent = 0;
    let write = async {
        writer.write_all(head).await.unwrap();
        while writer.write_all(chunk).await.is_ok() {
            sent += chunk.len();
        }
        std::future::pending::<()>().await;
    };
    let answer = tokio::select! {
        () = write => unreachable!(),
        answer = read_answer(&mut reader) => answer,
    };
    (answer, sent)
}

async fn read_answer(reader: &mut (impl AsyncReadExt + Unpin)) -> Option<Answer> {
    let mut bytes = Vec::new();
    let read = reader.read_to_end(&mut bytes);
    // What came before a connection broke counts as well.
    let _ = tokio::time::timeout(Duration::from_secs(30), read).await.expect("no answer");
    Answer::parse(&bytes)
}
