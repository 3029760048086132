//! What turns a picture into a sentence: no model, or one of those that are asked over HTTP.

mod builtin;
mod chat;
#[cfg(test)]
mod fixtures;
mod image_to_text;
mod jpeg;
mod sentence;

use std::sync::Arc;

use anyhow::Context;
use image::RgbImage;
use shared::config::{CaptionerKind, Config, ProviderConfig};
use shared::providers::{Board, Model, Roster};
use shared::requests::CAPTION;
use shared::tls::Roots;

pub use self::builtin::Builtin;
use self::chat::Chat;
use self::image_to_text::ImageToText;

/// Says in one plain sentence what an upright picture without transparency shows.
pub type Captioner = dyn Model<Input = Arc<RgbImage>, Output = String>;

/// Largest answer of a captioner, in bytes: a sentence, and whatever is said around it.
const MAX_ANSWER: usize = 1 << 20;

/// All captioners of the settings, in their order.
///
/// # Errors
///
/// When settings do not go together.
pub fn roster(config: &Config, roots: &Roots, board: &Board) -> anyhow::Result<Roster<Captioner>> {
    let providers = &config.captioner.providers;
    let mut roster = Roster::new(CAPTION, board);
    for provider in providers {
        roster.add(provider, captioner(provider, config, roots)?);
    }
    Ok(roster)
}

/// One of them.
///
/// # Errors
///
/// When its settings cannot be used.
pub fn captioner(
    provider: &ProviderConfig<CaptionerKind>,
    config: &Config,
    roots: &Roots,
) -> anyhow::Result<Box<Captioner>> {
    let made: anyhow::Result<Box<Captioner>> = match provider.kind {
        CaptionerKind::Builtin => Ok(Box::new(Builtin)),
        CaptionerKind::Chat => Chat::new(provider, &config.captioner.prompt, roots)
            .map(|chat| Box::new(chat) as Box<Captioner>),
        CaptionerKind::ImageToText => {
            ImageToText::new(provider, roots).map(|task| Box::new(task) as Box<Captioner>)
        }
    };
    made.with_context(|| format!("captioner.providers: {}", provider.name))
}
