//! A connection of the pool, and a transaction on it: every statement ends within a bound, and a
//! connection that went silent is never used again.

use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::Object;
use tokio_postgres::Error;

use super::DatabaseError;
use super::error::ends_connection;

/// How long a statement may take by our clock, and whether one took longer.
#[derive(Clone)]
pub struct Bound {
    /// None: for ever, as in the process itself nothing is lost on the way.
    longest: Option<Duration>,
    lost: Arc<AtomicBool>,
}

impl Bound {
    pub(super) fn new(longest: Option<Duration>) -> Self {
        Self { longest, lost: Arc::default() }
    }

    /// Waits for the server, but not for ever. The server has a bound of its own, which is shorter;
    /// this one is for a server that is frozen, or gone without a word.
    pub(super) async fn keep<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, DatabaseError> {
        let outcome = match self.longest {
            Some(longest) => tokio::time::timeout(longest, call).await,
            None => Ok(call.await),
        };
        match outcome {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                if ends_connection(&error) {
                    self.lost.store(true, Ordering::Relaxed);
                }
                Err(error.into())
            }
            Err(_) => {
                self.lost.store(true, Ordering::Relaxed);
                Err(DatabaseError::Unavailable("it does not answer".into()))
            }
        }
    }
}

/// Whatever statements can be sent to: a connection, or a transaction on it.
pub trait GenericClient: Sync {
    type Inner: deadpool_postgres::GenericClient;

    fn inner(&self) -> &Self::Inner;

    fn bound(&self) -> &Bound;
}

/// A connection. Goes back to the pool when it is dropped, unless it is not to be trusted any more.
pub struct Connection {
    /// There until it is dropped.
    object: Option<Object>,
    bound: Bound,
}

impl Connection {
    pub(super) fn new(object: Object, longest: Option<Duration>) -> Self {
        Self { object: Some(object), bound: Bound::new(longest) }
    }

    /// Begins a transaction; dropped without [`commit`](Transaction::commit) it changes nothing.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn transaction(&mut self) -> Result<Transaction<'_>, DatabaseError> {
        let Some(object) = &mut self.object else { return Err(gone()) };
        let inner = self.bound.keep(object.transaction()).await?;
        Ok(Transaction { inner, bound: self.bound.clone() })
    }

    /// Runs statements without parameters; what they return is not looked at.
    ///
    /// # Errors
    ///
    /// As PostgreSQL says.
    pub async fn run(&self, sql: &str) -> Result<(), DatabaseError> {
        self.bound.keep(self.batch_execute(sql)).await
    }
}

fn gone() -> DatabaseError {
    DatabaseError::Unavailable("the connection is gone".into())
}

impl GenericClient for Connection {
    type Inner = Object;

    fn inner(&self) -> &Object {
        self
    }

    fn bound(&self) -> &Bound {
        &self.bound
    }
}

/// The connection as it is, without bounds.
impl Deref for Connection {
    type Target = Object;

    #[expect(clippy::expect_used, reason = "it is taken out by `drop` alone")]
    fn deref(&self) -> &Object {
        self.object.as_ref().expect("a connection that was dropped")
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(object) = self.object.take()
            && self.bound.lost.load(Ordering::Relaxed)
        {
            // Out of the pool, and closed.
            drop(Object::take(object));
        }
    }
}

/// A transaction.
pub struct Transaction<'a> {
    inner: deadpool_postgres::Transaction<'a>,
    bound: Bound,
}

impl Transaction<'_> {
    /// Makes it true.
    ///
    /// # Errors
    ///
    /// As PostgreSQL says. When the answer is lost, nobody knows whether it became true.
    pub async fn commit(self) -> Result<(), DatabaseError> {
        self.bound.keep(self.inner.commit()).await
    }
}

impl<'a> GenericClient for Transaction<'a> {
    type Inner = deadpool_postgres::Transaction<'a>;

    fn inner(&self) -> &Self::Inner {
        &self.inner
    }

    fn bound(&self) -> &Bound {
        &self.bound
    }
}
