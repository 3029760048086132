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

/// Whether the same statement may work later. No SQLSTATE: the connection broke.
#[must_use]
pub fn is_passing(error: &tokio_postgres::Error) -> bool {
    match error.code().map(SqlState::code) {
        Some(code) => passes(code),
        None => {
            error.is_closed()
                || std::error::Error::source(error)
                    .is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        }
    }
}

/// By the class of the SQLSTATE (PostgreSQL manual, appendix A): 08 connection, 40 serialization and
/// deadlock, 53 resources (such as 53300, too many connections), 55 not in the required state, 57
/// operator intervention (57014 timeouts, 57P01 shutdown, 57P03 starting up), 58 system. And two
/// that another server or connection will not answer with.
fn passes(code: &str) -> bool {
    const CLASSES: [&str; 6] = ["08", "40", "53", "55", "57", "58"];
    CLASSES.iter().any(|class| code.starts_with(class)) || ANOTHER_SERVER.contains(&code)
}

/// 25006: a transaction that may only read, on a server that was the primary before a failover.
/// 26000: a prepared statement that the connection no longer knows, behind a pooler.
const ANOTHER_SERVER: [&str; 2] = ["25006", "26000"];

/// Whether whoever is at the other end will be of no use to the next statement either.
pub(super) fn ends_connection(error: &tokio_postgres::Error) -> bool {
    error.code().map(SqlState::code).is_some_and(is_of_no_use)
}

/// 08: the connection; 57P01 to 57P05: the server ends it.
fn is_of_no_use(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("57P") || ANOTHER_SERVER.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::{is_of_no_use, passes};

    #[test]
    fn what_a_server_says_that_stops_starts_or_changed_sides_passes() {
        for code in ["57P01", "57P02", "57P03", "53300", "08006", "25006", "40P01", "57014"] {
            assert!(passes(code), "{code}");
        }
    }

    #[test]
    fn what_we_did_wrong_does_not_pass() {
        for code in ["23505", "42P01", "22P02", "25P02", "0A000", "28P01", "3D000"] {
            assert!(!passes(code), "{code}");
        }
    }

    #[test]
    fn a_statement_that_took_too_long_leaves_a_connection_that_can_be_used() {
        assert!(!is_of_no_use("57014") && !is_of_no_use("40001"));
        assert!(is_of_no_use("57P01") && is_of_no_use("25006"));
    }
}
