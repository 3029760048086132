//! Has a model draw the caption anew, and mails the link. Driven by a timer.

pub mod builtin;
mod housekeeping;
pub mod letter;
mod notification;
pub mod painter;
mod painting;

use std::time::Duration;

use shared::config::Config;
use shared::providers::longest;
use shared::service::Parts;
use shared::worker::Pace;

/// Works until the process stops.
///
/// # Errors
///
/// When the settings of the providers cannot be used, or the mail folder cannot be made.
pub fn start(parts: &Parts) -> anyhow::Result<()> {
    parts.mailer.open()?;
    let config = &parts.config.generator;
    let painters = painter::roster(&parts.config, &parts.roots, &parts.providers)?;
    let pace = |concurrency, deadline| Pace { concurrency, tick: config.interval, deadline };
    let painting = pace(config.concurrency, painting_deadline(&parts.config));
    parts.start_worker(painting::GenerateStep::new(parts, painters), painting);
    let mailing = pace(config.mail_concurrency, config.deadline);
    parts.start_worker(notification::NotifyStep::new(parts), mailing);
    parts.health.watch_mail(parts.mailer.clone());
    housekeeping::start(parts);
    tracing::info!(interval = ?config.interval, "generator paints and mails");
    Ok(())
}

/// Longest an attempt at a painting may take: one that is cut off while it is answered was paid for.
fn painting_deadline(config: &Config) -> Duration {
    config.generator.deadline.max(longest(&config.painter.providers))
}
