//! Putting a dead job back: it begins anew, as if it had just been made.

use uuid::Uuid;

use super::Kind;
use super::table::hold_all;
use crate::database::{DatabaseError, GenericClient, Transaction, cached};

/// A job that nobody else can change before the transaction ends, nor any other of its subject.
#[derive(Clone, Debug)]
pub struct Held {
    pub subject: Uuid,
    pub kind: String,
    pub is_dead: bool,
}

/// Locks the job and all others of its subject. None: there is no such job.
///
/// # Errors
///
/// When the database is away.
pub async fn hold(transaction: &Transaction<'_>, id: Uuid) -> Result<Option<Held>, DatabaseError> {
    const SUBJECT: &str = "select subject from jobs where id = $1";
    const SQL: &str = "select subject, kind, state = 'dead' as is_dead from jobs where id = $1";
    let Some(row) = cached::query_opt(transaction, SUBJECT, &[&id]).await? else {
        return Ok(None);
    };
    hold_all(transaction, row.try_get("subject")?).await?;
    // Looked at again: what we waited for may have changed it, or taken it away.
    let Some(row) = cached::query_opt(transaction, SQL, &[&id]).await? else { return Ok(None) };
    Ok(Some(Held {
        subject: row.try_get("subject")?,
        kind: row.try_get("kind")?,
        is_dead: row.try_get("is_dead")?,
    }))
}

/// Queues a dead job again. Its age counts from now, or it would be given up at once. The attempts
/// of before stay in the timeline, and are this job's no more.
///
/// # Errors
///
/// When the database is away.
pub async fn revive(transaction: &Transaction<'_>, id: Uuid) -> Result<(), DatabaseError> {
    const SQL: &str = "update jobs set state = 'queued', attempt = 0, unknown_outcomes = 0, \
        run_at = now(), last_error = null, created_at = now(), updated_at = now() where id = $1";
    detach_attempts(transaction, id).await?;
    cached::execute(transaction, SQL, &[&id]).await?;
    Ok(())
}

/// Takes away the subject's job of this kind, if it has one. A worker that is at it loses its lease;
/// its attempts stay in the timeline.
///
/// # Errors
///
/// When the database is away.
pub async fn revoke(
    transaction: &Transaction<'_>,
    kind: Kind,
    subject: Uuid,
) -> Result<(), DatabaseError> {
    const FIND: &str = "select id from jobs where subject = $1 and kind = $2";
    const CLOSE: &str = "update attempts set outcome = 'released', ended_at = now(), \
        error_code = 'cancelled' where job = $1 and ended_at is null";
    const DELETE: &str = "delete from jobs where id = $1";
    let found = cached::query_opt(transaction, FIND, &[&subject, &kind.name()]).await?;
    let Some(row) = found else { return Ok(()) };
    let id: Uuid = row.try_get("id")?;
    cached::execute(transaction, CLOSE, &[&id]).await?;
    // Their foreign key lets go of its attempts.
    cached::execute(transaction, DELETE, &[&id]).await?;
    Ok(())
}

async fn detach_attempts(client: &impl GenericClient, id: Uuid) -> Result<(), DatabaseError> {
    const SQL: &str = "update attempts set job = null where job = $1";
    cached::execute(client, SQL, &[&id]).await?;
    Ok(())
}
