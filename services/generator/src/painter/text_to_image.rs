//! The classic task `text-to-image`: HuggingFace's own servers, dedicated endpoints, self-hosted toolkits
//! (`huggingface_hub`'s `InferenceClient.text_to_image`, huggingface-inference-toolkit).

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::header::ACCEPT;
use reqwest::{Method, Url};
use serde_json::{Map, Value, json};
use shared::config::{PainterKind, ProviderConfig};
use shared::jobs::Notes;
use shared::providers::{Answer, CallError, Model, Server};
use shared::tls::Roots;

use super::Commission;
use super::images::decoded;
use super::received::{self, Painting};

pub struct TextToImage {
    server: Server,
    url: Url,
    model: String,
    commission: Commission,
    parameters: Map<String, Value>,
}

impl TextToImage {
    pub fn new(
        config: &ProviderConfig<PainterKind>,
        commission: Commission,
        roots: &Roots,
    ) -> anyhow::Result<Self> {
        let server = Server::new(config, commission.max_answer(), roots)?;
        Ok(Self {
            url: server.of_model(&config.model)?,
            server,
            model: config.model.clone(),
            commission,
            parameters: config.parameters.clone(),
        })
    }

    /// The settings' size, unless the parameters name another.
    fn parameters(&self) -> Map<String, Value> {
        let Commission { width, height, .. } = self.commission;
        let mut parameters = self.parameters.clone();
        parameters.entry("width").or_insert(width.into());
        parameters.entry("height").or_insert(height.into());
        parameters
    }
}

#[async_trait]
impl Model for TextToImage {
    type Input = String;
    type Output = Painting;

    fn model(&self) -> Option<&str> {
        Some(&self.model).filter(|model| !model.is_empty()).map(String::as_str)
    }

    async fn ask(&self, sentence: &String, notes: &mut Notes) -> Result<Painting, CallError> {
        let order = json!({
            "inputs": self.commission.style.prompt(sentence),
            "parameters": self.parameters(),
        });
        let request = self.server.request(Method::POST, self.url.clone());
        // Exactly this: a toolkit answers anything else with the picture as text in JSON.
        let request = request.header(ACCEPT, "image/png").json(&order);
        let answer = self.server.generate(request, notes).await?;
        // A page in place of a picture comes from somebody before the model.
        let by_the_model = answer.body.first() != Some(&b'<');
        let painted =
            async { received::look_at(picture_in(answer)?, self.commission.max_bytes).await };
        painted.await.map_err(|error| if by_the_model { error.after_serving() } else { error })
    }
}

/// The bytes of the picture; or the same as text in JSON.
fn picture_in(answer: Answer) -> Result<Bytes, CallError> {
    match answer.body.first() {
        Some(b'"') => decoded(answer.json()?.as_str().unwrap_or_default()),
        _ => Ok(answer.body),
    }
}

#[cfg(test)]
mod tests;
