//! The oracle: follows every id that was answered 202 to its end.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::harness::{Redraw, within};

/// Longer than it takes an orphan to grow old and be found.
const PATIENCE: Duration = Duration::from_mins(2);

/// What became of all that was taken.
#[derive(Debug)]
pub struct Verdict {
    pub taken: usize,
    pub done: usize,
    pub failed: usize,
    /// Ids without an end, rows without a picture or a letter.
    pub lost: usize,
    /// Pictures and letters beyond one each.
    pub doubled: usize,
}

/// Looks at rows, objects and letters. What must be empty by now is demanded here.
pub async fn judge(redraw: &Redraw, taken: &[String]) -> Verdict {
    let ids: BTreeSet<_> = taken.iter().cloned().collect();
    assert_eq!(ids.len(), taken.len(), "one id for two keys");
    let open = "select kind || ' ' || state from jobs where state not in ('finished', 'dead')";
    assert_eq!(redraw.column(open).await, BTreeSet::new());
    let open = "select id::text from attempts where ended_at is null";
    assert_eq!(redraw.column(open).await, BTreeSet::new());

    let with = |status: &str| format!("select id::text from requests where status = '{status}'");
    let (done, failed) =
        (redraw.column(&with("done")).await, redraw.column(&with("failure")).await);
    let ended: BTreeSet<_> = done.union(&failed).cloned().collect();
    // A 202 that got lost on its way back left a row under a key that was sent again: none more.
    assert_eq!(
        redraw.column("select id::text from requests").await,
        ids,
        "rows and answers differ"
    );

    no_object_without_a_row(redraw).await;
    let drawn = redraw.column("select new_image_key from requests where status = 'done'").await;
    let stored: BTreeSet<_> = redraw.paintings().await.into_iter().collect();
    for name in &stored {
        redraw.painting(name).await;
    }
    let domain = redraw.home.mail_domain();
    let letter = format!("select '<' || id || '@{domain}>' from jobs where kind = 'notify'");
    let (due, sent) = (redraw.column(&letter).await, redraw.letters());
    let missing =
        |these: &BTreeSet<String>, those: &BTreeSet<String>| these.difference(those).count();
    Verdict {
        taken: ids.len(),
        done: done.len(),
        failed: failed.len(),
        lost: missing(&ids, &ended) + missing(&drawn, &stored) + missing(&due, &sent),
        doubled: missing(&stored, &drawn) + missing(&sent, &due) + due.len().abs_diff(ids.len()),
    }
}

/// Once housekeeping has been round.
async fn no_object_without_a_row(redraw: &Redraw) {
    let keys = async |column: &str| {
        redraw.column(&format!("select {column} from requests where {column} is not null")).await
    };
    within(PATIENCE, "orphans are collected", async || {
        (orphans(redraw, &keys).await == 0).then_some(())
    })
    .await;
}

async fn orphans(redraw: &Redraw, keys: &impl AsyncFn(&str) -> BTreeSet<String>) -> usize {
    let originals: BTreeSet<_> = redraw.originals().await.into_iter().collect();
    let paintings: BTreeSet<_> = redraw.paintings().await.into_iter().collect();
    let lone = originals.difference(&keys("image_key").await).count();
    lone + paintings.difference(&keys("new_image_key").await).count()
}
