//! The door: takes pictures in, answers questions about them, forgets them on request.

mod access;
pub mod api;
mod app;
mod errors;
mod limits;
mod page;
mod patience;
pub mod picture;
mod upload;

use shared::http::Bound;
use shared::service::Parts;

/// Serves at `door` until the process stops, and for the notice that a load balancer needs.
///
/// # Errors
///
/// When a setting cannot be used.
pub fn start(parts: &Parts, door: Bound) -> anyhow::Result<()> {
    parts.broker.listen_for_changes();
    let address = door.address();
    door.serve(app::build(parts)?, &parts.lifecycle, parts.lifecycle.closing());
    tracing::info!(%address, "register takes pictures");
    Ok(())
}
