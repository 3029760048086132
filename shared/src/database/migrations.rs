//! The migrations of `shared/migrations`, one process at a time.

use anyhow::Context;
use deadpool_postgres::Object;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Names the advisory lock; any number will do that nobody else uses ("redraw" in ASCII).
const LOCK: i64 = 0x7265_6472_6177;

pub async fn run(connection: &mut Object) -> anyhow::Result<()> {
    connection.execute("select pg_advisory_lock($1)", &[&LOCK]).await.context("lock")?;
    let client: &mut tokio_postgres::Client = connection;
    let outcome = embedded::migrations::runner().run_async(client).await;
    connection.execute("select pg_advisory_unlock($1)", &[&LOCK]).await.context("unlock")?;
    let report = outcome.context("the tables cannot be brought up to date")?;
    for migration in report.applied_migrations() {
        tracing::info!(%migration, "migrated");
    }
    Ok(())
}
