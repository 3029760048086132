//! No model: measures the picture, and says what it measured.

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use image::RgbImage;
use shared::jobs::Notes;
use shared::providers::{CallError, Model, Verdict};

use crate::builtin;

pub struct Builtin;

#[async_trait]
impl Model for Builtin {
    type Input = Arc<RgbImage>;
    type Output = String;

    fn model(&self) -> Option<&str> {
        None
    }

    async fn ask(&self, picture: &Arc<RgbImage>, _: &mut Notes) -> Result<String, CallError> {
        let picture = Arc::clone(picture);
        let scene = tokio::task::spawn_blocking(move || builtin::describe(&picture)).await;
        let scene = scene.context("the captioner died");
        let scene =
            scene.map_err(|error| CallError::new(Verdict::Retry, "captioner_died", error))?;
        Ok(scene.to_string())
    }
}
