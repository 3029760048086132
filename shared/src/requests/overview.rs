//! The operator's view: requests by address, by status, or with a dead job, newest first.

use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::Status;
use super::table::word;
use crate::database::{Database, DatabaseError, GenericClient, cached};
use crate::jobs::{self, Standing};

/// What to look for; all that is given must be true. `Debug` is left out: it holds an address.
#[derive(Clone, Default)]
pub struct Filter {
    /// The whole address; upper and lower case are the same.
    pub email: Option<String>,
    pub status: Option<Status>,
    /// Only requests with a dead job that can be put back.
    pub dead: bool,
}

/// A request as an operator sees it: never with its address.
#[derive(Clone, Debug)]
pub struct Overview {
    pub id: Uuid,
    pub status: Status,
    pub image_caption: Option<String>,
    pub error_code: Option<String>,
    pub error_text: Option<String>,
    pub version: u64,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    /// In the order in which they were made.
    pub jobs: Vec<Standing>,
}

/// Some requests, newest first.
#[derive(Clone, Debug)]
pub struct Page {
    pub requests: Vec<Overview>,
    /// There may be more before this id, even after a page that is not full.
    pub before: Option<Uuid>,
}

/// One filter's index is read from `before` on, a thousand entries and no more; of those that meet
/// it, the requests are looked up one by one, and held against the other filters. So a page costs the
/// same beside any number of rows, however many filters there are, and may be less than full.
///
/// Written so that the planner has no choice, whatever it believes of the counts: an index is walked
/// in its own order, `offset 0` keeps the filters out of the look-up, and the thousand is a literal,
/// since of a parameter it would expect far more.
macro_rules! page {
    ($entries:literal, $meets:literal) => {
        concat!(
            "with entries as materialized (",
            $entries,
            " limit 1000), candidates as materialized (select id from entries where ",
            $meets,
            "), page as (
                select found.* from candidates cross join lateral (
                    select id, email, status, image_caption, error_code, error_text, version,
                           erased_at, created_at, updated_at
                    from requests where requests.id = candidates.id offset 0) as found
                where ($1::text is null or lower(email) = lower($1))
                  and ($2::text is null or status = $2)
                  and (not $3 or erased_at is null and
                       (select true from jobs where subject = found.id and state = 'dead' limit 1))
                order by id desc limit $5
            )
            select page.*, (select id from candidates order by id desc offset 999) as last
            from (values (1)) as always left join page on true order by page.id desc"
        )
    };
}

const OF_ADDRESS: &str = page!(
    "select id, lower(email) as address from requests
     where (lower(email), id) < (lower($1), $4) and email is not null
     order by lower(email) desc, id desc",
    "address = lower($1)"
);
const DEAD: &str = page!(
    "select distinct subject as id from jobs where state = 'dead' and subject < $4
     order by subject desc",
    "true"
);
const OF_STATUS: &str = page!(
    "select id, status from requests where (status, id) < ($2, $4) order by status desc, id desc",
    "status = $2"
);
const ALL: &str = page!("select id from requests where id < $4 order by id desc", "true");

/// Up to `most` requests from before the id `before`.
///
/// # Errors
///
/// When the database is away.
pub async fn list(
    database: &Database,
    filter: &Filter,
    before: Option<Uuid>,
    most: u32,
) -> Result<Page, DatabaseError> {
    // By the one that leaves the fewest.
    let sql = match filter {
        Filter { email: Some(_), .. } => OF_ADDRESS,
        Filter { dead: true, .. } => DEAD,
        Filter { status: Some(_), .. } => OF_STATUS,
        _ => ALL,
    };
    let client = database.connection().await?;
    let status = filter.status.map(Status::as_str);
    let before = before.unwrap_or(Uuid::max());
    // One more than is shown tells whether more follow.
    let limit = i64::from(most) + 1;
    let rows =
        cached::query(&client, sql, &[&filter.email, &status, &filter.dead, &before, &limit])
            .await?;
    let mut last = None;
    let mut requests = Vec::new();
    for row in &rows {
        last = row.try_get("last")?;
        // A row without one says only how far was looked.
        if let Some(id) = row.try_get("id")? {
            requests.push(read_overview(row, id)?);
        }
    }
    if requests.len() > most as usize {
        requests.truncate(most as usize);
        last = requests.last().map(|request| request.id);
    }
    let ids: Vec<Uuid> = requests.iter().map(|request| request.id).collect();
    for job in jobs::of_subjects(&client, &ids).await? {
        if let Some(request) = requests.iter_mut().find(|request| request.id == job.subject) {
            request.jobs.push(job);
        }
    }
    Ok(Page { requests, before: last })
}

/// One request, if there is one.
pub(super) async fn overview_of(
    client: &impl GenericClient,
    id: Uuid,
) -> Result<Option<Overview>, DatabaseError> {
    const SQL: &str = "select id, status, image_caption, error_code, error_text, version, \
        created_at, updated_at from requests where id = $1";
    let row = cached::query_opt(client, SQL, &[&id]).await?;
    let jobs = jobs::of_subjects(client, &[id]).await?;
    let request = row.map(|row| read_overview(&row, id)).transpose()?;
    Ok(request.map(|request| Overview { jobs, ..request }))
}

fn read_overview(row: &Row, id: Uuid) -> Result<Overview, DatabaseError> {
    let version: i64 = row.try_get("version")?;
    Ok(Overview {
        id,
        status: word(row, "status")?,
        image_caption: row.try_get("image_caption")?,
        error_code: row.try_get("error_code")?,
        error_text: row.try_get("error_text")?,
        version: version.unsigned_abs(),
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        jobs: Vec::new(),
    })
}
