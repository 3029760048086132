//! The worker loop over the real ledger, with a step that does as the test says.

mod bench;
mod losses;
mod step;
mod unknown;

use std::time::Duration;

use shared::worker::{Pace, StepError};

use self::bench::Bench;
use self::step::Act;

fn later() -> StepError {
    StepError::retry("oh", anyhow::anyhow!("not this time"))
}

fn away() -> StepError {
    StepError::wait("away", anyhow::anyhow!("nobody there"))
}

#[tokio::test]
async fn an_attempt_that_may_work_later_counts_and_too_many_are_one_failure() {
    let bench = Bench::start(&[("REDRAW__JOBS__MAX_ATTEMPTS", "3")]).await;
    bench.work(|_| Act::Say(Err(later())));
    let job = bench.ended().await;
    assert_eq!(job.state, "dead");
    assert_eq!(job.attempts, ["retry:oh", "retry:oh", "failed:gave_up"]);
    assert_eq!((bench.performed(), bench.commits(), bench.failures()), (3, 0, 1));
    bench.stop().await;
}

#[tokio::test]
async fn waiting_for_a_part_that_is_away_does_not_count() {
    let bench = Bench::start(&[
        ("REDRAW__JOBS__MAX_ATTEMPTS", "1"),
        ("REDRAW__JOBS__WAIT_LONGEST", "20ms"),
    ])
    .await;
    bench.work(|time| Act::Say(if time < 5 { Err(away()) } else { Ok(()) }));
    let job = bench.ended().await;
    assert_eq!((&job.state[..], job.counted), ("finished", 1));
    assert_eq!(job.attempts, ["released:away", "finished:"]);
    assert_eq!((bench.performed(), bench.commits(), bench.failures()), (6, 1, 0));
    bench.stop().await;
}

#[tokio::test]
async fn what_can_never_work_fails_at_once() {
    let bench = Bench::start(&[]).await;
    bench.work(|_| Act::Say(Err(StepError::fail("never", "No.", anyhow::anyhow!("no")))));
    let job = bench.ended().await;
    assert_eq!(job.attempts, ["failed:never"]);
    assert_eq!((bench.performed(), bench.commits(), bench.failures()), (1, 0, 1));
    bench.stop().await;
}

#[tokio::test]
async fn an_attempt_beyond_its_deadline_is_tried_again() {
    let bench = Bench::start(&[]).await;
    let pace = Pace { deadline: Duration::from_millis(50), ..Bench::PACE };
    bench.work_at(pace, |time| if time == 0 { Act::Hang } else { Act::Say(Ok(())) });
    let job = bench.ended().await;
    assert_eq!(job.attempts, ["retry:deadline", "finished:"]);
    bench.stop().await;
}

#[tokio::test]
async fn a_step_that_panics_is_tried_again_and_frees_its_place() {
    let bench = Bench::start(&[]).await;
    let pace = Pace { concurrency: 1, ..Bench::PACE };
    bench.work_at(pace, |time| if time < 2 { Act::Panic } else { Act::Say(Ok(())) });
    let job = bench.ended().await;
    assert_eq!(job.attempts, ["retry:panicked", "retry:panicked", "finished:"]);
    bench.stop().await;
}

#[tokio::test]
async fn work_is_found_without_a_hint_and_hints_about_nothing_do_no_harm() {
    let bench = Bench::start(&[]).await;
    for subject in [uuid::Uuid::now_v7(), bench.subject, bench.subject] {
        bench.hint(subject);
    }
    bench.work(|_| Act::Say(Ok(())));
    assert_eq!(bench.ended().await.attempts, ["finished:"]);
    let unannounced = bench.enqueue().await;
    let job = bench.ended_of(unannounced).await;
    assert_eq!(job.attempts, ["finished:"]);
    assert_eq!((bench.performed(), bench.commits()), (2, 2));
    bench.stop().await;
}

#[tokio::test]
async fn a_stop_hands_back_what_does_not_finish_and_does_not_count_it() {
    let bench = Bench::start(&[("REDRAW__LIFECYCLE__GRACE", "900ms")]).await;
    bench.work(|_| Act::Hang);
    bench.until(async || bench.performed() == 1).await;
    let (home, subject) = bench.stop().await;
    let bench = Bench::start_in(home, subject).await;
    let job = bench.job().await;
    assert_eq!((&job.state[..], job.counted), ("queued", 0));
    assert_eq!(job.attempts, ["released:shutdown"]);
    bench.stop().await;
}
