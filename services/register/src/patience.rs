//! How long an answer waits for a part that neither works nor refuses, but is silent: for a store,
//! longer by the time that the picture's bytes take on a slow line.

use std::future::Future;
use std::time::Duration;

use shared::config::Config;
use shared::database::DatabaseError;
use shared::storage::StorageError;
use tokio::time::timeout;

use crate::errors;

/// The slowest line to a store that counts as one, in bytes a second.
const LINE: u64 = 1024 * 1024;

/// The patience of one answer with each of its parts.
#[derive(Clone, Copy)]
pub struct Patience {
    storage: Duration,
    /// None for the embedded database: there is one connection, and a long wait for it says that
    /// there is much to do. The pool bounds that wait, and the database a statement's time.
    database: Option<Duration>,
}

impl Patience {
    pub fn new(config: &Config) -> Self {
        let patience = config.register.part_patience;
        let database = (!config.database.in_process).then_some(patience);
        Self { storage: patience, database }
    }

    /// Waits for the database. What it did when it fell silent is not known: the pool finds out
    /// whether the connection is of use before it hands it out again.
    ///
    /// # Errors
    ///
    /// As `call`, or [`DatabaseError::Unavailable`] when it takes too long.
    pub async fn with_database<T, E: From<DatabaseError>>(
        self,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let silent = || DatabaseError::Unavailable("it did not answer in time".into());
        let answer = match self.database {
            Some(patience) => {
                timeout(patience, call).await.unwrap_or_else(|_| Err(silent().into()))
            }
            None => call.await,
        };
        if answer.is_ok() {
            errors::database_is_well();
        }
        answer
    }

    /// Waits for the store, and for so many bytes on their way to it.
    ///
    /// # Errors
    ///
    /// As `call`, or [`StorageError::TimedOut`] when it takes too long.
    pub async fn with_storage<T>(
        self,
        bytes: usize,
        call: impl Future<Output = Result<T, StorageError>>,
    ) -> Result<T, StorageError> {
        let under_way = Duration::from_millis(bytes as u64 * 1000 / LINE);
        let answer =
            timeout(self.storage + under_way, call).await.unwrap_or(Err(StorageError::TimedOut));
        if answer.is_ok() {
            errors::store_is_well();
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use shared::config::Config;
    use shared::database::DatabaseError;
    use shared::storage::StorageError;
    use tokio::time::sleep;

    use super::Patience;

    const SHORT: Duration = Duration::from_millis(20);
    const MIB: usize = 1024 * 1024;

    fn patience(in_process: bool) -> Patience {
        let mut config = Config::load(None, []).unwrap();
        config.register.part_patience = SHORT;
        config.database.in_process = in_process;
        Patience::new(&config)
    }

    async fn slow<E>() -> Result<u32, E> {
        sleep(SHORT * 5).await;
        Ok(7)
    }

    #[tokio::test]
    async fn a_silent_database_is_unavailable() {
        let silent = patience(false).with_database(pending::<Result<(), DatabaseError>>()).await;
        assert!(matches!(silent, Err(DatabaseError::Unavailable(_))));
    }

    #[tokio::test]
    async fn the_line_before_the_embedded_database_may_be_long() {
        assert_eq!(patience(true).with_database(slow::<DatabaseError>()).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_silent_store_is_unavailable_and_a_large_picture_has_longer() {
        let silent = patience(true).with_storage(0, pending::<Result<(), StorageError>>()).await;
        assert!(matches!(silent, Err(StorageError::TimedOut)));
        assert!(patience(true).with_storage(0, slow()).await.is_err());
        assert_eq!(patience(true).with_storage(20 * MIB, slow()).await.unwrap(), 7);
    }
}
