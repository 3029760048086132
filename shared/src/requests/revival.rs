//! A second story: an operator puts a dead job back, and its request waits again.

use uuid::Uuid;

use super::overview::overview_of;
use super::{CAPTION, KINDS, NOTIFY, Overview, Status};
use crate::database::{Database, DatabaseError, Transaction, cached};
use crate::jobs::{self, Kind};

/// What came of putting a job back.
#[derive(Clone, Debug)]
pub enum Revival {
    /// It is queued again: its kind, and what its request looked like then.
    Queued(Kind, Overview),
    /// There is no such job.
    Unknown,
    /// It is queued, running or finished.
    NotDead,
    /// Its request was erased: there is nothing left to work on.
    Erased,
}

/// Puts a dead job back. A request that had failed is `pending` or `ready` again, and the mail about
/// its failure is taken back if it waits still: the new ending is told by a job of its own, and so
/// under another Message-ID. A mail that was refused is queued again as the same message.
///
/// # Errors
///
/// When the database is away.
pub async fn revive(database: &Database, job: Uuid) -> Result<Revival, DatabaseError> {
    let mut client = database.connection().await?;
    let transaction = client.transaction().await?;
    // Jobs before requests, in the order in which a worker's transaction locks them.
    let Some(held) = jobs::hold(&transaction, job).await? else { return Ok(Revival::Unknown) };
    let known = KINDS.into_iter().find(|kind| kind.name() == held.kind);
    let (Some(kind), Some(erased)) = (known, is_erased(&transaction, held.subject).await?) else {
        return Ok(Revival::Unknown);
    };
    if erased {
        return Ok(Revival::Erased);
    }
    if !held.is_dead {
        return Ok(Revival::NotDead);
    }
    if kind != NOTIFY {
        let again = if kind == CAPTION { Status::Pending } else { Status::Ready };
        jobs::revoke(&transaction, NOTIFY, held.subject).await?;
        take_back_failure(&transaction, held.subject, again).await?;
    }
    jobs::revive(&transaction, job).await?;
    let overview = overview_of(&transaction, held.subject).await?;
    transaction.commit().await?;
    Ok(overview.map_or(Revival::Unknown, |request| Revival::Queued(kind, request)))
}

/// None: there is no such request.
async fn is_erased(transaction: &Transaction<'_>, id: Uuid) -> Result<Option<bool>, DatabaseError> {
    const SQL: &str =
        "select erased_at is not null as erased from requests where id = $1 for update";
    let row = cached::query_opt(transaction, SQL, &[&id]).await?;
    Ok(row.map(|row| row.try_get("erased")).transpose()?)
}

async fn take_back_failure(
    transaction: &Transaction<'_>,
    id: Uuid,
    status: Status,
) -> Result<(), DatabaseError> {
    const SQL: &str = "update requests set status = $2, error_code = null, error_text = null, \
        version = version + 1, updated_at = now() where id = $1";
    cached::execute(transaction, SQL, &[&id, &status.as_str()]).await?;
    Ok(())
}
