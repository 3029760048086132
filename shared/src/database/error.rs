//! What can go wrong between us and PostgreSQL: either it is away, or we are wrong.

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

/// Why a statement did not work.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The database is away, busy or shutting down: trying again later helps.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The statement is wrong, or the data breaks a constraint: trying again does not help.
    #[error("the database refused a statement")]
    Refused(#[source] tokio_postgres::Error),
    /// A value in the database means nothing to this version.
    #[error("the database holds a value that cannot be read")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// No connection, for whatever reason: a password that is being changed is no fault of the statement.
impl From<PoolError> for DatabaseError {
    fn from(error: PoolError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl From<tokio_postgres::Error> for DatabaseError {
    fn from(error: tokio_postgres::Error) -> Self {
        if is_passing(&error) { Self::Unavailable(Box::new(error)) } else { Self::Refused(error) }
    }
}

/// Whether the same statement may work later. By the class of the SQLSTATE (PostgreSQL manual,
/// appendix A): 08 connection, 40 serialization and deadlock, 53 resources, 55 not in the required
/// state, 57 operator intervention (timeouts and shutdowns), 58 system. No SQLSTATE: the connection.
#[must_use]
pub fn is_passing(error: &tokio_postgres::Error) -> bool {
    match error.code().map(SqlState::code) {
        Some(code) => {
            ["08", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class))
        }
        None => {
            error.is_closed()
                || std::error::Error::source(error)
                    .is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        }
    }
}
