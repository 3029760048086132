//! News of changes, from every process to every process that asked for them.

use shared::broker::Change;
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;

use super::harness::{Process, Vhost, within};

async fn next(changes: &mut Receiver<Change>) -> Change {
    within(changes.recv()).await.unwrap()
}

async fn replica(vhost: &Vhost) -> Process {
    let process = vhost.process().await;
    process.broker.listen_for_changes();
    process.well().await;
    process
}

#[tokio::test]
async fn a_change_reaches_every_replica_once() {
    let vhost = Vhost::new().await;
    let (one, other, caption) =
        (replica(&vhost).await, replica(&vhost).await, vhost.process().await);
    let (mut here, mut there) = (one.broker.changes(), other.broker.changes());
    let subjects = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
    caption.broker.announce_change(subjects[0]);
    for changes in [&mut here, &mut there] {
        assert_eq!(next(changes).await, Change::Of(subjects[0]));
    }
    // One of its own is told at once, and its echo is not.
    one.broker.announce_change(subjects[1]);
    assert_eq!(here.try_recv(), Ok(Change::Of(subjects[1])));
    assert_eq!(next(&mut there).await, Change::Of(subjects[1]));
    other.broker.announce_change(subjects[2]);
    assert_eq!(next(&mut here).await, Change::Of(subjects[2]));
    for process in [one, other, caption] {
        process.stop().await;
    }
}

#[tokio::test]
async fn after_a_gap_those_who_watch_are_told_that_they_may_have_missed_some() {
    let vhost = Vhost::new().await;
    let process = replica(&vhost).await;
    let mut changes = process.broker.changes();
    vhost.close_connections("listens for changes").await;
    assert_eq!(next(&mut changes).await, Change::Missed);
    let other = vhost.process().await;
    let subject = Uuid::now_v7();
    other.broker.announce_change(subject);
    assert_eq!(next(&mut changes).await, Change::Of(subject));
    process.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn those_in_the_same_process_need_no_broker() {
    let vhost = Vhost::new().await;
    let mut config = vhost.config();
    config.url = "amqp://nobody:here@127.0.0.1:1".to_owned().into();
    let process = Process::begin(&config);
    process.broker.listen_for_changes();
    let mut changes = process.broker.changes();
    let subject = Uuid::now_v7();
    process.broker.announce_change(subject);
    assert_eq!(changes.try_recv(), Ok(Change::Of(subject)));
    process.stop().await;
}
