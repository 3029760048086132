//! What ends a process, and in which order.

use std::time::Duration;

use super::{Lifecycle, Signals};

const GRACE: Duration = Duration::from_secs(3);

async fn run(lifecycle: Lifecycle, grace: Duration) -> anyhow::Result<()> {
    lifecycle.run(Signals::listen().unwrap(), grace).await
}

#[tokio::test]
async fn a_task_that_fails_takes_the_process_down_with_its_reason() {
    let lifecycle = Lifecycle::new();
    lifecycle.spawn("heart", async { anyhow::bail!("no beat") });
    let error = run(lifecycle, GRACE).await.unwrap_err();
    assert_eq!(format!("{error:#}"), "the task `heart` died: no beat");
}

#[tokio::test]
async fn a_task_that_panics_or_just_ends_takes_the_process_down() {
    let lifecycle = Lifecycle::new();
    lifecycle.spawn("panics", async { panic!("oh") });
    assert!(run(lifecycle, GRACE).await.is_err());
    let lifecycle = Lifecycle::new();
    lifecycle.spawn("ends", async { Ok(()) });
    assert!(run(lifecycle, GRACE).await.is_err());
}

#[tokio::test]
async fn a_short_task_that_panics_takes_the_process_down_too() {
    let lifecycle = Lifecycle::new();
    lifecycle.spawn_detached("short", async { panic!("oh") });
    let error = run(lifecycle, GRACE).await.unwrap_err();
    assert!(error.to_string().contains("`short`"), "{error:#}");
}

#[tokio::test]
async fn a_stop_waits_for_the_tasks_and_ends_well() {
    let lifecycle = Lifecycle::new();
    let stopping = lifecycle.stopping();
    lifecycle.spawn("polite", async move {
        stopping.cancelled().await;
        Ok(())
    });
    lifecycle.stop();
    run(lifecycle, GRACE).await.unwrap();
}

#[tokio::test]
async fn the_door_stays_open_for_the_notice_while_no_work_is_taken() {
    let notice = Duration::from_millis(50);
    let lifecycle = Lifecycle::with_notice(notice);
    let (stopping, closing) = (lifecycle.stopping(), lifecycle.closing());
    let begun = tokio::time::Instant::now();
    lifecycle.spawn("door", async move {
        stopping.cancelled().await;
        closing.cancelled().await;
        anyhow::ensure!(begun.elapsed() >= notice, "it shut without notice");
        Ok(())
    });
    lifecycle.stop();
    run(lifecycle, GRACE).await.unwrap();
}

#[tokio::test]
async fn where_nobody_minds_a_door_no_notice_is_waited_for() {
    let lifecycle = Lifecycle::with_notice(Duration::from_hours(1));
    let stopping = lifecycle.stopping();
    lifecycle.spawn("works", async move {
        stopping.cancelled().await;
        Ok(())
    });
    lifecycle.stop();
    let ended = tokio::time::timeout(Duration::from_mins(1), run(lifecycle, GRACE)).await;
    ended.expect("it waited for nobody").unwrap();
}

#[tokio::test]
async fn a_late_task_hears_what_the_others_say_last() {
    let lifecycle = Lifecycle::new();
    let (stopping, quiet) = (lifecycle.stopping(), lifecycle.quiet());
    let (speaker, mut listener) = tokio::sync::mpsc::unbounded_channel();
    let (report, reported) = tokio::sync::oneshot::channel();
    lifecycle.spawn_late("listens", async move {
        quiet.cancelled().await;
        let _ = report.send(listener.try_recv());
        Ok(())
    });
    lifecycle.spawn("speaks", async move {
        stopping.cancelled().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        speaker.send("goodbye")?;
        Ok(())
    });
    lifecycle.stop();
    run(lifecycle, GRACE).await.unwrap();
    assert_eq!(reported.await.unwrap(), Ok("goodbye"));
}

#[tokio::test]
async fn a_late_task_that_does_not_end_does_not_hold_up_the_stop() {
    let lifecycle = Lifecycle::new();
    lifecycle.spawn_late("clings", std::future::pending());
    lifecycle.stop();
    run(lifecycle, GRACE).await.unwrap();
}

#[tokio::test]
async fn work_that_does_not_finish_is_told_to_hand_back() {
    let lifecycle = Lifecycle::new();
    let aborting = lifecycle.aborting();
    lifecycle.spawn("long", async move {
        aborting.cancelled().await;
        Ok(())
    });
    lifecycle.stop();
    run(lifecycle, Duration::from_millis(60)).await.unwrap();
}
