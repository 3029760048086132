//! A server that is frozen, or lost without a word: everything ends, and nothing is used again that
//! was waiting for it.

use std::time::Duration;

use shared::config::DatabaseConfig;
use shared::database::{Connection, Database, DatabaseError, cached};
use tokio::time::timeout;

use super::fresh::Fresh;
use crate::settings::{PATIENCE, address_of, roots, through};
use crate::wire::Wire;

/// A database behind a wire.
struct Far {
    fresh: Fresh,
    wire: Wire,
    database: Database,
}

impl Far {
    async fn make() -> Self {
        use secrecy::ExposeSecret;
        let fresh = Fresh::make().await;
        let wire = Wire::to(address_of(fresh.url.expose_secret())).await;
        let short = Duration::from_millis(500);
        let config = DatabaseConfig {
            url: through(&fresh.url, wire.address),
            statement_timeout: short,
            wait_timeout: short,
            ..fresh.config()
        };
        let database = Database::new(&config, &roots()).unwrap();
        Self { fresh, wire, database }
    }

    /// As many connections as there are, all idle.
    async fn fill(&self, many: usize) {
        let mut all = Vec::new();
        for _ in 0..many {
            all.push(self.database.connection().await.unwrap());
        }
    }

    async fn drop(self) {
        drop(self.database);
        self.fresh.drop().await;
    }
}

async fn backend(client: &Connection) -> i32 {
    cached::query_one(client, "select pg_backend_pid()", &[]).await.unwrap().get(0)
}

fn is_away<T>(outcome: &Result<Result<T, DatabaseError>, tokio::time::error::Elapsed>) -> bool {
    matches!(outcome, Ok(Err(DatabaseError::Unavailable(_))))
}

#[tokio::test]
async fn a_statement_ends_and_its_connection_is_not_used_again() {
    let far = Far::make().await;
    let client = far.database.connection().await.unwrap();
    let first = backend(&client).await;
    far.wire.fall_silent();
    assert!(is_away(&timeout(PATIENCE, cached::query(&client, "select 1", &[])).await));
    drop(client);
    far.wire.mend();
    let client = far.database.connection().await.unwrap();
    assert_ne!(backend(&client).await, first);
    drop(client);
    far.drop().await;
}

#[tokio::test]
async fn beginning_and_committing_end_too() {
    let far = Far::make().await;
    let (mut one, mut other) =
        (far.database.connection().await.unwrap(), far.database.connection().await.unwrap());
    let begun = one.transaction().await.unwrap();
    cached::execute(&begun, "create table t (n integer)", &[]).await.unwrap();
    far.wire.fall_silent();
    assert!(is_away(&timeout(PATIENCE, begun.commit()).await));
    assert!(is_away(&timeout(PATIENCE, other.transaction()).await.map(|begun| begun.map(drop))));
    drop((one, other));
    far.wire.mend();
    far.database.ping().await.unwrap();
    far.drop().await;
}

#[tokio::test]
async fn many_connections_that_went_stale_keep_nobody_waiting_one_by_one() {
    let far = Far::make().await;
    far.fill(10).await;
    far.wire.fall_silent();
    assert!(is_away(&timeout(PATIENCE, far.database.connection()).await.map(|got| got.map(drop))));
    far.wire.mend();
    // The others fell silent as well, and stay so: none of them may be tried.
    far.database.ping().await.unwrap();
    far.drop().await;
}

#[tokio::test]
async fn a_server_that_takes_connections_and_says_nothing_is_away() {
    let far = Far::make().await;
    far.wire.fall_silent();
    assert!(is_away(&timeout(PATIENCE, far.database.connection()).await.map(|got| got.map(drop))));
    assert!(timeout(PATIENCE, far.database.migrate()).await.unwrap().is_err());
    far.wire.mend();
    far.database.migrate().await.unwrap();
    far.drop().await;
}

#[tokio::test]
async fn a_statement_that_the_server_itself_ends_leaves_the_connection_well() {
    let far = Far::make().await;
    let client = far.database.connection().await.unwrap();
    let first = backend(&client).await;
    let slow = cached::query(&client, "select pg_sleep(60)::text", &[]);
    assert!(is_away(&timeout(PATIENCE, slow).await));
    drop(client);
    assert_eq!(backend(&far.database.connection().await.unwrap()).await, first);
    far.drop().await;
}
