//! What turns a sentence into a picture.

use std::io::Cursor;

use anyhow::Context;
use async_trait::async_trait;
use bytes::Bytes;
use image::ImageFormat;
use shared::worker::StepError;

use crate::builtin;

/// A picture, encoded, and who painted it.
#[derive(Clone, Debug)]
pub struct Painting {
    pub file: Bytes,
    pub media_type: &'static str,
    /// Of the file's name, without the dot.
    pub extension: &'static str,
    /// What exactly painted it, where the provider has several.
    pub model: Option<String>,
}

/// Paints what a sentence says.
#[async_trait]
pub trait Painter: Send + Sync {
    /// Goes into the timeline and the metrics, such as `builtin`.
    fn provider(&self) -> &'static str;

    /// Paints one picture.
    ///
    /// # Errors
    ///
    /// Classified: whether trying again helps, and when.
    async fn paint(&self, sentence: &str) -> Result<Painting, StepError>;
}

/// No model: paints the colours and the light that the sentence names. The same sentence always
/// makes the same picture.
pub struct Builtin {
    pub side_pixels: u32,
}

#[async_trait]
impl Painter for Builtin {
    fn provider(&self) -> &'static str {
        "builtin"
    }

    async fn paint(&self, sentence: &str) -> Result<Painting, StepError> {
        let (sentence, side_pixels) = (sentence.to_owned(), self.side_pixels);
        let file = tokio::task::spawn_blocking(move || encode(&sentence, side_pixels)).await;
        let file = file.context("the painter died").and_then(|file| file);
        let file = file.map_err(|error| StepError::retry("painter_died", error))?;
        Ok(Painting { file, media_type: "image/png", extension: "png", model: None })
    }
}

fn encode(sentence: &str, side_pixels: u32) -> anyhow::Result<Bytes> {
    let mut file = Cursor::new(Vec::new());
    builtin::paint(sentence, side_pixels).write_to(&mut file, ImageFormat::Png)?;
    Ok(file.into_inner().into())
}
