//! A new request: its row, its first job and its idempotency key, in one transaction.

use std::time::Duration;

use time::OffsetDateTime;
use uuid::Uuid;

use super::table::word;
use super::{CAPTION, Language, Status};
use crate::database::{Database, DatabaseError, GenericClient, cached};

/// What a person sent, once its picture is stored. `Debug` is left out: it holds an address.
pub struct NewRequest {
    pub id: Uuid,
    pub email: String,
    pub language: Language,
    pub image_key: String,
    pub image_media_type: String,
    pub image_bytes: usize,
    pub idempotency_key: Option<String>,
    /// SHA-256 of address, language and picture.
    pub body_hash: [u8; 32],
}

/// A request that was taken, now or before.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub id: Uuid,
    pub status: Status,
    pub created_at: OffsetDateTime,
    /// It was taken before, under the same idempotency key.
    pub replayed: bool,
    /// SHA-256 of what was taken then.
    pub body_hash: Vec<u8>,
}

/// Stores the request and queues its caption job; or, if its idempotency key is known, returns the
/// one that was stored before. None: one with this key stood in the way and was gone when we looked,
/// erased or forgotten. Nothing is stored then, and it is worth another try.
///
/// Of several at once with one key, the first is stored; the others wait for its commit at the
/// key's index. The second statement has a snapshot of its own, which sees it (PostgreSQL manual,
/// "Read Committed Isolation Level").
///
/// # Errors
///
/// When the database is away. Nothing is stored then, unless it fell silent and stored it unheard.
pub async fn submit(
    database: &Database,
    new: &NewRequest,
) -> Result<Option<Submitted>, DatabaseError> {
    // One statement is one transaction, and one turn at the connection.
    const SQL: &str = "
        with submitted as (
            insert into requests (id, email, status, language, image_key, image_media_type,
                                  image_bytes, idempotency_key, body_hash)
            values ($1, $2, 'pending', $3, $4, $5, $6, $7, $8)
            on conflict (idempotency_key) do nothing returning id, created_at
        ), queued as (
            insert into jobs (id, kind, subject) select $9, $10, id from submitted
        )
        select created_at from submitted";
    let client = database.connection().await?;
    let bytes = i64::try_from(new.image_bytes).unwrap_or(i64::MAX);
    let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 10] = [
        &new.id,
        &new.email,
        &new.language.as_str(),
        &new.image_key,
        &new.image_media_type,
        &bytes,
        &new.idempotency_key,
        &new.body_hash.as_slice(),
        &Uuid::now_v7(),
        &CAPTION.name(),
    ];
    let Some(row) = cached::query_opt(&client, SQL, &parameters).await? else {
        return match &new.idempotency_key {
            Some(key) => find_replay(&client, key).await,
            None => Ok(None),
        };
    };
    let created_at = row.try_get("created_at")?;
    let body_hash = new.body_hash.to_vec();
    let status = Status::Pending;
    Ok(Some(Submitted { id: new.id, status, created_at, replayed: false, body_hash }))
}

/// The request that was taken under this idempotency key.
///
/// # Errors
///
/// When the database is away.
pub async fn find_replay(
    client: &impl GenericClient,
    key: &str,
) -> Result<Option<Submitted>, DatabaseError> {
    const SQL: &str =
        "select id, status, created_at, body_hash from requests where idempotency_key = $1";
    let Some(row) = cached::query_opt(client, SQL, &[&key]).await? else { return Ok(None) };
    Ok(Some(Submitted {
        id: row.try_get("id")?,
        status: word(&row, "status")?,
        created_at: row.try_get("created_at")?,
        replayed: true,
        body_hash: row.try_get("body_hash")?,
    }))
}

/// Forgets up to `most` idempotency keys that are older than the window, oldest first. Returns how
/// many.
///
/// # Errors
///
/// When the database is away.
pub async fn forget_keys(
    client: &impl GenericClient,
    window: Duration,
    most: u32,
) -> Result<u64, DatabaseError> {
    const SQL: &str = "update requests set idempotency_key = null where id = any (array( \
        select id from requests where idempotency_key is not null \
        and created_at < now() - make_interval(secs => $1) order by created_at limit $2))";
    cached::execute(client, SQL, &[&window.as_secs_f64(), &i64::from(most)]).await
}
