//! Has a model say what a picture shows.

pub mod builtin;
pub mod captioner;
mod decoding;
mod step;

use shared::providers::longest;
use shared::service::Parts;
use shared::worker::Pace;

/// Works until the process stops.
///
/// # Errors
///
/// When the settings of the providers cannot be used.
pub fn start(parts: &Parts) -> anyhow::Result<()> {
    let config = &parts.config.caption;
    let captioners = captioner::roster(&parts.config, &parts.roots, &parts.providers)?;
    // An attempt that is cut off while it is answered was paid for.
    let deadline = config.deadline.max(longest(&parts.config.captioner.providers));
    let pace = Pace { concurrency: config.concurrency, tick: config.tick, deadline };
    parts.start_worker(step::CaptionStep::new(parts, captioners), pace);
    tracing::info!(concurrency = config.concurrency, "caption looks at pictures");
    Ok(())
}
