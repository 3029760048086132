//! Table `attempts`: every statement on it, but for the rows that claiming opens and expiry closes.

use time::OffsetDateTime;
use tokio_postgres::Row;
use tokio_postgres::types::{Json, ToSql};
use uuid::Uuid;

use super::{Job, Kind, Notes, Usage};
use crate::database::{DatabaseError, GenericClient, cached};

/// One try at a job, as it stands in the timeline.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub kind: String,
    pub number: u32,
    pub started_at: OffsetDateTime,
    pub ended_at: Option<OffsetDateTime>,
    /// `running`, `finished`, `retry`, `released`, `expired` or `failed`.
    pub outcome: String,
    pub provider: Option<String>,
    pub model: Option<String>,
    pub error_code: Option<String>,
    /// How long the provider took, in seconds.
    pub latency_seconds: Option<f64>,
    pub provider_request_id: Option<String>,
    pub usage: Usage,
    /// Providers that were asked and failed: `name: code`.
    pub failed_providers: Vec<String>,
    /// Of a story before an operator put the job back.
    pub is_past: bool,
}

/// Closes the open attempt of a job.
pub(super) async fn close(
    client: &impl GenericClient,
    job: &Job,
    outcome: &str,
    notes: &Notes,
    error: Option<&str>,
) -> Result<(), DatabaseError> {
    const SQL: &str = "update attempts set ended_at = now(), outcome = $2, provider = $3, \
        model = $4, error_code = $5, latency_seconds = $6, provider_request_id = $7, usage = $8, \
        failed_providers = $9 where job = $1 and ended_at is null";
    let Notes { provider, model, latency, provider_request_id, usage, failed_providers, .. } =
        notes;
    let latency_seconds = latency.map(|latency| latency.as_secs_f64());
    let usage = (*usage != Usage::default()).then_some(Json(usage));
    let values: [&(dyn ToSql + Sync); 9] = [
        &job.id,
        &outcome,
        provider,
        model,
        &error,
        &latency_seconds,
        provider_request_id,
        &usage,
        failed_providers,
    ];
    cached::execute(client, SQL, &values).await?;
    Ok(())
}

/// Drops earlier attempts at a job that were handed back for the same reason as its last one: a part
/// that is away for days must not fill the timeline.
pub(super) async fn fold_released(
    client: &impl GenericClient,
    job: &Job,
    reason: &str,
) -> Result<(), DatabaseError> {
    const SQL: &str = "delete from attempts where subject = $1 and job = $2 \
        and outcome = 'released' and error_code = $3 and id < \
        (select max(id) from attempts where subject = $1 and job = $2)";
    cached::execute(client, SQL, &[&job.subject, &job.id, &reason]).await?;
    Ok(())
}

/// The first `most` attempts on a subject, oldest first.
///
/// # Errors
///
/// When the database is away.
pub async fn of_subject(
    client: &impl GenericClient,
    subject: Uuid,
    most: i64,
) -> Result<Vec<Attempt>, DatabaseError> {
    const SQL: &str = "select kind, number, started_at, ended_at, outcome, provider, model, \
        error_code, latency_seconds, provider_request_id, usage, failed_providers, job is null as is_past \
        from attempts where subject = $1 order by id limit $2";
    let rows = cached::query(client, SQL, &[&subject, &most]).await?;
    rows.iter().map(read_attempt).collect()
}

fn read_attempt(row: &Row) -> Result<Attempt, DatabaseError> {
    let number: i32 = row.try_get("number")?;
    let usage: Option<Json<Usage>> = row.try_get("usage")?;
    Ok(Attempt {
        kind: row.try_get("kind")?,
        number: number.unsigned_abs(),
        started_at: row.try_get("started_at")?,
        ended_at: row.try_get("ended_at")?,
        outcome: row.try_get("outcome")?,
        provider: row.try_get("provider")?,
        model: row.try_get("model")?,
        error_code: row.try_get("error_code")?,
        latency_seconds: row.try_get("latency_seconds")?,
        provider_request_id: row.try_get("provider_request_id")?,
        usage: usage.map(|Json(usage)| usage).unwrap_or_default(),
        failed_providers: row.try_get("failed_providers")?,
        is_past: row.try_get("is_past")?,
    })
}

/// Seconds between one finished job of this kind and the next, over the last hundred of the last
/// ten minutes; none if there were fewer than three.
///
/// # Errors
///
/// When the database is away.
pub async fn seconds_between_finishes(
    client: &impl GenericClient,
    kind: Kind,
) -> Result<Option<f64>, DatabaseError> {
    const SQL: &str = "
        select (extract(epoch from max(ended_at) - min(ended_at)) / (count(*) - 1))::float8 as seconds
        from (select ended_at from attempts
              where kind = $1 and outcome = 'finished' and ended_at > now() - interval '10 minutes'
              order by ended_at desc limit 100) as recent
        having count(*) > 2";
    let row = cached::query_opt(client, SQL, &[&kind.name()]).await?;
    Ok(row.map(|row| row.try_get("seconds")).transpose()?)
}
