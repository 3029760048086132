//! The oracle: follows every id that was answered 202 to its end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::harness::{Redraw, within};

/// Longer than it takes an orphan to grow old and be found.
const PATIENCE: Duration = Duration::from_mins(3);

/// Rightly fails what was asked for twice and never answered, and paid for twice perhaps; and what failed
/// in every attempt that it has.
const WRONGLY_FAILED: &str = "
    select count(*) from requests where status = 'failure' and not exists (
        select 1 from jobs join attempts on attempts.job = jobs.id
        where jobs.subject = requests.id and jobs.state = 'dead'
        group by jobs.id
        having (requests.error_code = 'outcome_unknown'
                and count(*) filter (where attempts.error_code = 'outcome_unknown') = 2)
            or (requests.error_code = 'gave_up'
                and count(*) filter (where attempts.outcome in ('retry', 'expired', 'failed')) >= 8))";

/// What became of all that was taken.
#[derive(Debug)]
pub struct Verdict {
    pub taken: usize,
    pub done: usize,
    pub failed: usize,
    /// Of those: what a model server that fails does not account for.
    pub wrongly_failed: usize,
    /// Ids without an end, rows without a picture or a letter, jobs that never ended.
    pub lost: usize,
    /// Pictures and letters beyond one each, letters with a wrong owner or link, steps done twice.
    pub doubled: usize,
}

/// Looks at rows, objects and letters.
pub async fn judge(redraw: &Redraw, taken: &[String]) -> Verdict {
    let ids: BTreeSet<_> = taken.iter().cloned().collect();
    assert_eq!(ids.len(), taken.len(), "one id for two keys");
    // A 202 that got lost on its way back left a row under a key that was sent again: none more.
    assert_eq!(
        redraw.column("select id::text from requests").await,
        ids,
        "rows and answers differ"
    );
    let with = |status: &str| format!("select id::text from requests where status = '{status}'");
    let (done, failed) =
        (redraw.column(&with("done")).await, redraw.column(&with("failure")).await);

    // Before anybody tidies up: a new picture is named by its job, so there are no others.
    let drawn = redraw.column("select new_image_key from requests where status = 'done'").await;
    let stored: BTreeSet<_> = redraw.paintings().await.into_iter().collect();
    for name in drawn.intersection(&stored) {
        redraw.painting(name).await;
    }
    no_object_without_a_row(redraw).await;
    let sent = redraw.column("select image_key from requests").await;
    let kept: BTreeSet<_> = redraw.originals().await.into_iter().collect();
    let (due, letters) = letters(redraw).await;

    let unfinished = "select count(*) from jobs where state not in ('finished', 'dead')";
    let open = "select count(*) from attempts where ended_at is null";
    let twice = "select count(*) from (select 1 from attempts where outcome = 'finished' \
        group by job having count(*) > 1) as twice";
    Verdict {
        taken: ids.len(),
        done: done.len(),
        failed: failed.len(),
        wrongly_failed: count(redraw, WRONGLY_FAILED).await,
        lost: ids.len().saturating_sub(done.len() + failed.len())
            + (done.len() - drawn.len())
            + drawn.difference(&stored).count()
            + sent.difference(&kept).count()
            + due.difference(&letters.keys().cloned().collect()).count()
            + count(redraw, unfinished).await
            + count(redraw, open).await,
        doubled: stored.difference(&drawn).count()
            + letters.keys().filter(|id| !due.contains(*id)).count()
            + letters.values().filter(|right| !**right).count()
            + due.len().abs_diff(ids.len())
            + count(redraw, twice).await,
    }
}

async fn count(redraw: &Redraw, sql: &str) -> usize {
    redraw.number(sql).await.try_into().unwrap()
}

/// The Message-IDs that are due; and those that came, each with whether it went to the right owner
/// with the right link.
async fn letters(redraw: &Redraw) -> (BTreeSet<String>, BTreeMap<String, bool>) {
    const SQL: &str = "select jobs.id::text, email, coalesce(new_image_url, '') as url \
        from jobs join requests on requests.id = jobs.subject where kind = 'notify'";
    let client = redraw.parts.database.connection().await.unwrap();
    let rows = client.query(SQL, &[]).await.unwrap();
    let domain = redraw.home.mail_domain();
    let due: BTreeMap<String, (String, String)> = rows
        .iter()
        .map(|row| {
            let id: &str = row.get("id");
            (format!("<{id}@{domain}>"), (row.get("email"), row.get("url")))
        })
        .collect();
    let mut letters = BTreeMap::new();
    for mail in redraw.mails() {
        let right = due.get(&mail.message_id).is_some_and(|(email, url)| {
            mail.text.contains(&format!("To: {email}\n")) && mail.text.contains(url)
        });
        *letters.entry(mail.message_id).or_insert(true) &= right;
    }
    (due.into_keys().collect(), letters)
}

/// Once housekeeping has been round: what was stored right before a kill, and whose row was not.
async fn no_object_without_a_row(redraw: &Redraw) {
    within(PATIENCE, "orphans are collected", async || {
        let sent = redraw.column("select image_key from requests").await;
        let kept: BTreeSet<_> = redraw.originals().await.into_iter().collect();
        kept.is_subset(&sent).then_some(())
    })
    .await;
}
