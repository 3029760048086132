//! PostgreSQL: that it is verified, what its errors mean, and many who start at once.

mod cancelling;
mod fresh;
mod silence;

use futures_util::future::join_all;
use secrecy::ExposeSecret;
use shared::config::DatabaseTls;
use shared::database::{Database, DatabaseError, cached, explain};
use shared::telemetry::chain;

use self::fresh::Fresh;
use crate::settings::{config, public_roots, roots};

#[tokio::test]
async fn without_its_authority_the_server_is_refused_and_with_it_it_is_trusted() {
    let mut config = config().database;
    config.tls = DatabaseTls::Require;
    Database::new(&config, &roots()).unwrap().ping().await.unwrap();
    let error = Database::new(&config, &public_roots()).unwrap().ping().await.unwrap_err();
    assert!(chain(&error).contains("certificate"), "{}", chain(&error));
}

#[tokio::test]
async fn five_that_start_at_once_migrate_once() {
    let fresh = Fresh::make().await;
    let databases: Vec<Database> = (0..5).map(|_| fresh.database()).collect();
    let migrated = join_all(databases.iter().map(Database::migrate)).await;
    for outcome in migrated {
        outcome.unwrap();
    }
    let sql = "select (count(*) = count(distinct version) and count(*) > 1) as once \
        from refinery_schema_history";
    let client = databases[0].connection().await.unwrap();
    assert!(cached::query_one(&client, sql, &[]).await.unwrap().get::<_, bool>("once"));
    drop(client);
    fresh.drop().await;
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_replaced() {
    let fresh = Fresh::make().await;
    let database = fresh.database();
    let client = database.connection().await.unwrap();
    fresh.end_all_connections().await;
    let error = cached::query(&client, "select 1", &[]).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{}", chain(&error));
    drop(client);
    database.ping().await.unwrap();
    drop(database);
    fresh.drop().await;
}

#[tokio::test]
async fn a_server_that_may_only_read_is_left_for_another() {
    let fresh = Fresh::make().await;
    let database = fresh.database();
    database.connection().await.unwrap().run("create table t (n integer)").await.unwrap();
    // As after a failover, when the old primary is a standby now.
    fresh.set("default_transaction_read_only = on").await;
    fresh.end_all_connections().await;
    let write = async || {
        let client = database.connection().await?;
        cached::execute(&client, "insert into t values (1)", &[]).await
    };
    // The first may still be told that its connection was ended.
    for _ in 0..2 {
        let error = write().await.unwrap_err();
        assert!(matches!(error, DatabaseError::Unavailable(_)), "{}", chain(&error));
    }
    fresh.set("default_transaction_read_only = off").await;
    // Nobody ended the connection: it was not taken back.
    write().await.unwrap();
    drop(database);
    fresh.drop().await;
}

#[tokio::test]
async fn what_is_wrong_at_start_is_said_plainly() {
    let fresh = Fresh::make().await;
    let role = fresh.make_role().await;
    let cases = [
        (fresh.url_of(&role, "wrong"), "refuses the user or the password"),
        (fresh.url_of(&role, "right") + "_not", "no database of the name"),
        (fresh.url_of(&role, "right"), "may not make tables"),
    ];
    for (url, words) in cases {
        let database = fresh.database_at(&url);
        let error = format!("{:#}", explain(database.migrate().await.unwrap_err()));
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("wrong"), "{error}");
    }
    fresh.run("connection limit 0").await;
    let database = fresh.database_at(&fresh.url_of(&role, "right"));
    let error = format!("{:#}", explain(database.migrate().await.unwrap_err()));
    assert!(error.contains("no connection to spare"), "{error}");
    drop(database);
    fresh.drop_with(&role).await;
}

#[tokio::test]
async fn behind_a_pooler_nothing_is_asked_of_the_session() {
    let fresh = Fresh::make().await;
    let timeout = async |pooler: bool| {
        let mut config = config().database;
        config.url = fresh.url.expose_secret().into();
        config.pooler = pooler;
        let database = Database::new(&config, &roots()).unwrap();
        let client = database.connection().await.unwrap();
        let row = cached::query_one(&client, "show statement_timeout", &[]).await.unwrap();
        row.get::<_, String>(0)
    };
    assert_eq!(timeout(false).await, "10s");
    assert_eq!(timeout(true).await, "0");
    fresh.drop().await;
}
