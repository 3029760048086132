//! fal's queue, through HuggingFace's router or its own address: a picture is ordered, asked after, and
//! fetched (fal's documentation, "Queue API"; `huggingface_hub`'s provider `fal-ai`).

use std::time::Duration;

use anyhow::{Context, anyhow};
use async_trait::async_trait;
use reqwest::{Method, Url};
use serde_json::{Map, Value, json};
use shared::config::{PainterKind, ProviderConfig};
use shared::jobs::Notes;
use shared::providers::{Answer, CallError, Downloader, Model, Server, Verdict};
use shared::tls::Roots;
use tokio::time::Instant;

use super::Commission;
use super::images::decoded;
use super::received::{self, Painting};

/// Pause between two questions whether it is done.
const PAUSE: Duration = Duration::from_millis(500);

/// Longest pause between two questions that fail.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Questions after the outcome that may fail one after the other; after the progress there is no end to
/// them but the timeout: the order is paid for, and goes on without us.
const MOST_FAILURES: u32 = 5;

/// How long taking an order back may take.
const CANCELLING: Duration = Duration::from_secs(5);

pub struct Fal {
    server: Server,
    /// Before the model.
    base: Url,
    downloader: Downloader,
    model: String,
    timeout: Duration,
    commission: Commission,
    parameters: Map<String, Value>,
}

impl Fal {
    pub fn new(
        config: &ProviderConfig<PainterKind>,
        downloader: Downloader,
        commission: Commission,
        roots: &Roots,
    ) -> anyhow::Result<Self> {
        // Keys of HuggingFace go to its router; fal's own have a scheme of their own.
        let server = Server::new(config, commission.max_answer(), roots)?;
        let server =
            if config.is_key_of_huggingface() { server } else { server.with_scheme("Key") };
        Ok(Self {
            base: server.of_model("")?,
            server,
            downloader,
            model: config.model.clone(),
            timeout: config.timeout,
            commission,
            parameters: config.parameters.clone(),
        })
    }

    /// An address of this provider: its host is the settings', whatever an answer says.
    fn at(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/{}", path.trim_start_matches('/')));
        // The router leads to the queue by this.
        if self.base.path().trim_matches('/') == "fal-ai" {
            url.set_query(Some("_subdomain=queue"));
        }
        url
    }

    fn order(&self, sentence: &str) -> Value {
        let Commission { style, width, height, .. } = &self.commission;
        let mut order = self.parameters.clone();
        order.insert("prompt".to_owned(), style.prompt(sentence).into());
        order.entry("image_size").or_insert_with(|| json!({"width": width, "height": height}));
        Value::Object(order)
    }

    /// Waits until it is done.
    async fn wait(&self, request: &str) -> Result<(), CallError> {
        loop {
            let path = format!("{request}/status");
            let report = self.insist(&path, Question::Progress).await?;
            match report.json()?.get("status").and_then(Value::as_str) {
                Some("COMPLETED" | "OK") => return Ok(()),
                Some("IN_QUEUE" | "IN_PROGRESS") => tokio::time::sleep(PAUSE).await,
                other => {
                    let status: String = other.unwrap_or("lost").chars().take(50).collect();
                    let cause = anyhow!("the order is {status}: {}", report.text());
                    return Err(CallError::new(Verdict::Retry, "provider_failed", cause));
                }
            }
        }
    }

    /// Asks after an order that is paid for, again and again: one that has taken it knows the key and
    /// the model, so whatever goes wrong passes.
    async fn insist(&self, path: &str, question: Question) -> Result<Answer, CallError> {
        let mut failures = 0;
        loop {
            let request = self.server.request(Method::GET, self.at(path));
            let answer = match question {
                Question::Progress => self.server.look_at_report(request).await,
                Question::Outcome => self.server.look(request).await,
            };
            let error = match answer.and_then(|answer| answer.json().map(|_| answer)) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if question == Question::Outcome
                && matches!(error.verdict, Verdict::Fail | Verdict::Next)
            {
                return Err(error);
            }
            if question == Question::Outcome && failures == MOST_FAILURES {
                return Err(CallError::new(Verdict::Unknown, "outcome_unknown", error.cause));
            }
            let pause = PAUSE.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_PAUSE);
            failures += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// Takes an order back that took too long: if it has not begun, it will not be paid.
    async fn cancel(&self, request: &str) {
        let url = self.at(&format!("{request}/cancel"));
        // Whatever comes of it: the order's outcome is unknown already.
        if let Err(error) = self.server.look(self.server.request(Method::PUT, url)).await {
            tracing::info!(
                cause = format!("{:#}", error.cause),
                "an order could not be taken back"
            );
        }
    }

    async fn picture(&self, request: &str) -> Result<Painting, CallError> {
        let answer = self.insist(request, Question::Outcome).await?.json()?;
        let flagged = answer.pointer("/has_nsfw_concepts/0").and_then(Value::as_bool);
        if flagged == Some(true) {
            return Err(CallError::refused(anyhow!("the safety checker held the picture back")));
        }
        let url = answer.pointer("/images/0/url").and_then(Value::as_str);
        let url =
            url.ok_or_else(|| CallError::unreadable(anyhow!("a result without a picture")))?;
        let file = if url.starts_with("data:") {
            decoded(url)?
        } else {
            self.downloader.fetch(url).await?
        };
        received::look_at(file, self.commission.max_bytes).await
    }
}

#[async_trait]
impl Model for Fal {
    type Input = String;
    type Output = Painting;

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    async fn ask(&self, sentence: &String, notes: &mut Notes) -> Result<Painting, CallError> {
        let until = Instant::now() + self.timeout;
        let request = self.server.request(Method::POST, self.at(&self.model));
        let request = request.json(&self.order(sentence));
        let taken = self.server.generate(request, notes).await?.json()?;
        if let Some(id) = taken.get("request_id").and_then(Value::as_str) {
            notes.is_called(id);
        }
        let request = path_of(&taken).map_err(CallError::unreadable)?;
        // From here on it is being made, and paid for.
        notes.unanswered = true;
        let made = async {
            self.wait(&request).await?;
            self.picture(&request).await.map_err(|error| match error.verdict {
                Verdict::Unknown => error,
                _ => error.after_serving(),
            })
        };
        let made = tokio::time::timeout_at(until, made).await;
        notes.unanswered = false;
        let Ok(made) = made else {
            notes.unanswered = true;
            // Whoever is silent may be silent now, too.
            let _ = tokio::time::timeout(CANCELLING, self.cancel(&request)).await;
            notes.unanswered = false;
            let cause = anyhow!("it was not done within {:?}", self.timeout);
            return Err(CallError::new(Verdict::Unknown, "outcome_unknown", cause));
        };
        made
    }
}

/// What an order is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    /// How far it is.
    Progress,
    /// What came of it; the answer may be the last word on the order itself.
    Outcome,
}

/// The path under which the order is asked after. Of the address in the answer nothing else is used.
fn path_of(taken: &Value) -> anyhow::Result<String> {
    let url = taken
        .get("response_url")
        .and_then(Value::as_str)
        .context("an answer without an address")?;
    Ok(Url::parse(url).context("the answer's address is none")?.path().to_owned())
}

#[cfg(test)]
mod tests;
