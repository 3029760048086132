//! In which ways a call may not be served.

use std::fmt;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::conversation::{Reply, Request, write};
use super::{Call, Models, State, vendors};

/// Where a redirect leads: on loopback, where nobody may follow.
pub const NOWHERE: &str = "/latest/meta-data";

const HUGE_BYTES: usize = 20_000_000;

/// What is done to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This status, with what servers say then.
    Status(u16),
    /// 429, and when to come again, by one header or the other.
    RetryAfter,
    RateLimit,
    /// 503, and a guess how long the model takes to load.
    Loading,
    /// Refused for what the prompt says.
    Refused,
    /// Nothing comes, for as long as the caller waits.
    Silence,
    /// Half of the answer comes, and no more, for as long as the caller waits.
    Stall,
    /// A body that never ends.
    Endless,
    Html,
    /// JSON that ends in the middle.
    Truncated,
    /// All in order, but for what matters: no base64, no choice.
    Nonsense,
    /// 200, and an error in the body.
    ErrorInside,
    /// The connection is closed in mid-answer.
    Closed,
    /// To an address that only this machine may see.
    Redirect,
    /// 20 MB.
    Huge,
}

impl Fault {
    /// Those that pass: whoever asks again is served some day.
    pub const PASSING: &[Self] = &[
        Self::Status(408),
        Self::Status(429),
        Self::RetryAfter,
        Self::RateLimit,
        Self::Status(500),
        Self::Status(502),
        Self::Loading,
        Self::Status(504),
        Self::Silence,
        Self::Stall,
        Self::Endless,
        Self::Html,
        Self::Truncated,
        Self::Nonsense,
        Self::ErrorInside,
        Self::Closed,
        Self::Redirect,
        Self::Huge,
    ];

    /// Whether the model has done its work all the same.
    fn is_paid(self) -> bool {
        use Fault::{Closed, Endless, Huge, Nonsense, Silence, Stall, Truncated};
        matches!(self, Silence | Stall | Endless | Truncated | Nonsense | Closed | Huge)
    }

    /// Answers so, or not at all. An error: the connection is to be closed.
    pub(super) async fn befall(
        self,
        stream: &mut BufReader<TcpStream>,
        call: Call,
        request: Request,
        state: &State,
    ) -> io::Result<()> {
        if self.is_paid() && call.costs() {
            state.tally().paid(call);
        }
        match self {
            Self::Silence => gone(stream).await,
            Self::Stall | Self::Closed => {
                let reply = vendors::reply(call, request, state).await;
                let head = reply.head(Some(reply.body.len()));
                let half = &reply.body[..reply.body.len() / 2];
                stream.write_all(&[head.as_bytes(), half].concat()).await?;
                if self == Self::Stall { gone(stream).await } else { Err(closed()) }
            }
            Self::Endless => {
                let head = Reply::new(200, "application/json", "").head(None);
                stream.write_all(head.as_bytes()).await?;
                loop {
                    stream.write_all(b"        ").await?;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            Self::Truncated => {
                let mut reply = vendors::reply(call, request, state).await;
                reply.body.truncate(reply.body.len() / 2);
                write(stream, &reply).await
            }
            Self::Redirect => {
                let there = format!("{}{NOWHERE}", state.url);
                write(stream, &vendors::error(307, "elsewhere").with("location", there)).await
            }
            _ => write(stream, &self.reply(call)).await,
        }
    }

    fn reply(self, call: Call) -> Reply {
        match self {
            Self::Status(status) => vendors::error(status, &words(status)),
            Self::RetryAfter => vendors::error(429, &words(429)).with("retry-after", "1"),
            Self::RateLimit => {
                vendors::error(429, &words(429)).with("ratelimit", "\"api\";r=0;t=1")
            }
            Self::Loading => vendors::loading(),
            Self::Refused => vendors::refused(),
            Self::Html => {
                let page = "<!doctype html><title>Just a moment...</title>";
                Reply::new(200, "text/html; charset=utf-8", page)
            }
            Self::ErrorInside => {
                let mut reply = vendors::error(500, &words(500));
                reply.status = 200;
                reply
            }
            Self::Huge => {
                let long = "x".repeat(HUGE_BYTES);
                Reply::json(200, &serde_json::json!({ "id": long }))
            }
            _ => vendors::nonsense(call),
        }
    }
}

/// Returns once the caller has had enough.
async fn gone(stream: &mut BufReader<TcpStream>) -> io::Result<()> {
    // It says nothing more until it is answered.
    let _ = stream.read_u8().await;
    Err(closed())
}

fn closed() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

/// Some quote the key.
fn words(status: u16) -> String {
    let key = Models::key();
    let words = match status {
        401 => return format!("Invalid credentials: {key}"),
        500 => return format!("The upstream server failed for {key}"),
        402 => "You have exceeded your monthly included credits for Inference Providers.",
        408 => "Request Timeout",
        410 => "The requested model is deprecated and no longer supported.",
        429 => "Too Many Requests",
        502 => "Bad Gateway",
        504 => "Gateway Timeout",
        _ => "It failed.",
    };
    words.to_owned()
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(to, "{status}"),
            Self::RetryAfter => write!(to, "429 with Retry-After"),
            Self::RateLimit => write!(to, "429 with RateLimit"),
            Self::Loading => write!(to, "503 with estimated_time"),
            Self::Refused => write!(to, "422 with a content policy"),
            Self::Silence => write!(to, "no head"),
            Self::Stall => write!(to, "half a body, and silence"),
            Self::Endless => write!(to, "a body without end"),
            Self::Html => write!(to, "HTML"),
            Self::Truncated => write!(to, "truncated JSON"),
            Self::Nonsense => write!(to, "no base64, no choice"),
            Self::ErrorInside => write!(to, "200 that holds an error"),
            Self::Closed => write!(to, "closed in mid-answer"),
            Self::Redirect => write!(to, "redirect to loopback"),
            Self::Huge => write!(to, "20 MB"),
        }
    }
}
