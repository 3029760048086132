//! What a finished job changes in its request, written in the transaction that ends the job.
//!
//! A request that was erased meanwhile has no jobs left, so nothing here can touch it. Statements
//! that do not need each other's answers are sent together.

use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::table::word;
use super::{Ending, GENERATE, NOTIFY, Status, Tidings};
use crate::database::{DatabaseError, GenericClient, Transaction, cached};
use crate::jobs;
use crate::worker::Failure;

/// The new picture, as it lies in the public bucket.
#[derive(Clone, Debug)]
pub struct Painted {
    pub key: String,
    pub media_type: String,
    pub bytes: usize,
    pub url: String,
}

/// `pending` becomes `ready`, and the painting is queued.
///
/// # Errors
///
/// When the database is away.
pub async fn store_caption(
    transaction: &Transaction<'_>,
    id: Uuid,
    caption: &str,
) -> Result<(), DatabaseError> {
    const SQL: &str = "update requests set status = 'ready', image_caption = $2, \
        version = version + 1, updated_at = now() where id = $1";
    let values: [&(dyn ToSql + Sync); 2] = [&id, &caption];
    tokio::try_join!(
        cached::execute(transaction, SQL, &values),
        jobs::enqueue(transaction, GENERATE, id),
    )?;
    Ok(())
}

/// `ready` becomes `done`, and the mail is queued.
///
/// # Errors
///
/// When the database is away.
pub async fn store_painting(
    transaction: &Transaction<'_>,
    id: Uuid,
    painted: &Painted,
) -> Result<(), DatabaseError> {
    const SQL: &str = "update requests set status = 'done', new_image_url = $2, \
        new_image_key = $3, new_image_media_type = $4, new_image_bytes = $5, \
        version = version + 1, updated_at = now() where id = $1";
    let Painted { key, media_type, bytes, url } = painted;
    let bytes = i64::try_from(*bytes).unwrap_or(i64::MAX);
    let values: [&(dyn ToSql + Sync); 5] = [&id, url, key, media_type, &bytes];
    tokio::try_join!(
        cached::execute(transaction, SQL, &values),
        jobs::enqueue(transaction, NOTIFY, id),
    )?;
    Ok(())
}

/// The request becomes a `failure`, and the mail that says so is queued.
///
/// # Errors
///
/// When the database is away.
pub async fn give_up(
    transaction: &Transaction<'_>,
    id: Uuid,
    failure: &Failure,
) -> Result<(), DatabaseError> {
    const SQL: &str = "update requests set status = 'failure', error_code = $2, error_text = $3, \
        version = version + 1, updated_at = now() where id = $1";
    let values: [&(dyn ToSql + Sync); 3] = [&id, &failure.code, &failure.text];
    tokio::try_join!(
        cached::execute(transaction, SQL, &values),
        jobs::enqueue(transaction, NOTIFY, id),
    )?;
    Ok(())
}

/// The sentence to paint, if the request is `ready`.
///
/// # Errors
///
/// When the database is away.
pub async fn caption_of(
    client: &impl GenericClient,
    id: Uuid,
) -> Result<Option<String>, DatabaseError> {
    const SQL: &str = "select image_caption from requests where id = $1 and status = 'ready'";
    let row = cached::query_opt(client, SQL, &[&id]).await?;
    Ok(row.map(|row| row.try_get("image_caption")).transpose()?.flatten())
}

/// What to tell the owner; nothing if there is no ending yet or no address any more.
///
/// # Errors
///
/// When the database is away.
pub async fn tidings_of(
    client: &impl GenericClient,
    id: Uuid,
) -> Result<Option<Tidings>, DatabaseError> {
    const SQL: &str = "select email, language, status, image_caption, new_image_url, error_text \
        from requests where id = $1 and email is not null and erased_at is null";
    let Some(row) = cached::query_opt(client, SQL, &[&id]).await? else { return Ok(None) };
    let text = |column| -> Result<String, DatabaseError> {
        Ok(row.try_get::<_, Option<String>>(column)?.unwrap_or_default())
    };
    let ending = match word(&row, "status")? {
        Status::Done => {
            Ending::Done { caption: text("image_caption")?, new_image_url: text("new_image_url")? }
        }
        Status::Failure => Ending::Failure { text: text("error_text")? },
        Status::Pending | Status::Ready => return Ok(None),
    };
    Ok(Some(Tidings { email: text("email")?, language: word(&row, "language")?, ending }))
}
