//! One caption, one picture: what `--spend` buys.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Instant;

use image::ImageReader;
use shared::config::{CaptionerKind, Config, PainterKind, ProviderConfig};
use shared::jobs::Notes;
use shared::tls::Roots;

use super::failed;
use crate::doctor::report::{Check, Part};

/// What is captioned is painted from this, and what is painted is this.
const SENTENCE: &str = "a red boat on a blue lake under a golden sky";

/// Side of the picture that is captioned, in pixels.
const SIDE: u32 = 512;

pub async fn of_captioner(
    provider: &ProviderConfig<CaptionerKind>,
    config: &Config,
    roots: &Roots,
) -> Check {
    let (part, name) = (Part::CAPTIONER, provider.name.as_str());
    let captioner = match caption::captioner::captioner(provider, config, roots) {
        Ok(captioner) => captioner,
        Err(error) => return part.failed(name, format!("{error:#}"), "correct its settings"),
    };
    let painted = tokio::task::spawn_blocking(|| generator::builtin::paint(SENTENCE, SIDE)).await;
    let picture = match painted {
        Ok(picture) => Arc::new(picture),
        Err(error) => return part.failed(name, error.to_string(), "try again"),
    };
    let begun = Instant::now();
    match captioner.ask(&picture, &mut Notes::default()).await {
        Ok(said) => part.ok(name, format!("after {:.1?} it says: {said}", begun.elapsed())),
        Err(error) => failed(part, provider, &error),
    }
}

pub async fn of_painter(
    provider: &ProviderConfig<PainterKind>,
    config: &Config,
    roots: &Roots,
) -> Check {
    let (part, name) = (Part::PAINTER, provider.name.as_str());
    let painter = match generator::painter::painter(provider, config, roots) {
        Ok(painter) => painter,
        Err(error) => return part.failed(name, format!("{error:#}"), "correct its settings"),
    };
    let begun = Instant::now();
    match painter.ask(&SENTENCE.to_owned(), &mut Notes::default()).await {
        Ok(painting) => {
            let kilobytes = painting.file.len() / 1000;
            let reader = ImageReader::new(Cursor::new(&painting.file)).with_guessed_format();
            let sides = reader.ok().and_then(|reader| reader.into_dimensions().ok());
            let sides = sides.map_or(String::new(), |(width, height)| format!("{width}x{height} "));
            let took = begun.elapsed();
            let what = painting.media_type;
            part.ok(name, format!("after {took:.1?} it painted {sides}{what}, {kilobytes} kB"))
        }
        Err(error) => failed(part, provider, &error),
    }
}
