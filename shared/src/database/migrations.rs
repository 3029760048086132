//! The migrations of `shared/migrations`: all in one transaction, one process at a time.
//!
//! The lock is the transaction's and not the session's, so that it works through a pooler, and goes
//! with the transaction whatever happens to us.

use std::time::Duration;

use anyhow::Context;
use refinery::Migration;
use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio_postgres::{Error, Row};

use super::{Connection, DatabaseError, Transaction, cached};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Names the advisory lock; any number will do that nobody else uses ("redraw" in ASCII).
const LOCK: i64 = 0x7265_6472_6177;

/// How often to ask whether another process is done.
const PAUSE: Duration = Duration::from_millis(250);

/// An index on a large table takes its time.
const LONGEST: Duration = Duration::from_mins(15);

pub async fn run(connection: &mut Connection) -> anyhow::Result<()> {
    let transaction = connection.transaction().await?;
    let working = async {
        while !take_lock(&transaction).await? {
            tokio::time::sleep(PAUSE).await;
        }
        let mut within = Within(&transaction);
        let settings = format!(
            "set local statement_timeout = {}; set local client_min_messages = warning",
            LONGEST.as_millis()
        );
        within.run(&settings).await?;
        let report = embedded::migrations::runner().run_async(&mut within).await?;
        anyhow::Ok(report)
    };
    let report = tokio::time::timeout(LONGEST, working)
        .await
        .map_err(|_| DatabaseError::Unavailable("the migrations do not end".into()))?
        .context("the tables cannot be brought up to date")?;
    transaction.commit().await?;
    for migration in report.applied_migrations() {
        tracing::info!(%migration, "migrated");
    }
    Ok(())
}

/// Those of this program, in the order of their versions.
pub fn known() -> Vec<Migration> {
    embedded::migrations::runner().get_migrations().clone()
}

async fn take_lock(transaction: &Transaction<'_>) -> Result<bool, DatabaseError> {
    const SQL: &str = "select pg_try_advisory_xact_lock($1) as taken";
    Ok(cached::query_one(transaction, SQL, &[&LOCK]).await?.try_get("taken")?)
}

/// Runs what refinery asks for inside our transaction, where its own driver makes one a migration.
struct Within<'a>(&'a Transaction<'a>);

impl Within<'_> {
    async fn run(&self, sql: &str) -> Result<(), Error> {
        use super::GenericClient;
        use deadpool_postgres::GenericClient as _;
        self.0.inner().batch_execute(sql).await
    }
}

impl AsyncTransaction for Within<'_> {
    type Error = Error;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(
        &'a mut self,
        queries: T,
    ) -> Result<usize, Error> {
        let mut count = 0;
        for query in queries {
            self.run(query).await?;
            count += 1;
        }
        Ok(count)
    }
}

impl AsyncQuery<Vec<Migration>> for Within<'_> {
    async fn query<'a>(&'a mut self, query: &'a str) -> Result<Vec<Migration>, Error> {
        use super::GenericClient;
        use deadpool_postgres::GenericClient as _;
        let rows = self.0.inner().query(query, &[]).await?;
        rows.iter().map(read_migration).collect()
    }
}

impl AsyncMigrate for Within<'_> {}

/// A row of refinery's own table: version, name, when, checksum.
fn read_migration(row: &Row) -> Result<Migration, Error> {
    let (when, checksum): (&str, &str) = (row.try_get(2)?, row.try_get(3)?);
    // Written by refinery; the time is only shown, and a checksum that is none differs from ours.
    let when = OffsetDateTime::parse(when, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let checksum = checksum.parse().unwrap_or_default();
    Ok(Migration::applied(row.try_get(0)?, row.try_get(1)?, when, checksum))
}
