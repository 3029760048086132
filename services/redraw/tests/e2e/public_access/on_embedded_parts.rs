//! The embedded store, taken for a stranger, has no bucket policies; theirs has.

use super::is_seen_through_the_api;
use crate::harness::Wired;

#[tokio::test]
async fn a_store_without_bucket_policies_is_shown_through_the_api() {
    let wired = Wired::start(&[]).await;
    is_seen_through_the_api(&wired.redraw).await;
    wired.stop().await;
}
