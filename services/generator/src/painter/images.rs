//! OpenAI's images: what HuggingFace's router (nscale and others), LocalAI and stable-diffusion.cpp speak
//! (OpenAI's API reference, "Create image").

use anyhow::{Context, anyhow, ensure};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::{Method, Url};
use serde::Serialize;
use serde_json::{Map, Value};
use shared::config::{PainterKind, ProviderConfig};
use shared::jobs::{Notes, Usage};
use shared::providers::{CallError, Downloader, Model, Server};
use shared::tls::Roots;

use super::Commission;
use super::received::{self, Painting};

pub struct Images {
    server: Server,
    url: Url,
    downloader: Downloader,
    model: String,
    commission: Commission,
    parameters: Map<String, Value>,
}

/// What is sent.
#[derive(Serialize)]
struct Order<'a> {
    model: &'a str,
    prompt: String,
    /// These two unless `parameters` hold them.
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<String>,
    #[serde(flatten)]
    parameters: &'a Map<String, Value>,
}

impl Images {
    pub fn new(
        config: &ProviderConfig<PainterKind>,
        downloader: Downloader,
        commission: Commission,
        roots: &Roots,
    ) -> anyhow::Result<Self> {
        for ours in ["model", "prompt"] {
            let is_theirs = config.parameters.contains_key(ours);
            ensure!(!is_theirs, "parameters: `{ours}` is not a further field");
        }
        let server = Server::new(config, commission.max_answer(), roots)?;
        Ok(Self {
            url: server.at("/v1/images/generations")?,
            server,
            downloader,
            model: config.model.clone(),
            commission,
            parameters: config.parameters.clone(),
        })
    }

    async fn file(&self, answer: &Value) -> Result<Bytes, CallError> {
        let Some(picture) = answer.pointer("/data/0") else {
            return Err(CallError::unreadable(anyhow!("an answer without a picture")));
        };
        if let Some(text) = picture.get("b64_json").and_then(Value::as_str) {
            return decoded(text);
        }
        match picture.get("url").and_then(Value::as_str) {
            Some(url) if url.starts_with("data:") => decoded(url),
            Some(url) => self.downloader.fetch(url).await,
            None => Err(CallError::unreadable(anyhow!("an answer without a picture"))),
        }
    }
}

#[async_trait]
impl Model for Images {
    type Input = String;
    type Output = Painting;

    fn model(&self) -> Option<&str> {
        Some(&self.model).filter(|model| !model.is_empty()).map(String::as_str)
    }

    async fn ask(&self, sentence: &String, notes: &mut Notes) -> Result<Painting, CallError> {
        let Commission { style, width, height, .. } = &self.commission;
        let unless_given = |name| !self.parameters.contains_key(name);
        let order = Order {
            model: &self.model,
            prompt: style.prompt(sentence),
            response_format: unless_given("response_format").then_some("b64_json"),
            size: unless_given("size").then(|| format!("{width}x{height}")),
            parameters: &self.parameters,
        };
        let request = self.server.request(Method::POST, self.url.clone()).json(&order);
        let answer = self.server.generate(request, notes).await?.json()?;
        notes.usage = usage(&answer);
        let painted =
            async { received::look_at(self.file(&answer).await?, self.commission.max_bytes).await };
        painted.await.map_err(CallError::after_serving)
    }
}

fn usage(answer: &Value) -> Usage {
    let tokens = |pointer| {
        let tokens = answer.pointer(pointer).and_then(Value::as_u64);
        tokens.and_then(|tokens| u32::try_from(tokens).ok())
    };
    Usage {
        input_tokens: tokens("/usage/input_tokens"),
        output_tokens: tokens("/usage/output_tokens"),
        cost_usd: answer.pointer("/usage/cost").and_then(Value::as_f64),
    }
}

/// Base64, with or without the head of a data URL.
pub(super) fn decoded(text: &str) -> Result<Bytes, CallError> {
    let text = text.rsplit_once(";base64,").map_or(text, |(_, text)| text);
    let bytes = STANDARD.decode(text.trim()).context("the picture is not base64");
    bytes.map(Bytes::from).map_err(CallError::unreadable)
}

#[cfg(test)]
mod tests;
