//! No model: paints the colours and the light that the sentence names. The same sentence always makes
//! the same picture.

use std::io::Cursor;

use anyhow::Context;
use async_trait::async_trait;
use bytes::Bytes;
use image::ImageFormat;
use shared::jobs::Notes;
use shared::providers::{CallError, Model, Verdict};

use super::Painting;
use crate::builtin;

pub struct Builtin {
    pub side_pixels: u32,
}

#[async_trait]
impl Model for Builtin {
    type Input = String;
    type Output = Painting;

    fn model(&self) -> Option<&str> {
        None
    }

    async fn ask(&self, sentence: &String, _: &mut Notes) -> Result<Painting, CallError> {
        let (sentence, side_pixels) = (sentence.clone(), self.side_pixels);
        let file = tokio::task::spawn_blocking(move || encode(&sentence, side_pixels)).await;
        let file = file.context("the painter died").and_then(|file| file);
        let file = file.map_err(|error| CallError::new(Verdict::Retry, "painter_died", error))?;
        Ok(Painting { file, media_type: "image/png", extension: "png" })
    }
}

fn encode(sentence: &str, side_pixels: u32) -> anyhow::Result<Bytes> {
    let mut file = Cursor::new(Vec::new());
    builtin::paint(sentence, side_pixels).write_to(&mut file, ImageFormat::Png)?;
    Ok(file.into_inner().into())
}
