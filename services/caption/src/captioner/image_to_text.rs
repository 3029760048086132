//! The classic task `image-to-text`: dedicated Inference Endpoints and self-hosted toolkits
//! (`huggingface_hub`'s `InferenceClient.image_to_text`, huggingface-inference-toolkit).

use std::sync::Arc;

use anyhow::anyhow;
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::{Map, Value, json};
use shared::config::{CaptionerKind, ProviderConfig};
use shared::jobs::Notes;
use shared::providers::{CallError, Model, Server};
use shared::tls::Roots;

use super::{MAX_ANSWER, jpeg, sentence};

pub struct ImageToText {
    server: Server,
    url: Url,
    model: String,
    parameters: Map<String, Value>,
}

impl ImageToText {
    pub fn new(config: &ProviderConfig<CaptionerKind>, roots: &Roots) -> anyhow::Result<Self> {
        let server = Server::new(config, MAX_ANSWER, roots)?;
        Ok(Self {
            url: server.of_model(&config.model)?,
            server,
            model: config.model.clone(),
            parameters: config.parameters.clone(),
        })
    }

    /// The bytes as they are; with parameters, which have no other place, as JSON. Toolkits compare the
    /// media types to the letter.
    fn request(&self, file: bytes::Bytes) -> RequestBuilder {
        let request = self.server.request(Method::POST, self.url.clone());
        let request = request.header(ACCEPT, "application/json");
        if self.parameters.is_empty() {
            return request.header(CONTENT_TYPE, "image/jpeg").body(file);
        }
        request.json(&json!({"inputs": STANDARD.encode(file), "parameters": self.parameters}))
    }

    async fn ask_about(&self, file: bytes::Bytes, notes: &mut Notes) -> Result<String, CallError> {
        let answer = self.server.generate(self.request(file), notes).await?.json()?;
        let said = answer.pointer("/0/generated_text").or_else(|| answer.get("generated_text"));
        let said = said.and_then(Value::as_str).ok_or_else(|| {
            CallError::useless("unreadable_answer", anyhow!("an answer without `generated_text`"))
        })?;
        sentence::plain(said)
            .ok_or_else(|| CallError::useless("no_caption", anyhow!("an answer without a caption")))
    }
}

#[async_trait]
impl Model for ImageToText {
    type Input = Arc<RgbImage>;
    type Output = String;

    fn model(&self) -> Option<&str> {
        Some(&self.model).filter(|model| !model.is_empty()).map(String::as_str)
    }

    async fn ask(&self, picture: &Arc<RgbImage>, notes: &mut Notes) -> Result<String, CallError> {
        let file = jpeg::encode(picture, jpeg::LONGEST_SIDE).await?;
        match self.ask_about(file, notes).await {
            Err(error) if error.code == "too_large" => {
                let file = jpeg::encode(picture, jpeg::half(picture)).await?;
                self.ask_about(file, notes).await
            }
            answered => answered,
        }
    }
}

#[cfg(test)]
mod tests;
