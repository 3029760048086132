//! What is still to be kept: requests by their age, objects by the rows that own them.

use time::OffsetDateTime;
use uuid::Uuid;

use super::GENERATE;
use crate::database::{DatabaseError, GenericClient, Transaction, cached};

/// A thousand years, in days.
const LONGEST: u32 = 365_000;

/// What makes a request one that was kept for long enough. A request that ended may have a job:
/// its mail, or one that an operator put back.
macro_rules! expired {
    ($days:literal) => {
        concat!(
            "status in ('done', 'failure') and erased_at is null
             and updated_at < now() - make_interval(days => ",
            $days,
            ") and not exists (select from jobs where subject = requests.id
                               and state in ('queued', 'running'))"
        )
    };
}

/// Up to `most` requests that ended more than `days` ago and have no job that waits or runs,
/// those that ended first before the others.
///
/// # Errors
///
/// When the database is away.
pub async fn expired(
    client: &impl GenericClient,
    days: u32,
    most: i64,
) -> Result<Vec<Uuid>, DatabaseError> {
    const SQL: &str =
        concat!("select id from requests where ", expired!("$1"), " order by updated_at limit $2");
    let rows = cached::query(client, SQL, &[&interval(days), &most]).await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

/// Whether this request is among the expired. Its row is locked; whoever holds the locks on its jobs
/// too can rely on the answer.
pub(super) async fn is_expired(
    transaction: &Transaction<'_>,
    id: Uuid,
    days: u32,
) -> Result<bool, DatabaseError> {
    const SQL: &str =
        concat!("select id from requests where id = $2 and ", expired!("$1"), " for update");
    Ok(cached::query_opt(transaction, SQL, &[&interval(days), &id]).await?.is_some())
}

/// As PostgreSQL can count them back from today.
fn interval(days: u32) -> i32 {
    days.min(LONGEST).cast_signed()
}

/// Of these requests those that exist and are not erased: the owners of their originals.
///
/// # Errors
///
/// When the database is away.
pub async fn owned_originals(
    client: &impl GenericClient,
    requests: &[Uuid],
) -> Result<Vec<Uuid>, DatabaseError> {
    const SQL: &str = "select id from requests where id = any($1) and erased_at is null";
    let rows = cached::query(client, SQL, &[&requests]).await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

/// Of these new pictures, each under the job in its name, those that belong to a request or may be
/// made yet: their keys. A dead job is not over: an operator may put it back.
///
/// # Errors
///
/// When the database is away.
pub async fn owned_paintings(
    client: &impl GenericClient,
    jobs: &[Uuid],
    keys: &[&str],
) -> Result<Vec<String>, DatabaseError> {
    const SQL: &str = "
        select found.key from unnest($1::uuid[], $2::text[]) as found (job, key)
        join jobs on jobs.id = found.job and jobs.kind = $3
        left join requests on requests.id = jobs.subject
        where requests.erased_at is null
          and (jobs.state <> 'finished' or requests.new_image_key = found.key)";
    let rows = cached::query(client, SQL, &[&jobs, &keys, &GENERATE.name()]).await?;
    rows.iter().map(|row| Ok(row.try_get("key")?)).collect()
}

/// The database's time, which decides what is old.
///
/// # Errors
///
/// When the database is away.
pub async fn time_of_day(client: &impl GenericClient) -> Result<OffsetDateTime, DatabaseError> {
    Ok(cached::query_one(client, "select now() as now", &[]).await?.try_get("now")?)
}
