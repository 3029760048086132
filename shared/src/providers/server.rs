//! One model server over HTTP: where it is, who pays, and what came of a call.

use std::time::Duration;

use anyhow::{Context, anyhow};
use bytes::{Bytes, BytesMut};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, Url};
use secrecy::{ExposeSecret, SecretString};

use super::{Answer, CallError, Verdict};
use crate::config::{ProviderConfig, ProviderKind};
use crate::http;
use crate::jobs::Notes;
use crate::tls::Roots;

/// Most of an answer that says why it is not a success.
const MOST_OF_AN_ERROR: usize = 64 * 1024;

/// A shorter key is no secret, and may stand in any answer by chance.
const SHORTEST_SECRET: usize = 12;

/// Time to prepare a picture, and to look at one.
const SLACK: Duration = Duration::from_secs(10);

/// A model server.
pub struct Server {
    client: Client,
    url: String,
    key: Option<SecretString>,
    /// How the key is shown.
    scheme: &'static str,
    bill_to: String,
    max_answer: usize,
}

impl Server {
    /// `max_answer`: bytes of the largest answer that is read.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn new<K: ProviderKind>(
        config: &ProviderConfig<K>,
        max_answer: usize,
        roots: &Roots,
    ) -> anyhow::Result<Self> {
        // With a key in hand one does not follow strangers; and a POST that is redirected is another.
        let client = http::builder(config.timeout, roots)?.redirect(Policy::none());
        Ok(Self {
            client: client.build().context("the HTTP client of a provider")?,
            url: config.url.trim_end_matches('/').to_owned(),
            key: config.key()?.cloned(),
            scheme: "Bearer",
            bill_to: config.bill_to.clone(),
            max_answer,
        })
    }

    /// The same, for a server that wants to be shown its key by another name than `Bearer`.
    #[must_use]
    pub fn with_scheme(self, scheme: &'static str) -> Self {
        Self { scheme, ..self }
    }

    /// `path` of the API whose address the settings' URL is: with or without `/v1`, or as a whole.
    ///
    /// # Errors
    ///
    /// When the settings' URL is none.
    pub fn at(&self, path: &str) -> anyhow::Result<Url> {
        let whole = ["/v1/chat/completions", "/v1/images/generations"];
        let base = whole.iter().find_map(|whole| self.url.strip_suffix(whole));
        let base = base.unwrap_or_else(|| self.url.strip_suffix("/v1").unwrap_or(&self.url));
        let url = format!("{base}{path}");
        Url::parse(&url).with_context(|| format!("{url} is not a URL"))
    }

    /// The settings' URL as it is, with the model's name where it says `{model}`.
    ///
    /// # Errors
    ///
    /// When it is no URL.
    pub fn of_model(&self, model: &str) -> anyhow::Result<Url> {
        let url = self.url.replace("{model}", model);
        Url::parse(&url).with_context(|| format!("{url} is not a URL"))
    }

    /// A request with the key.
    pub fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let mut request = self.client.request(method, url);
        if let Some(key) = &self.key
            && let Ok(mut value) =
                HeaderValue::try_from(format!("{} {}", self.scheme, key.expose_secret()))
        {
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if !self.bill_to.is_empty() {
            request = request.header("X-HF-Bill-To", &self.bill_to);
        }
        request
    }

    /// Sends what makes the model work, and so costs money: if no answer comes in time, nobody knows
    /// whether it did.
    ///
    /// # Errors
    ///
    /// Classified, by the table of errors and by how far the call got.
    pub async fn generate(
        &self,
        request: RequestBuilder,
        notes: &mut Notes,
    ) -> Result<Answer, CallError> {
        notes.unanswered = true;
        let answer = self.send(request, Verdict::Unknown).await;
        notes.unanswered = false;
        if let Some(id) = answer.as_ref().ok().and_then(Answer::request_id) {
            notes.is_called(&id);
        }
        // Lost on its way, or too large: the model has worked all the same.
        let lost = |error: &CallError| matches!(error.code, "connection_lost" | "answer_too_large");
        let answer =
            answer.map_err(|error| if lost(&error) { error.after_serving() } else { error });
        answer?.success()
    }

    /// Sends what costs nothing, such as a question how far it is.
    ///
    /// # Errors
    ///
    /// Classified, by the table of errors and by how far the call got.
    pub async fn look(&self, request: RequestBuilder) -> Result<Answer, CallError> {
        self.send(request, Verdict::Retry).await?.success()
    }

    /// The same, for the report on something that goes on by itself, and may have failed.
    ///
    /// # Errors
    ///
    /// As above; what the report says is none.
    pub async fn look_at_report(&self, request: RequestBuilder) -> Result<Answer, CallError> {
        self.send(request, Verdict::Retry).await?.success_by_status()
    }

    /// Any answer, whatever it means.
    async fn send(&self, request: RequestBuilder, if_silent: Verdict) -> Result<Answer, CallError> {
        let response = request.send().await.map_err(|error| explain(error, if_silent))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = if status.is_success() {
            read(response, self.max_answer, if_silent).await?
        } else {
            // What it is, its status says; its words only help.
            beginning_of(response, MOST_OF_AN_ERROR).await
        };
        let body = self.without_key(body);
        Ok(Answer { status: status.as_u16(), headers, body })
    }

    /// Some servers say which key they refuse; some with a status that says that all is well. What is
    /// not text, such as a picture, is left as it is.
    fn without_key(&self, body: Bytes) -> Bytes {
        let long = |key: &&SecretString| key.expose_secret().len() >= SHORTEST_SECRET;
        let Some(key) = self.key.as_ref().filter(long) else { return body };
        match std::str::from_utf8(&body) {
            Ok(text) if text.contains(key.expose_secret()) => {
                text.replace(key.expose_secret(), "[the key]").into()
            }
            _ => body,
        }
    }
}

