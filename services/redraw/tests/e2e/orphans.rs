//! Objects that belong to nothing go; all others stay.

use bytes::Bytes;
use shared::storage::Bucket;
use uuid::Uuid;

use crate::harness::{Redraw, eventually, jpeg};

/// An upload that is under way on a slow machine must not be older.
const SETTINGS: [(&str, &str); 2] =
    [("REDRAW__HOUSEKEEPING__ORPHAN_AGE", "5s"), ("REDRAW__HOUSEKEEPING__ORPHAN_PASS", "100ms")];

async fn put(redraw: &Redraw, bucket: Bucket, key: &str) {
    let bytes = Bytes::from_static(b"a picture");
    redraw.parts.storage.put(bucket, key, "image/png", bytes).await.unwrap();
}

/// Puts an orphan into each bucket, and waits until both are gone: both buckets were looked through.
async fn a_pass(redraw: &Redraw) {
    let (original, painting) =
        (format!("{}.jpg", Uuid::now_v7()), format!("{}.png", Uuid::now_v7()));
    put(redraw, Bucket::Private, &original).await;
    put(redraw, Bucket::Public, &painting).await;
    let gone = async || {
        let there = redraw.originals().await.contains(&original)
            || redraw.paintings().await.contains(&painting);
        (!there).then_some(())
    };
    eventually("the orphans to go", gone).await;
}

/// Gives the subject a job to paint, and returns its id.
async fn generate_job(redraw: &Redraw, subject: &str, state: &str) -> Uuid {
    let job = Uuid::now_v7();
    let sql = format!(
        "insert into jobs (id, kind, subject, state) values ('{job}', 'generate', '{subject}', '{state}')"
    );
    redraw.execute(&sql).await;
    job
}

#[tokio::test]
async fn only_what_belongs_to_nothing_is_removed() {
    let redraw = Redraw::start_with(&SETTINGS).await;
    let done = redraw.register(jpeg(1), "owner@example.com").await;
    redraw.finished(&done).await;
    redraw.hold_work().await;
    let pending = redraw.register(jpeg(2), "owner@example.com").await;
    let failed = redraw.register(jpeg(3), "owner@example.com").await;
    let pictures = (redraw.originals().await, redraw.paintings().await);
    assert_eq!((pictures.0.len(), pictures.1.len()), (3, 1));

    // A painter has stored its picture, and not yet said so.
    let sql = format!("select id::text from jobs where subject = '{done}' and kind = 'generate'");
    let job = redraw.column(&sql).await.pop_first().unwrap();
    let being_made = generate_job(&redraw, &pending, "queued").await;
    let being_made = format!("{being_made}.png");
    // Another has died, and an operator may put its job back.
    redraw.execute(&format!("update jobs set state = 'dead' where subject = '{failed}'")).await;
    let failed = format!("{}.png", generate_job(&redraw, &failed, "dead").await);
    put(&redraw, Bucket::Public, &failed).await;
    // Whatever else lies there is none of our business.
    let theirs = ["readme.txt".to_owned(), format!("{}.txt", Uuid::now_v7())];
    put(&redraw, Bucket::Public, &being_made).await;
    for name in &theirs {
        put(&redraw, Bucket::Public, name).await;
        put(&redraw, Bucket::Private, name).await;
    }
    // Of a finished job, but not what its request shows.
    let other = format!("{job}.webp");
    put(&redraw, Bucket::Public, &other).await;

    a_pass(&redraw).await;
    a_pass(&redraw).await;
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let (originals, paintings) = pictures;
    assert_eq!(sorted(redraw.originals().await), sorted([&originals[..], &theirs].concat()));
    let kept = [&paintings[..], &theirs, &[being_made, failed]].concat();
    assert_eq!(sorted(redraw.paintings().await), sorted(kept));
    redraw.stop().await;
}

#[tokio::test]
async fn where_most_belongs_to_nothing_the_database_is_doubted_and_nothing_removed() {
    let redraw = Redraw::start_with(&SETTINGS).await;
    redraw.hold_work().await;
    let mut jobs = Vec::new();
    for _ in 0..12 {
        let job = generate_job(&redraw, &Uuid::now_v7().to_string(), "queued").await;
        put(&redraw, Bucket::Public, &format!("{job}.png")).await;
        jobs.push(job.to_string());
    }
    // Younger than they are: once it is gone they are old.
    a_pass(&redraw).await;
    assert_eq!(redraw.paintings().await.len(), 12);
    // As if a fresh database were in use.
    redraw.execute("delete from jobs").await;
    for _ in 0..2 {
        let original = format!("{}.jpg", Uuid::now_v7());
        put(&redraw, Bucket::Private, &original).await;
        let gone = async || (!redraw.originals().await.contains(&original)).then_some(());
        eventually("the other bucket's orphan to go", gone).await;
    }
    assert_eq!(redraw.paintings().await.len(), 12);
    // Half of them have an owner again.
    for job in &jobs[..6] {
        let sql = format!(
            "insert into jobs (id, kind, subject) values ('{job}', 'generate', '{}')",
            Uuid::now_v7()
        );
        redraw.execute(&sql).await;
    }
    eventually("the others to go", async || (redraw.paintings().await.len() == 6).then_some(()))
        .await;
    for name in redraw.paintings().await {
        assert!(jobs[..6].iter().any(|job| name.starts_with(job)), "{name}");
    }
    redraw.stop().await;
}

#[tokio::test]
async fn at_zero_age_nothing_is_an_orphan() {
    let redraw = Redraw::start_with(&[
        ("REDRAW__HOUSEKEEPING__ORPHAN_AGE", "0s"),
        ("REDRAW__HOUSEKEEPING__ORPHAN_PASS", "100ms"),
    ])
    .await;
    redraw.hold_work().await;
    let orphan = format!("{}.png", Uuid::now_v7());
    put(&redraw, Bucket::Public, &orphan).await;
    put(&redraw, Bucket::Private, &orphan).await;
    // Duties are done in turn: when keys were forgotten again and again, orphans were looked at.
    for round in 0..3 {
        let id = redraw.register(jpeg(9), "owner@example.com").await;
        let sql = format!(
            "update requests set idempotency_key = 'round {round}', \
             created_at = now() - interval '2 days' where id = '{id}'"
        );
        redraw.execute(&sql).await;
        let kept = "select count(*) from requests where idempotency_key is not null";
        eventually("a round", async || (redraw.number(kept).await == 0).then_some(())).await;
    }
    assert!(redraw.paintings().await.contains(&orphan));
    assert!(redraw.originals().await.contains(&orphan));
    redraw.stop().await;
}
