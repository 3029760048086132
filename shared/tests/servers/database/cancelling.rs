//! Cancelling while another transaction commits: it takes two connections, which the embedded
//! database has not.

use std::time::Duration;

use shared::database::{Database, cached};
use shared::jobs::{self, Kind, Ledger, Notes, Verdict, Written};
use uuid::Uuid;

use super::fresh::Fresh;

const FIRST: Kind = Kind::new("first");
const NEXT: Kind = Kind::new("next");

/// Waits until some transaction waits for a lock of another.
async fn somebody_waits(database: &Database) {
    let sql = "select count(*) from pg_stat_activity \
        where datname = current_database() and wait_event_type = 'Lock'";
    loop {
        let client = database.connection().await.unwrap();
        let waiting: i64 = cached::query_one(&client, sql, &[]).await.unwrap().get(0);
        if waiting > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_job_that_is_queued_while_we_cancel_is_cancelled_too() {
    let fresh = Fresh::make().await;
    let database = fresh.database();
    database.migrate().await.unwrap();
    let subject = Uuid::now_v7();
    jobs::enqueue(&database.connection().await.unwrap(), FIRST, subject).await.unwrap();
    let ledger = Ledger::new(database.clone(), Duration::from_secs(30), "test".to_owned());
    let job = ledger.claim_subject(FIRST, subject).await.unwrap().unwrap();

    // A worker ends its job and queues the next, but has not committed.
    let mut worker = database.connection().await.unwrap();
    let ending = worker.transaction().await.unwrap();
    let notes = Notes::default();
    let ended = ledger.end(&ending, &job, &notes, Verdict::Finished).await.unwrap();
    assert_eq!(ended, Written::Yes);
    jobs::enqueue(&ending, NEXT, subject).await.unwrap();

    let cancelling = async {
        let mut client = database.connection().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        jobs::cancel(&transaction, subject).await.unwrap();
        transaction.commit().await.unwrap();
    };
    let committing = async {
        somebody_waits(&database).await;
        ending.commit().await.unwrap();
    };
    tokio::join!(cancelling, committing);

    let client = database.connection().await.unwrap();
    let sql =
        "select kind || ':' || state || ':' || coalesce(last_error, '') from jobs order by kind";
    let rows = cached::query(&client, sql, &[]).await.unwrap();
    let jobs: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(jobs, ["first:finished:", "next:dead:cancelled"]);
    drop((client, worker));
    fresh.drop().await;
}
