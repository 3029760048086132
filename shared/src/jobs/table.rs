//! Table `jobs`: every statement on it, each beside the one function that runs it.

use std::time::Duration;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{Job, Kind};
use crate::database::{DatabaseError, GenericClient, Transaction, cached};

/// What an attempt that brought no result means for the next ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// There will be one attempt less.
    Yes,
    /// It may have been paid for: there will be one of its kind less, too.
    AsUnknown,
    /// It is taken off the counter.
    No,
}

/// Adds a job, unless the subject has one of this kind already. Returns its id.
///
/// # Errors
///
/// When the database is away.
pub async fn enqueue(
    client: &impl GenericClient,
    kind: Kind,
    subject: Uuid,
) -> Result<Uuid, DatabaseError> {
    const SQL: &str = "insert into jobs (id, kind, subject) values ($1, $2, $3) \
        on conflict (subject, kind) do update set subject = excluded.subject returning id";
    let row = cached::query_one(client, SQL, &[&Uuid::now_v7(), &kind.name(), &subject]).await?;
    Ok(row.try_get("id")?)
}

/// A claim, but for which jobs it is for: sets the lease and opens the attempts.
///
/// `= any(array(...))` keeps the planner on the primary key whatever it thinks of the counts.
macro_rules! claim {
    ($which:literal) => {
        concat!(
            "with claimed as (
                update jobs
                set state = 'running', attempt = attempt + 1, lease = gen_random_uuid(),
                    leased_until = now() + make_interval(secs => $2), updated_at = now()
                where id = any (array(",
            $which,
            " for update skip locked)) and state = 'queued' and run_at <= now()
                returning id, subject, kind, attempt, lease, created_at, unknown_outcomes
            ), opened as (
                insert into attempts (job, subject, kind, number, worker)
                select id, subject, kind, attempt, $3 from claimed
            )
            select id, subject, attempt, lease, unknown_outcomes,
                   extract(epoch from now() - created_at)::float8 as age_seconds
            from claimed order by created_at"
        )
    };
}

/// Claims up to `limit` jobs that are due, oldest first.
pub(super) async fn claim_due(
    client: &impl GenericClient,
    kind: Kind,
    limit: i64,
    lease: Duration,
    worker: &str,
) -> Result<Vec<Job>, DatabaseError> {
    const SQL: &str = claim!(
        "select id from jobs where kind = $1 and state = 'queued' and run_at <= now()
         order by run_at limit $4"
    );
    let rows =
        cached::query(client, SQL, &[&kind.name(), &lease.as_secs_f64(), &worker, &limit]).await?;
    rows.iter().map(|row| read_job(row, kind)).collect()
}

/// Claims the job of this subject, if it is due and nobody has it.
pub(super) async fn claim_subject(
    client: &impl GenericClient,
    kind: Kind,
    subject: Uuid,
    lease: Duration,
    worker: &str,
) -> Result<Option<Job>, DatabaseError> {
    // No word about the state in here: the index of due jobs, which the planner would then like,
    // has to be read from its beginning to find one subject.
    const SQL: &str = claim!("select id from jobs where kind = $1 and subject = $4");
    let row =
        cached::query_opt(client, SQL, &[&kind.name(), &lease.as_secs_f64(), &worker, &subject])
            .await?;
    row.map(|row| read_job(&row, kind)).transpose()
}

fn read_job(row: &Row, kind: Kind) -> Result<Job, DatabaseError> {
    let attempt: i32 = row.try_get("attempt")?;
    let unknown_outcomes: i32 = row.try_get("unknown_outcomes")?;
    let age_seconds: f64 = row.try_get("age_seconds")?;
    Ok(Job {
        id: row.try_get("id")?,
        kind,
        subject: row.try_get("subject")?,
        attempt: attempt.unsigned_abs(),
        lease: row.try_get("lease")?,
        age: Duration::try_from_secs_f64(age_seconds).unwrap_or_default(),
        unknown_outcomes: unknown_outcomes.unsigned_abs(),
    })
}

/// Keeps a lease alive. False: it is lost.
pub(super) async fn extend_lease(
    client: &impl GenericClient,
    job: &Job,
    lease: Duration,
) -> Result<bool, DatabaseError> {
    const SQL: &str = "update jobs set leased_until = now() + make_interval(secs => $3) \
        where id = $1 and lease = $2";
    let changed =
        cached::execute(client, SQL, &[&job.id, &job.lease, &lease.as_secs_f64()]).await?;
    Ok(changed == 1)
}

/// Ends a job, if the lease is still ours. `state` is `finished` or `dead`.
pub(super) async fn end(
    client: &impl GenericClient,
    job: &Job,
    state: &str,
    error: Option<&str>,
) -> Result<bool, DatabaseError> {
    const SQL: &str = "update jobs set state = $3, lease = null, leased_until = null, \
        last_error = $4, updated_at = now() where id = $1 and lease = $2";
    Ok(cached::execute(client, SQL, &[&job.id, &job.lease, &state, &error]).await? == 1)
}

/// Puts a job back, to run not before `after` from now, if the lease is still ours.
pub(super) async fn put_back(
    client: &impl GenericClient,
    job: &Job,
    after: Duration,
    counts: Counts,
    error: &str,
) -> Result<bool, DatabaseError> {
    const SQL: &str = "update jobs set state = 'queued', lease = null, leased_until = null, \
        run_at = now() + make_interval(secs => $3), attempt = attempt - $4, \
        unknown_outcomes = unknown_outcomes + $5, \
        last_error = $6, updated_at = now() where id = $1 and lease = $2";
    let uncounted = i32::from(counts == Counts::No);
    let unknown = i32::from(counts == Counts::AsUnknown);
    let after = after.as_secs_f64();
    let values: [&(dyn ToSql + Sync); 6] =
        [&job.id, &job.lease, &after, &uncounted, &unknown, &error];
    Ok(cached::execute(client, SQL, &values).await? == 1)
}

/// Puts back the jobs of dead workers; all running ones if `all`. Returns how many.
pub(super) async fn expire_leases(
    client: &impl GenericClient,
    kind: Option<Kind>,
    all: bool,
) -> Result<u64, DatabaseError> {
    const SQL: &str = "
        with expired as (
            update jobs
            set state = 'queued', lease = null, leased_until = null, run_at = now(),
                last_error = 'lease_expired', updated_at = now()
            where id = any (array(
                select id from jobs
                where state = 'running' and ($1::text is null or kind = $1)
                  and ($2 or leased_until < now())
                for update skip locked))
            returning id
        )
        update attempts set outcome = 'expired', ended_at = now(), error_code = 'lease_expired'
        from expired where attempts.job = expired.id and attempts.ended_at is null";
    cached::execute(client, SQL, &[&kind.map(Kind::name), &all]).await
}

/// Buries whatever still waits or runs for a subject; a worker that is at it loses its lease. The
/// attempt that is cut short does not count.
///
/// # Errors
///
/// When the database is away.
pub async fn cancel(transaction: &Transaction<'_>, subject: Uuid) -> Result<(), DatabaseError> {
    const BURY: &str = "update jobs set state = 'dead', lease = null, leased_until = null, \
        attempt = attempt - case when state = 'running' then 1 else 0 end, \
        last_error = 'cancelled', updated_at = now() \
        where subject = $1 and state in ('queued', 'running')";
    // By itself: within one statement, an attempt that a worker opened while we waited for its row
    // would not be seen.
    const CLOSE: &str = "update attempts set outcome = 'released', ended_at = now(), \
        error_code = 'cancelled' where subject = $1 and ended_at is null";
    hold_all(transaction, subject).await?;
    cached::execute(transaction, BURY, &[&subject]).await?;
    cached::execute(transaction, CLOSE, &[&subject]).await?;
    Ok(())
}

/// Locks every job of a subject. A worker's transaction that we wait for may end one job and add
/// the next, so we look again until there are no more: whoever adds one holds the lock on another.
///
/// # Errors
///
/// When the database is away.
pub async fn hold_all(transaction: &Transaction<'_>, subject: Uuid) -> Result<(), DatabaseError> {
    const SQL: &str = "select id from jobs where subject = $1 order by id for update";
    let mut held = 0;
    loop {
        let found = cached::query(transaction, SQL, &[&subject]).await?.len();
        if found == held {
            return Ok(());
        }
        held = found;
    }
}

/// How many jobs of this kind stand before the subject's in the queue, counted to `most`; none if
/// the subject's is not queued.
///
/// # Errors
///
/// When the database is away.
pub async fn queued_before(
    client: &impl GenericClient,
    kind: Kind,
    subject: Uuid,
    most: i64,
) -> Result<Option<u64>, DatabaseError> {
    const SQL: &str = "
        select (select count(*) from (
            select 1 from jobs other
            where other.kind = $1 and other.state = 'queued' and other.run_at < own.run_at
            limit $3) as before) as position
        from jobs own where own.subject = $2 and own.kind = $1 and own.state = 'queued'";
    let row = cached::query_opt(client, SQL, &[&kind.name(), &subject, &most]).await?;
    let position: Option<i64> = row.map(|row| row.try_get("position")).transpose()?;
    Ok(position.map(i64::unsigned_abs))
}

/// How many jobs of this kind are queued, counted to `most`.
pub(super) async fn queue_depth(
    client: &impl GenericClient,
    kind: Kind,
    most: u32,
) -> Result<u32, DatabaseError> {
    const SQL: &str = "select count(*) as depth from \
        (select 1 from jobs where kind = $1 and state = 'queued' limit $2) as queued";
    let row = cached::query_one(client, SQL, &[&kind.name(), &i64::from(most)]).await?;
    let depth: i64 = row.try_get("depth")?;
    Ok(u32::try_from(depth).unwrap_or(most))
}
