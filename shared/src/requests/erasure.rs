//! Forgetting a request: its row keeps no address and no words, its jobs end, its pictures go.
//!
//! A painter that was at work may still store its picture after the owner asked. So pictures are
//! removed at once, and swept again once no attempt can be running any more.

use std::time::Duration;

use uuid::Uuid;

use super::GENERATE;
use super::keeping::is_expired;
use crate::database::{Database, DatabaseError, GenericClient, cached};
use crate::jobs;

/// The extensions that new pictures have.
const EXTENSIONS: [&str; 3] = ["png", "jpg", "webp"];

/// What an erased request leaves in the store.
#[derive(Clone, Debug)]
pub struct Erased {
    pub image_key: String,
    pub new_image_key: Option<String>,
}

/// An erased request whose pictures may have to be removed again.
#[derive(Clone, Debug)]
pub struct Unswept {
    pub id: Uuid,
    pub image_key: String,
    pub new_image_key: Option<String>,
    /// Names the picture that a late painter may have stored.
    pub generate_job: Option<Uuid>,
}

impl Unswept {
    /// Every name that the request's new picture may have.
    pub fn paintings(&self) -> impl Iterator<Item = String> {
        let late = self.generate_job.into_iter();
        let late = late.flat_map(|job| EXTENSIONS.map(|extension| painting_key(job, extension)));
        late.chain(self.new_image_key.clone())
    }
}

/// The name of the new picture that a generate job makes, in the public bucket.
#[must_use]
pub fn painting_key(job: Uuid, extension: &str) -> String {
    format!("{job}.{extension}")
}

/// Error code of a request that its owner asked to be forgotten.
pub const ERASED: &str = "erased";
/// Error code of a request that was kept for as long as requests are kept.
pub const EXPIRED: &str = "expired";

/// Why a request is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its owner asked.
    Owner,
    /// It was kept for as long as requests are kept: this many days after it ended.
    Retention { days: u32 },
}

impl Reason {
    fn code(self) -> &'static str {
        match self {
            Self::Owner => ERASED,
            Self::Retention { .. } => EXPIRED,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Owner => "Its owner asked for it to be forgotten.",
            Self::Retention { .. } => {
                "It was kept for as long as requests are kept, and then erased."
            }
        }
    }
}

/// Erases address, caption and link, and buries what waits. A request that had not ended becomes
/// a `failure`. Erasing again is the same, whatever the reason: the first one stays. None: there is
/// no such request, or it is not old enough, or waits for something, and only its age was the reason.
///
/// # Errors
///
/// When the database is away.
pub async fn erase(
    database: &Database,
    id: Uuid,
    reason: Reason,
) -> Result<Option<Erased>, DatabaseError> {
    // No second version for a second call: nothing changes then.
    const SQL: &str = "update requests set email = null, image_caption = null, \
        new_image_url = null, idempotency_key = null, body_hash = '', \
        status = case when status = 'done' then 'done' else 'failure' end, \
        error_code = case when erased_at is null then $2 else error_code end, \
        error_text = case when erased_at is null then $3 else error_text end, \
        version = case when erased_at is null then version + 1 else version end, \
        erased_at = coalesce(erased_at, now()), updated_at = now() \
        where id = $1 returning image_key, new_image_key";
    let mut client = database.connection().await?;
    let transaction = client.transaction().await?;
    // Jobs before requests, in the order in which a worker's transaction locks them.
    if let Reason::Retention { days } = reason {
        jobs::hold_all(&transaction, id).await?;
        // An operator may have put it back since somebody looked.
        if !is_expired(&transaction, id, days).await? {
            return Ok(None);
        }
    }
    jobs::cancel(&transaction, id).await?;
    let row = cached::query_opt(&transaction, SQL, &[&id, &reason.code(), &reason.text()]).await?;
    let Some(row) = row else { return Ok(None) };
    let erased = Erased {
        image_key: row.try_get("image_key")?,
        new_image_key: row.try_get("new_image_key")?,
    };
    transaction.commit().await?;
    Ok(Some(erased))
}

/// Up to `most` requests that were erased longer than `settled` ago and not swept yet.
///
/// # Errors
///
/// When the database is away.
pub async fn to_sweep(
    client: &impl GenericClient,
    settled: Duration,
    most: i64,
) -> Result<Vec<Unswept>, DatabaseError> {
    const SQL: &str = "select requests.id, image_key, new_image_key, jobs.id as generate_job \
        from requests left join jobs on jobs.subject = requests.id and jobs.kind = $3 \
        where erased_at < now() - make_interval(secs => $1) and swept_at is null \
        order by erased_at limit $2";
    let rows =
        cached::query(client, SQL, &[&settled.as_secs_f64(), &most, &GENERATE.name()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Unswept {
                id: row.try_get("id")?,
                image_key: row.try_get("image_key")?,
                new_image_key: row.try_get("new_image_key")?,
                generate_job: row.try_get("generate_job")?,
            })
        })
        .collect()
}

/// Notes that the pictures are gone.
///
/// # Errors
///
/// When the database is away.
pub async fn swept(client: &impl GenericClient, id: Uuid) -> Result<(), DatabaseError> {
    const SQL: &str = "update requests set swept_at = now() where id = $1";
    cached::execute(client, SQL, &[&id]).await?;
    Ok(())
}
