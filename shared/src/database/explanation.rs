//! What an error at start means, in words that say what to do.

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

use super::{DatabaseError, is_passing};

/// Adds what to do about it, where that is known.
#[must_use]
pub fn explain(error: anyhow::Error) -> anyhow::Error {
    let Some(cause) = server_error(&error) else { return error };
    let Some(code) = cause.code().map(SqlState::code) else { return error };
    match advice(code) {
        Some(advice) => error.context(advice),
        None => error,
    }
}

/// Whether waiting may help: the server is away, or will not let us in (yet).
#[must_use]
pub fn is_away(error: &anyhow::Error) -> bool {
    let unavailable = |error: &DatabaseError| matches!(error, DatabaseError::Unavailable(_));
    error.chain().any(|cause| cause.downcast_ref().is_some_and(unavailable))
        || server_error(error).is_some_and(is_passing)
}

/// The error of the connection or the server, however deep.
pub(super) fn server_error(error: &anyhow::Error) -> Option<&tokio_postgres::Error> {
    error.chain().find_map(|cause| {
        let within_pool = match cause.downcast_ref() {
            Some(PoolError::Backend(error)) => Some(error),
            _ => None,
        };
        within_pool.or_else(|| cause.downcast_ref())
    })
}

pub(super) fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "28P01" | "28000" => "it refuses the user or the password of database.url",
        "3D000" => "there is no database of the name in database.url; create it",
        "42501" => {
            "the user of database.url may not make tables: grant it CREATE on the schema, or make \
             it the owner of the database"
        }
        "53300" => {
            "it has no connection to spare: lower database.pool_size or raise its max_connections"
        }
        "57P03" => "it is starting up or shutting down",
        "08P01" => {
            "a pooler refuses to connect: it does not know the user, the password or the database of \
             database.url, or it is PgBouncer in transaction mode and database.pooler is not set"
        }
        _ => return None,
    })
}
