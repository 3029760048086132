//! Jobs as an operator sees them.

use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::database::{DatabaseError, GenericClient, cached};

/// A job as it stands in the ledger.
#[derive(Clone, Debug)]
pub struct Standing {
    pub id: Uuid,
    pub subject: Uuid,
    pub kind: String,
    /// `queued`, `running`, `finished` or `dead`.
    pub state: String,
    /// Attempts begun that count.
    pub attempt: u32,
    /// Code of what went wrong last.
    pub last_error: Option<String>,
    /// Not before.
    pub run_at: OffsetDateTime,
}

/// The jobs of these subjects, oldest first.
///
/// # Errors
///
/// When the database is away.
pub async fn of_subjects(
    client: &impl GenericClient,
    subjects: &[Uuid],
) -> Result<Vec<Standing>, DatabaseError> {
    const SQL: &str = "select id, subject, kind, state, attempt, last_error, run_at from jobs \
        where subject = any ($1) order by id";
    let rows = cached::query(client, SQL, &[&subjects]).await?;
    rows.iter().map(read_standing).collect()
}

fn read_standing(row: &Row) -> Result<Standing, DatabaseError> {
    let attempt: i32 = row.try_get("attempt")?;
    Ok(Standing {
        id: row.try_get("id")?,
        subject: row.try_get("subject")?,
        kind: row.try_get("kind")?,
        state: row.try_get("state")?,
        attempt: attempt.unsigned_abs(),
        last_error: row.try_get("last_error")?,
        run_at: row.try_get("run_at")?,
    })
}
