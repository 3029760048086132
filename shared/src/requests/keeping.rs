//! What is still to be kept: requests by their age, objects by the rows that own them.

use time::OffsetDateTime;
use uuid::Uuid;

use super::GENERATE;
use crate::database::{DatabaseError, GenericClient, cached};

/// Up to `most` requests that ended and were made more than `days` ago, oldest first.
///
/// # Errors
///
/// When the database is away.
pub async fn expired(
    client: &impl GenericClient,
    days: u32,
    most: i64,
) -> Result<Vec<Uuid>, DatabaseError> {
    const SQL: &str = "select id from requests where status in ('done', 'failure') \
        and erased_at is null and created_at < now() - make_interval(days => $1) \
        order by created_at limit $2";
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    let rows = cached::query(client, SQL, &[&days, &most]).await?;
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
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

/// Of these new pictures, each under the job in its name, those that belong to a request or are just
/// being made: their keys.
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
        where jobs.state in ('queued', 'running')
           or (requests.new_image_key = found.key and requests.erased_at is null)";
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
