//! What a server answered, read whole, under a limit; and what it means if it is not a success.

use std::time::Duration;

use anyhow::anyhow;
use bytes::Bytes;
use poem::http::HeaderMap;
use serde_json::Value;

use super::{CallError, table};

/// Most of what an error says that is kept.
const MOST_TEXT: usize = 300;

/// Longest word of an error, in characters: names of models and ids are shorter.
const LONGEST_WORD: usize = 100;

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The answer, if it is a success; else what is to be done about it.
    ///
    /// # Errors
    ///
    /// By the table; a success that holds an error counts as one too.
    pub fn success(self) -> Result<Self, CallError> {
        let answer = self.success_by_status()?;
        match answer.error_inside() {
            Some(status) => Err(answer.error(status)),
            None => Ok(answer),
        }
    }

    /// The same; but a success that holds an error is one, for who asks after something that may have
    /// failed by itself.
    ///
    /// # Errors
    ///
    /// By the table.
    pub fn success_by_status(self) -> Result<Self, CallError> {
        if (200..300).contains(&self.status) { Ok(self) } else { Err(self.error(self.status)) }
    }

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn json(&self) -> Result<Value, CallError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let what = format!("{} bytes that are not JSON", self.body.len());
            CallError::unreadable(anyhow::Error::new(error).context(what))
        })
    }

    /// What the provider calls this call, for its support.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        ["x-request-id", "x-inference-id", "x-fal-request-id", "inference-id"]
            .iter()
            .find_map(|name| self.header(name))
            .map(|id| clip(id, 100))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Some say 200 and mean an error: the status that it has, or should have.
    fn error_inside(&self) -> Option<u16> {
        if self.body.first() != Some(&b'{') {
            return None;
        }
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        let error = body.get("error").filter(|error| !error.is_null())?;
        let status = |value: &Value| value.as_u64().and_then(|status| u16::try_from(status).ok());
        let status = [error.get("code"), error.get("status"), body.get("status"), body.get("code")]
            .into_iter()
            .flatten()
            .find_map(status);
        Some(status.filter(|status| (400..600).contains(status)).unwrap_or(500))
    }

    fn error(&self, status: u16) -> CallError {
        let text = self.text();
        let cause = anyhow!("HTTP {status}: {}", if text.is_empty() { "no words" } else { &text });
        let Some(row) = table::look_up(status, &text) else {
            return CallError::unreadable(cause);
        };
        let mut error = CallError::new(row.verdict, row.code, cause);
        error.after = self.pause();
        error
    }

    /// What an error says, for the log: shortened, on one line.
    #[must_use]
    pub fn text(&self) -> String {
        let said = match serde_json::from_slice::<Value>(&self.body) {
            Ok(body) => words_of(&body).unwrap_or_else(|| body.to_string()),
            Err(_) => String::from_utf8_lossy(&self.body).into_owned(),
        };
        clip(&without_data(&said), MOST_TEXT)
    }

    /// How long it asks to be left alone.
    fn pause(&self) -> Option<Duration> {
        self.retry_after().or_else(|| self.rate_limit()).or_else(|| self.estimated_time())
    }

    /// `Retry-After`, in seconds (RFC 9110, 10.2.3). Dates are not in use among model servers.
    fn retry_after(&self) -> Option<Duration> {
        seconds(self.header("retry-after")?.trim().parse().ok()?)
    }

    /// `RateLimit: "api";r=0;t=55`: nothing remains, and it begins anew in `t` seconds
    /// (draft-ietf-httpapi-ratelimit-headers). While something remains it is not the reason.
    fn rate_limit(&self) -> Option<Duration> {
        let header = self.header("ratelimit")?;
        header.split(',').find_map(|policy| {
            let parameter = |name: &str| {
                let mut parameters = policy.split(';').filter_map(|part| part.split_once('='));
                parameters.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
            };
            (parameter("r") == Some("0")).then(|| seconds(parameter("t")?.parse().ok()?)).flatten()
        })
    }

    /// What a server that loads its model guesses; values of more than half an hour were seen.
    fn estimated_time(&self) -> Option<Duration> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        seconds(body.get("estimated_time")?.as_f64()?)
    }
}

fn seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok().filter(|pause| !pause.is_zero())
}

/// Where the servers put their words: `error` (text or `error.message`), `message`, `detail` (text or
/// a list).
fn words_of(body: &Value) -> Option<String> {
    let found = [
        body.pointer("/error/message"),
        body.get("error"),
        body.get("message"),
        body.get("detail"),
        body.get("error_message"),
    ];
    let words = found.into_iter().flatten().find_map(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => Some(list.iter().map(one_of_list).collect::<Vec<_>>().join("; ")),
        _ => None,
    })?;
    // OpenAI's code often says more than its message.
    let code = body.pointer("/error/code").and_then(Value::as_str);
    Some(code.map_or(words.clone(), |code| format!("{words} ({code})")))
}

fn one_of_list(value: &Value) -> String {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    match (value.as_str(), text("msg"), text("type")) {
        (Some(words), ..) => words.to_owned(),
        (None, Some(message), Some(kind)) => format!("{message} ({kind})"),
        (None, Some(message), None) => message.to_owned(),
        _ => value.to_string(),
    }
}

/// Without pictures: some servers send back what they were sent. Those are data URLs (RFC 2397), and
/// whatever else is too long for a word.
fn without_data(text: &str) -> String {
    let is_data = |letter: char| letter.is_ascii_alphanumeric() || "+/=_-%".contains(letter);
    let mut kept = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find(is_data) {
        kept.push_str(&rest[..begin]);
        rest = &rest[begin..];
        let end = rest.find(|letter| !is_data(letter)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let in_url = kept.ends_with(";base64,");
        if in_url && let Some(head) = kept.rfind("data:") {
            kept.truncate(head);
        }
        kept.push_str(if in_url || word.len() > LONGEST_WORD { "[data]" } else { word });
        rest = behind;
    }
    kept + rest
}

/// One line of at most so many characters.
fn clip(text: &str, most: usize) -> String {
    let plain = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(most).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests;
