//! On real servers: all well before and after the first start, and mistakes planted one by one.

mod planted;

use serde_json::Value;

use super::Report;
use crate::harness::{Home, Redraw};

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn before_the_first_start_nothing_is_wrong_and_nothing_is_made() {
    let home = Home::new().await;
    for _ in 0..2 {
        let report = Report::of(&home, &[]).await;
        assert!(report.well, "{}", report.said);
        assert_eq!(report.check("PostgreSQL", "tables")["state"], "warning");
        let made = |check: &&Value| check["text"] == "is made at the next start";
        // Three queues, one beside each for what cannot be read, the exchange, and two buckets.
        assert_eq!(report.checks.iter().filter(made).count(), 9, "{}", report.said);
    }
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn after_a_start_all_is_well_and_the_probe_is_gone() {
    let redraw = Redraw::start().await;
    let probed = Report::of(&redraw.home, &[]).await;
    probed.is_all_well();
    assert_eq!(probed.check("object store", "public_url")["state"], "ok");
    let page = redraw.parts.storage.list(shared::storage::Bucket::Public, None, 10).await.unwrap();
    assert!(page.objects.is_empty(), "{page:?}");
    redraw.stop().await;
}
