//! Has a model draw the caption anew, and mails the link. Driven by a timer.

pub mod builtin;
mod housekeeping;
pub mod letter;
mod notification;
pub mod painter;
mod painting;

use shared::service::Parts;
use shared::worker::Pace;

/// Works until the process stops.
///
/// # Errors
///
/// When the settings of the providers cannot be used.
pub fn start(parts: &Parts) -> anyhow::Result<()> {
    let config = &parts.config.generator;
    let painters = painter::roster(&parts.config, &parts.roots, &parts.providers)?;
    let pace = |concurrency| Pace { concurrency, tick: config.interval, deadline: config.deadline };
    parts.start_worker(painting::GenerateStep::new(parts, painters), pace(config.concurrency));
    parts.start_worker(notification::NotifyStep::new(parts), pace(config.mail_concurrency));
    parts.health.watch_mail(parts.mailer.clone());
    housekeeping::start(parts);
    tracing::info!(interval = ?config.interval, "generator paints and mails");
    Ok(())
}
