//! A picture that could not be stored is not ordered.

use super::Providers;
use crate::harness::{Call, Models, Wired, jpeg};

#[tokio::test]
async fn while_the_store_is_away_no_painting_is_paid_for() {
    let models = Models::start();
    let providers = Providers::on(&models, "chat", "images", "");
    let wired = Wired::start(&providers.settings()).await;
    let Wired { redraw, wire, .. } = &wired;
    redraw.hold_work().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    redraw.release().await;
    let ready = "select id::text from requests where status = 'ready'";
    redraw.until(async || redraw.column(ready).await.contains(&id)).await;

    wire.cut();
    redraw.let_work_go().await;
    let waits = "select subject::text from attempts \
        where kind = 'generate' and error_code = 'storage_unavailable'";
    redraw.until(async || redraw.column(waits).await.contains(&id)).await;
    assert_eq!(models.tally().paid_for(Call::Images), 0);

    wire.mend();
    assert_eq!(redraw.finished(&id).await["status"], "done");
    assert_eq!(models.tally().paid_for(Call::Images), 1);
    wired.stop().await;
}
