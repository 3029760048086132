//! Chat completions with a vision model: what HuggingFace's router, vLLM, llama.cpp, Ollama, LocalAI and
//! dedicated endpoints speak (OpenAI's API reference, "Create chat completion").

use std::sync::Arc;

use anyhow::{anyhow, ensure};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use image::RgbImage;
use reqwest::{Method, Url};
use serde::Serialize;
use serde_json::{Map, Value, json};
use shared::config::{CaptionerKind, ProviderConfig};
use shared::jobs::{Notes, Usage};
use shared::providers::{CallError, Model, Server};
use shared::tls::Roots;

use super::{MAX_ANSWER, jpeg, sentence};

pub struct Chat {
    server: Server,
    url: Url,
    model: String,
    prompt: String,
    max_tokens: u32,
    parameters: Map<String, Value>,
}

/// What is sent. `model` stands first: the router reads no further than it has to.
#[derive(Serialize)]
struct Question<'a> {
    model: &'a str,
    messages: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    stream: bool,
    #[serde(flatten)]
    parameters: &'a Map<String, Value>,
}

impl Chat {
    pub fn new(
        config: &ProviderConfig<CaptionerKind>,
        prompt: &str,
        roots: &Roots,
    ) -> anyhow::Result<Self> {
        for ours in ["model", "messages", "stream"] {
            let is_theirs = config.parameters.contains_key(ours);
            ensure!(!is_theirs, "parameters: `{ours}` is not a further field");
        }
        let server = Server::new(config, MAX_ANSWER, roots)?;
        Ok(Self {
            url: server.at("/v1/chat/completions")?,
            server,
            model: config.model.clone(),
            prompt: prompt.to_owned(),
            max_tokens: config.max_tokens,
            parameters: config.parameters.clone(),
        })
    }

    async fn ask_about(&self, file: &Bytes, notes: &mut Notes) -> Result<String, CallError> {
        let image_url = format!("data:image/jpeg;base64,{}", STANDARD.encode(file));
        let question = Question {
            model: &self.model,
            messages: json!([{"role": "user", "content": [
                {"type": "text", "text": self.prompt},
                {"type": "image_url", "image_url": {"url": image_url}},
            ]}]),
            // Zero: some servers know it by another name, which `parameters` may hold.
            max_tokens: Some(self.max_tokens)
                .filter(|most| *most > 0 && !self.parameters.contains_key("max_tokens")),
            stream: false,
            parameters: &self.parameters,
        };
        let request = self.server.request(Method::POST, self.url.clone()).json(&question);
        let answer = self.server.generate(request, notes).await?.json()?;
        note(&answer, notes);
        caption_in(&answer)
    }
}

#[async_trait]
impl Model for Chat {
    type Input = Arc<RgbImage>;
    type Output = String;

    fn model(&self) -> Option<&str> {
        Some(&self.model).filter(|model| !model.is_empty()).map(String::as_str)
    }

    async fn ask(&self, picture: &Arc<RgbImage>, notes: &mut Notes) -> Result<String, CallError> {
        let file = jpeg::encode(picture, jpeg::LONGEST_SIDE).await?;
        match self.ask_about(&file, notes).await {
            Err(error) if error.code == "too_large" => {
                let file = jpeg::encode(picture, jpeg::half(picture)).await?;
                self.ask_about(&file, notes).await
            }
            answered => answered,
        }
    }
}

/// What the answer says of itself.
fn note(answer: &Value, notes: &mut Notes) {
    let text = |pointer| answer.pointer(pointer).and_then(Value::as_str);
    let tokens = |pointer| {
        let tokens = answer.pointer(pointer).and_then(Value::as_u64);
        tokens.and_then(|tokens| u32::try_from(tokens).ok())
    };
    notes.usage = Usage {
        input_tokens: tokens("/usage/prompt_tokens"),
        output_tokens: tokens("/usage/completion_tokens"),
        cost_usd: answer.pointer("/usage/cost").and_then(Value::as_f64),
    };
    if notes.provider_request_id.is_none()
        && let Some(id) = text("/id")
    {
        notes.is_called(id);
    }
}

fn caption_in(answer: &Value) -> Result<String, CallError> {
    let Some(choice) = answer.pointer("/choices/0") else {
        return Err(CallError::useless("unreadable_answer", anyhow!("an answer without a choice")));
    };
    let text = |pointer| choice.pointer(pointer).and_then(Value::as_str);
    match text("/finish_reason") {
        Some("content_filter") => Err(CallError::refused(anyhow!("the content filter stopped it"))),
        Some("length") => {
            let cause =
                anyhow!("the answer was cut off at max_tokens; a model that thinks needs more");
            Err(CallError::useless("caption_cut_off", cause))
        }
        _ if text("/message/refusal").is_some_and(|refusal| !refusal.is_empty()) => {
            Err(CallError::refused(anyhow!("the model declined")))
        }
        _ => {
            let said = text("/message/content").unwrap_or_default();
            sentence::plain(said).ok_or_else(|| {
                CallError::useless("no_caption", anyhow!("an answer without a caption"))
            })
        }
    }
}

#[cfg(test)]
mod tests;
