//! What turns a sentence into a picture: no model, or one of those that are asked over HTTP.

mod builtin;
mod fal;
#[cfg(test)]
mod fixtures;
mod images;
mod prompt;
mod received;
mod text_to_image;

use anyhow::{Context, ensure};
use shared::config::{Config, PainterConfig, PainterKind, ProviderConfig};
use shared::providers::{Board, Downloader, Model, Roster};
use shared::requests::GENERATE;
use shared::tls::Roots;

pub use self::builtin::Builtin;
use self::fal::Fal;
use self::images::Images;
use self::prompt::Style;
pub use self::received::Painting;
use self::text_to_image::TextToImage;

/// Paints one picture of what a sentence says.
pub type Painter = dyn Model<Input = String, Output = Painting>;

/// Sides of a picture that may be asked for, in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 64..=4096;

/// What a painter that is a server needs to know of the settings.
struct Commission {
    style: Style,
    width: u32,
    height: u32,
    /// Largest picture file, in bytes.
    max_bytes: usize,
}

impl Commission {
    fn of(config: &PainterConfig) -> Self {
        Self {
            style: Style::new(&config.style),
            width: config.width,
            height: config.height,
            max_bytes: usize::try_from(config.max_picture.as_u64()).unwrap_or(usize::MAX),
        }
    }

    /// Largest answer, in bytes: the picture in base64, and what is said around it.
    fn max_answer(&self) -> usize {
        self.max_bytes.saturating_mul(4) / 3 + (1 << 20)
    }
}

/// All painters of the settings, in their order.
///
/// # Errors
///
/// When settings do not go together.
pub fn roster(config: &Config, roots: &Roots, board: &Board) -> anyhow::Result<Roster<Painter>> {
    let mut roster = Roster::new(GENERATE, board);
    for provider in &config.painter.providers {
        roster.add(provider, painter(provider, config, roots)?);
    }
    Ok(roster)
}

/// One of them.
///
/// # Errors
///
/// When its settings cannot be used.
pub fn painter(
    provider: &ProviderConfig<PainterKind>,
    config: &Config,
    roots: &Roots,
) -> anyhow::Result<Box<Painter>> {
    made(provider, &config.painter, roots)
        .with_context(|| format!("painter.providers: {}", provider.name))
}

fn made(
    provider: &ProviderConfig<PainterKind>,
    config: &PainterConfig,
    roots: &Roots,
) -> anyhow::Result<Box<Painter>> {
    let PainterConfig { width, height, .. } = config;
    ensure!(
        SIDES.contains(width) && SIDES.contains(height),
        "painter.width and painter.height lie between {} and {}",
        SIDES.start(),
        SIDES.end()
    );
    let commission = Commission::of(config);
    let downloader = || Downloader::new(provider.timeout, commission.max_bytes, roots);
    Ok(match provider.kind {
        PainterKind::Builtin => Box::new(Builtin { side_pixels: config.width.max(config.height) }),
        PainterKind::Images => Box::new(Images::new(provider, downloader()?, commission, roots)?),
        PainterKind::TextToImage => Box::new(TextToImage::new(provider, commission, roots)?),
        PainterKind::Fal => Box::new(Fal::new(provider, downloader()?, commission, roots)?),
    })
}
