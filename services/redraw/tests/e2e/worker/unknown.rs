//! What may have been done, and paid for: tried once more, and then no more.

use std::time::Duration;

use shared::jobs;
use shared::worker::{Pace, StepError};

use super::bench::Bench;
use super::later;
use super::step::Act;

fn unknown() -> StepError {
    StepError::Unknown { code: "outcome_unknown", cause: anyhow::anyhow!("no answer in time") }
}

#[tokio::test]
async fn what_may_have_been_done_is_tried_once_more_and_then_fails() {
    let bench = Bench::start(&[]).await;
    bench.work(|_| Act::Say(Err(unknown())));
    let job = bench.ended().await;
    assert_eq!((&job.state[..], job.counted), ("dead", 2));
    assert_eq!(job.attempts, ["retry:outcome_unknown", "failed:outcome_unknown"]);
    assert_eq!((bench.performed(), bench.commits(), bench.failures()), (2, 0, 1));
    bench.stop().await;
}

#[tokio::test]
async fn what_works_the_second_time_is_done() {
    let bench = Bench::start(&[]).await;
    bench.work(|time| Act::Say(if time == 0 { Err(unknown()) } else { Ok(()) }));
    assert_eq!(bench.ended().await.attempts, ["retry:outcome_unknown", "finished:"]);
    bench.stop().await;
}

#[tokio::test]
async fn unknown_outcomes_are_counted_whatever_lies_between_them() {
    let bench = Bench::start(&[]).await;
    bench.work(|time| Act::Say(Err(if time % 2 == 0 { unknown() } else { later() })));
    let job = bench.ended().await;
    assert_eq!(job.attempts, ["retry:outcome_unknown", "retry:oh", "failed:outcome_unknown"]);
    bench.stop().await;
}

#[tokio::test]
async fn a_deadline_during_a_call_that_may_cost_money_leaves_its_outcome_unknown() {
    let bench = Bench::start(&[]).await;
    let pace = Pace { deadline: Duration::from_millis(50), ..Bench::PACE };
    bench.work_at(pace, |_| Act::HangUnanswered);
    let job = bench.ended().await;
    assert_eq!(job.attempts, ["retry:outcome_unknown", "failed:outcome_unknown"]);
    bench.stop().await;
}

#[tokio::test]
async fn a_job_that_is_put_back_by_hand_begins_anew() {
    let bench = Bench::start(&[]).await;
    bench.work(|time| Act::Say(if time < 3 { Err(unknown()) } else { Ok(()) }));
    assert_eq!(bench.ended().await.state, "dead");
    let mut connection = bench.redraw.parts.database.connection().await.unwrap();
    let sql = "select id from jobs where subject = $1";
    let id = connection.query_one(sql, &[&bench.subject]).await.unwrap().get("id");
    let transaction = connection.transaction().await.unwrap();
    jobs::revive(&transaction, id).await.unwrap();
    transaction.commit().await.unwrap();
    drop(connection);
    assert_eq!(bench.ended().await.attempts, ["retry:outcome_unknown", "finished:"]);
    bench.stop().await;
}
