//! Leases that run out, workers that fall silent, a database that will not have what it is told.

use std::time::Duration;

use shared::broker::Change;
use shared::jobs::Ledger;
use shared::worker::Pace;

use super::bench::Bench;
use super::step::{Act, Fate};

#[tokio::test]
async fn a_step_longer_than_its_lease_keeps_it_by_its_heartbeat() {
    let bench = Bench::start(&[("REDRAW__JOBS__LEASE", "2s")]).await;
    bench.work(|_| Act::Wait(Duration::from_secs(5)));
    let job = bench.ended().await;
    assert_eq!(job.attempts, ["finished:"]);
    assert_eq!((bench.performed(), bench.commits()), (1, 1));
    bench.stop().await;
}

#[tokio::test]
async fn a_worker_whose_lease_was_taken_writes_nothing() {
    let bench = Bench::start(&[]).await;
    let gate = bench.gate();
    bench.work(move |time| if time == 0 { Act::Behind(gate.clone()) } else { Act::Say(Ok(())) });
    bench.until(async || bench.performed() == 1).await;
    bench.elapse().await;
    let job = bench.ended().await;
    assert_eq!(job.attempts, ["expired:lease_expired", "finished:"]);
    bench.open_gate();
    bench.until(async || bench.left() == 2).await;
    assert_eq!(bench.job().await, job);
    assert_eq!((bench.performed(), bench.commits()), (2, 1));
    bench.stop().await;
}

#[tokio::test]
async fn a_step_whose_heartbeats_do_not_get_through_is_dropped_and_done_again() {
    let bench =
        Bench::start(&[("REDRAW__JOBS__LEASE", "600ms"), ("REDRAW__DATABASE__POOL_SIZE", "1")])
            .await;
    bench.work(|time| if time == 0 { Act::Hang } else { Act::Say(Ok(())) });
    bench.until(async || bench.performed() == 1).await;
    // There is only one: whoever holds it keeps everybody from the database.
    let connection = bench.redraw.parts.database.connection().await.unwrap();
    bench.until(async || bench.left() == 1).await;
    drop(connection);
    let job = bench.ended().await;
    assert_eq!(job.attempts, ["expired:lease_expired", "finished:"]);
    assert_eq!(bench.commits(), 1);
    bench.stop().await;
}

#[tokio::test]
async fn a_busy_worker_still_puts_back_what_a_dead_one_held() {
    let bench = Bench::start(&[]).await;
    let pace = Pace { concurrency: 1, ..Bench::PACE };
    bench.work_at(pace, |_| Act::Hang);
    bench.until(async || bench.performed() == 1).await;
    let subject = bench.enqueue().await;
    let database = bench.redraw.parts.database.clone();
    let dead = Ledger::new(database, Duration::ZERO, "dead".to_owned());
    dead.claim_subject(bench.kind, subject).await.unwrap().expect("a claim");
    bench.until(async || bench.job_of(subject).await.state == "queued").await;
    assert_eq!(bench.performed(), 1);
    bench.stop().await;
}

#[tokio::test]
async fn a_result_that_the_database_refuses_counts_and_ends_as_one_failure() {
    let bench = Bench::start(&[("REDRAW__JOBS__MAX_ATTEMPTS", "2")]).await;
    bench.work(|_| Act::Finish(Fate::Refused));
    let job = bench.ended().await;
    assert_eq!(job.attempts, ["retry:database_refused", "failed:gave_up"]);
    assert_eq!((bench.performed(), bench.commits(), bench.failures()), (2, 0, 1));
    bench.stop().await;
}

#[tokio::test]
async fn a_result_is_written_once_the_database_is_back_and_not_made_again() {
    let bench = Bench::start(&[]).await;
    bench.work(|_| Act::Finish(Fate::AwayAtFirst));
    assert_eq!(bench.ended().await.attempts, ["finished:"]);
    assert_eq!((bench.performed(), bench.commits()), (1, 1));
    bench.stop().await;
}

#[tokio::test]
async fn a_commit_that_was_not_answered_is_told_although_the_lease_is_lost() {
    let bench = Bench::start(&[("REDRAW__LIFECYCLE__GRACE", "900ms")]).await;
    for sql in [
        "create function break_off() returns trigger language plpgsql as \
         'begin raise exception using errcode = ''58000''; end'",
        // At the commit, as the last thing.
        "create constraint trigger break_off after update on jobs deferrable initially deferred \
         for each row when (new.state = 'finished') execute function break_off()",
    ] {
        bench.redraw.execute(sql).await;
    }
    let mut changes = bench.redraw.parts.broker.changes();
    bench.work(|time| if time == 0 { Act::Say(Ok(())) } else { Act::Hang });
    bench.until(async || bench.commits() > 0).await;
    bench.elapse().await;
    let told = tokio::time::timeout(Duration::from_mins(1), changes.recv()).await;
    assert_eq!(told.unwrap(), Ok(Change::Of(bench.subject)));
    assert_eq!(bench.job().await.attempts[0], "expired:lease_expired");
    bench.stop().await;
}
