//! What turns a picture into a sentence.

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use image::RgbImage;
use shared::worker::StepError;

use crate::builtin;

/// A sentence, and who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// One plain sentence.
    pub text: String,
    /// What exactly said it, where the provider has several.
    pub model: Option<String>,
}

/// Says what a picture shows.
#[async_trait]
pub trait Captioner: Send + Sync {
    /// Goes into the timeline and the metrics, such as `builtin`.
    fn provider(&self) -> &'static str;

    /// Looks at an upright picture without transparency.
    ///
    /// # Errors
    ///
    /// Classified: whether trying again helps, and when.
    async fn caption(&self, picture: Arc<RgbImage>) -> Result<Caption, StepError>;
}

/// No model: measures the picture, and says what it measured.
pub struct Builtin;

#[async_trait]
impl Captioner for Builtin {
    fn provider(&self) -> &'static str {
        "builtin"
    }

    async fn caption(&self, picture: Arc<RgbImage>) -> Result<Caption, StepError> {
        let scene = tokio::task::spawn_blocking(move || builtin::describe(&picture))
            .await
            .context("the captioner died")
            .map_err(|error| StepError::retry("captioner_died", error))?;
        Ok(Caption { text: scene.to_string(), model: None })
    }
}
