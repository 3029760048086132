//! Statements that each connection prepares once.

use deadpool_postgres::GenericClient;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::DatabaseError;

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// All rows.
///
/// # Errors
///
/// As PostgreSQL says; so for every function here.
pub async fn query(
    client: &impl GenericClient,
    sql: &str,
    parameters: Parameters<'_>,
) -> Result<Vec<Row>, DatabaseError> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.query(&statement, parameters).await?)
}

/// One row or none.
///
/// # Errors
///
/// Also when there is more than one row.
pub async fn query_opt(
    client: &impl GenericClient,
    sql: &str,
    parameters: Parameters<'_>,
) -> Result<Option<Row>, DatabaseError> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.query_opt(&statement, parameters).await?)
}

/// Exactly one row.
///
/// # Errors
///
/// Also when there is none, or more than one.
pub async fn query_one(
    client: &impl GenericClient,
    sql: &str,
    parameters: Parameters<'_>,
) -> Result<Row, DatabaseError> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.query_one(&statement, parameters).await?)
}

/// The number of rows changed.
///
/// # Errors
///
/// As PostgreSQL says.
pub async fn execute(
    client: &impl GenericClient,
    sql: &str,
    parameters: Parameters<'_>,
) -> Result<u64, DatabaseError> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.execute(&statement, parameters).await?)
}
