//! Where a request stands in the queue, and about how long it will wait there.

use std::time::Duration;

use uuid::Uuid;

use super::Status;
use super::{CAPTION, GENERATE};
use crate::database::{DatabaseError, GenericClient};
use crate::jobs;

/// Longest line that is counted.
const MOST: i64 = 10_000;

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// How many stand before it.
    pub before: u64,
    /// By how fast the queue moved lately; none when nothing moved.
    pub estimate: Option<Duration>,
}

/// The request's place in the queue of its next step; none while it is worked on, or at its end.
///
/// # Errors
///
/// When the database is away.
pub async fn place_in_queue(
    client: &impl GenericClient,
    id: Uuid,
    status: Status,
) -> Result<Option<Place>, DatabaseError> {
    let kind = match status {
        Status::Pending => CAPTION,
        Status::Ready => GENERATE,
        Status::Done | Status::Failure => return Ok(None),
    };
    let Some(before) = jobs::queued_before(client, kind, id, MOST).await? else { return Ok(None) };
    let pace = jobs::seconds_between_finishes(client, kind).await?;
    let turns = u32::try_from(before + 1).unwrap_or(u32::MAX);
    let estimate =
        pace.and_then(|seconds| Duration::try_from_secs_f64(seconds * f64::from(turns)).ok());
    Ok(Some(Place { before, estimate }))
}