/// For the deadline of an attempt: how long all these may take one after the other. Each may be waited
/// for, and then be called twice: once more with a smaller picture, or for the picture that its answer
/// points at.
pub fn longest<'a, K: ProviderKind + 'a>(
    providers: impl IntoIterator<Item = &'a ProviderConfig<K>>,
) -> Duration {
    let remote = providers.into_iter().filter(|provider| provider.kind.is_remote());
    remote.map(|provider| provider.timeout * 3 + SLACK).sum()
}

/// Reads a body of at most so many bytes.
pub(super) async fn read(
    mut response: Response,
    most: usize,
    if_silent: Verdict,
) -> Result<Bytes, CallError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(error, if_silent))? {
        if body.len() + chunk.len() > most {
            let cause = anyhow!("an answer of more than {most} bytes");
            return Err(CallError::new(Verdict::Retry, "answer_too_large", cause));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// What came of a body, up to so many bytes: of one that breaks off, or goes on and on, the beginning.
async fn beginning_of(mut response: Response, most: usize) -> Bytes {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk[..chunk.len().min(most - body.len())]);
        if body.len() == most {
            break;
        }
    }
    // Cut between two letters, so that it is text still.
    String::from_utf8_lossy(&body).into_owned().into()
}

/// How far a call got that was not answered.
pub(super) fn explain(error: reqwest::Error, if_silent: Verdict) -> CallError {
    // The address may hold what a provider signed.
    let error = error.without_url();
    if error.is_connect() {
        CallError::new(Verdict::Retry, "provider_unreachable", error)
    } else if error.is_timeout() && if_silent == Verdict::Unknown {
        CallError::new(Verdict::Unknown, "outcome_unknown", error)
    } else if error.is_timeout() {
        CallError::new(if_silent, "provider_silent", error)
    } else {
        CallError::new(Verdict::Retry, "connection_lost", error)
    }
}

#[cfg(test)]
mod tests;
