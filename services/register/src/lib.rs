//! The door: takes pictures in, answers questions about them, forgets them on request.

pub mod api;
mod app;
mod errors;
mod page;
pub mod picture;
mod upload;

use anyhow::Context;
use shared::http::Bound;
use shared::service::Parts;

pub use self::app::openapi_document;

/// Serves at `door` until the process stops.
///
/// # Errors
///
/// When a setting cannot be used.
pub fn start(parts: &Parts, door: Bound) -> anyhow::Result<()> {
    let address = door.address();
    let app = app::build(parts).context("the HTTP routes")?;
    door.serve(app, &parts.lifecycle);
    tracing::info!(%address, "register takes pictures");
    Ok(())
}
