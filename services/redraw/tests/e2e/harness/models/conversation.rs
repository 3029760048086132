//! HTTP/1.1 by hand, as nothing else sends half of an answer: reads a call, and answers it well or not.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::{Call, Models, State, fault, vendors};

/// A call.
pub struct Request {
    pub method: String,
    pub path: String,
    /// Behind the question mark.
    pub query: String,
    /// Names in small letters.
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(of, _)| of == name).map(|(_, value)| &**value)
    }
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The first lines; `length` of the body, if it is to be said.
    pub fn head(&self, length: Option<usize>) -> String {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let end = length
            .map_or("connection: close".to_owned(), |length| format!("content-length: {length}"));
        format!("HTTP/1.1 {} Status\r\n{}{end}\r\n\r\n", self.status, headers.collect::<String>())
    }
}

pub async fn serve(listener: TcpListener, state: Arc<State>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let _ = stream.set_nodelay(true);
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            while let Ok(Some(request)) = read(&mut stream).await {
                // Who is not served to the end finds the connection closed.
                if answer(&mut stream, request, &state).await.is_err() {
                    break;
                }
            }
        });
    }
}

async fn answer(
    stream: &mut BufReader<TcpStream>,
    request: Request,
    state: &State,
) -> io::Result<()> {
    if request.path == fault::NOWHERE {
        state.tally().astray();
    }
    let Some(call) = Call::of(&request) else {
        return write(stream, &vendors::error(404, "Not Found")).await;
    };
    if request.header("authorization") != Some(&format!("Bearer {}", Models::key())) {
        state.tally().failed(call, "401".to_owned());
        return write(stream, &vendors::error(401, "Invalid username or password.")).await;
    }
    let fault = state.mood.lock().unwrap().fault(call);
    if let Some(fault) = fault {
        state.tally().failed(call, fault.to_string());
        return fault.befall(stream, call, request, state).await;
    }
    if call.costs() {
        state.tally().paid(call);
    }
    let subject = request.body.clone();
    let reply = vendors::reply(call, request, state).await;
    let (well, written) = (reply.status < 300, write(stream, &reply).await);
    match (well, &written) {
        (true, Ok(())) => state.tally().worked(call, &subject),
        (true, Err(_)) => state.tally().failed(call, "caller gone".to_owned()),
        (false, _) => state.tally().failed(call, format!("refused: {}", reply.status)),
    }
    written
}

pub async fn write(stream: &mut BufReader<TcpStream>, reply: &Reply) -> io::Result<()> {
    let head = reply.head(Some(reply.body.len()));
    stream.write_all(&[head.as_bytes(), &reply.body].concat()).await
}

/// None: the caller is gone, as it should, between two calls.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let first = line(stream).await?;
    let mut words = first.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = Vec::new();
    loop {
        let line = line(stream).await?;
        let Some((name, value)) = line.split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
    let mut request = Request { method, path, query, headers, body: Vec::new() };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    request.body.resize(length, 0);
    stream.read_exact(&mut request.body).await?;
    Ok(Some(request))
}

async fn line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    Ok(line.trim_end().to_owned())
}
