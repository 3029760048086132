//! Objects that belong to nothing go; all others stay.

use bytes::Bytes;
use shared::storage::Bucket;
use uuid::Uuid;

use crate::harness::{Redraw, eventually, jpeg};

const SETTINGS: [(&str, &str); 2] =
    [("REDRAW__HOUSEKEEPING__ORPHAN_AGE", "1s"), ("REDRAW__HOUSEKEEPING__ORPHAN_PASS", "100ms")];

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

#[tokio::test]
async fn only_what_belongs_to_nothing_is_removed() {
    let redraw = Redraw::start_with(&SETTINGS).await;
    let done = redraw.register(jpeg(1), "owner@example.com").await;
    redraw.finished(&done).await;
    redraw.hold_work().await;
    let pending = redraw.register(jpeg(2), "owner@example.com").await;
    let pictures = (redraw.originals().await, redraw.paintings().await);
    assert_eq!((pictures.0.len(), pictures.1.len()), (2, 1));

    // A painter has stored its picture, and not yet said so.
    let sql = format!("select id::text from jobs where subject = '{done}' and kind = 'generate'");
    let job = redraw.column(&sql).await.pop_first().unwrap();
    let being_made = Uuid::now_v7();
    let sql = format!(
        "insert into jobs (id, kind, subject) values ('{being_made}', 'generate', '{pending}')"
    );
    redraw.execute(&sql).await;
    let being_made = format!("{being_made}.png");
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
    let kept = [&paintings[..], &theirs, &[being_made]].concat();
    assert_eq!(sorted(redraw.paintings().await), sorted(kept));
    redraw.stop().await;
}
