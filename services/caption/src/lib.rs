//! Has a model say what a picture shows.

pub mod builtin;
mod captioner;
mod decoding;
mod step;

use shared::config::Provider;
use shared::service::Parts;
use shared::worker::Pace;

pub use self::captioner::{Caption, Captioner};

/// Works until the process stops.
pub fn start(parts: &Parts) {
    let config = &parts.config.caption;
    let captioner: Box<dyn Captioner> = match config.provider {
        Provider::Builtin => Box::new(captioner::Builtin),
    };
    let step = step::CaptionStep::new(parts, captioner);
    let pace =
        Pace { concurrency: config.concurrency, tick: config.tick, deadline: config.deadline };
    parts.start_worker(step, pace);
    tracing::info!(concurrency = config.concurrency, "caption looks at pictures");
}
