//! Statements that each connection prepares once. Each ends within the connection's bound.

use deadpool_postgres::GenericClient as _;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::{DatabaseError, GenericClient};

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
    let call = async {
        let statement = client.inner().prepare_cached(sql).await?;
        client.inner().query(&statement, parameters).await
    };
    client.bound().keep(call).await
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
    let call = async {
        let statement = client.inner().prepare_cached(sql).await?;
        client.inner().query_opt(&statement, parameters).await
    };
    client.bound().keep(call).await
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
    let call = async {
        let statement = client.inner().prepare_cached(sql).await?;
        client.inner().query_one(&statement, parameters).await
    };
    client.bound().keep(call).await
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
    let call = async {
        let statement = client.inner().prepare_cached(sql).await?;
        client.inner().execute(&statement, parameters).await
    };
    client.bound().keep(call).await
}
