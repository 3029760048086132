//! The door: takes pictures in, answers questions about them, forgets them on request.

pub mod api;
mod app;
mod errors;
mod page;
pub mod picture;
mod upload;

use shared::http::Bound;
use shared::service::Parts;

pub use self::app::openapi_document;

/// Serves at `door` until the process stops.
pub fn start(parts: &Parts, door: Bound) {
    parts.broker.listen_for_changes();
    let address = door.address();
    door.serve(app::build(parts), &parts.lifecycle);
    tracing::info!(%address, "register takes pictures");
}
