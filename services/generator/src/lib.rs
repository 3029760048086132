//! Has a model draw the caption anew, and mails the link. Driven by a timer.

pub mod builtin;
mod housekeeping;
pub mod letter;
mod notification;
mod painter;
mod painting;

use shared::config::Provider;
use shared::service::Parts;
use shared::worker::Pace;

pub use self::painter::{Painter, Painting};

/// Works until the process stops.
pub fn start(parts: &Parts) {
    let config = &parts.config.generator;
    let painter: Box<dyn Painter> = match config.provider {
        Provider::Builtin => Box::new(painter::Builtin { side_pixels: config.picture_side }),
    };
    let pace = |concurrency| Pace { concurrency, tick: config.interval, deadline: config.deadline };
    parts.start_worker(painting::GenerateStep::new(parts, painter), pace(config.concurrency));
    parts.start_worker(notification::NotifyStep::new(parts), pace(config.mail_concurrency));
    parts.health.watch_mail(parts.mailer.clone());
    housekeeping::start(parts);
    tracing::info!(interval = ?config.interval, "generator paints and mails");
}
