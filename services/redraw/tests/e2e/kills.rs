//! `kill -9`, again and again, under load: whatever was answered 202 is done, once.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::RngExt;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::harness::{Child, Redraw, Told, Visitors, seed};

const KILLS: usize = 10;
const VISITORS: u32 = 4;

#[tokio::test]
async fn nothing_is_lost_or_doubled_by_ten_kills_under_load() {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&seed().to_le_bytes());
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut child = Child::new(&[]).await;
    child.start().await;
    let pause = Duration::from_millis(150);
    let visitors = Visitors::arrive(VISITORS, &child.client, &child.url, pause);
    for kill in 1..=KILLS {
        let moment = Duration::from_millis(random.random_range(50..900));
        tokio::time::sleep(moment).await;
        child.kill();
        println!("kill {kill}: {moment:?} after it was ready");
        child.start().await;
    }
    let told = visitors.leave().await;
    println!("{} taken, {} times sent away", told.ids.len(), told.failed);
    child.kill();

    let redraw = Redraw::start_in(child.into_home(), &[]).await;
    for id in &told.ids {
        assert_eq!(redraw.finished(id).await["status"], "done", "{id}");
    }
    audit(&redraw, &told).await;
    redraw.stop().await;
}

/// Rows, objects, mails and jobs: one of each for each picture that was taken, and no more.
async fn audit(redraw: &Redraw, told: &Told) {
    let taken: BTreeSet<_> = told.ids.iter().cloned().collect();
    assert_eq!(taken.len(), told.ids.len(), "one id for two keys");
    assert_eq!(redraw.column("select id::text from requests").await, taken);

    let referred = redraw.column("select new_image_key from requests").await;
    let stored: BTreeSet<_> = redraw.paintings().await.into_iter().collect();
    assert_eq!(stored, referred);
    assert_eq!(stored.len(), taken.len());
    for name in &stored {
        redraw.painting(name).await;
    }

    // A picture that was stored right before a kill, and whose row was not, is collected later.
    let referred = redraw.column("select image_key from requests").await;
    let stored: BTreeSet<_> = redraw.originals().await.into_iter().collect();
    assert!(referred.is_subset(&stored), "a row points at nothing");
    let orphans = stored.difference(&referred).count();
    assert!(orphans <= told.failed, "{orphans} orphans of {} failures", told.failed);

    // A kill between the mail server's answer and the commit sends the same message again.
    let mails = redraw.letters();
    let domain = redraw.home.mail_domain();
    let sent = format!("select '<' || id || '@{domain}>' from jobs where kind = 'notify'");
    assert_eq!(mails, redraw.column(&sent).await);
    assert_eq!(mails.len(), taken.len());

    let open = "select kind || ' ' || state from jobs where state <> 'finished'";
    assert_eq!(redraw.column(open).await, BTreeSet::new());
    let open = "select job::text from attempts where ended_at is null";
    assert_eq!(redraw.column(open).await, BTreeSet::new());
    assert_eq!(redraw.rows("jobs").await, 3 * i64::try_from(taken.len()).unwrap());
}
