//! An account without credit: everything waits, nothing fails, and nothing is paid for twice.

use serde_json::Value;

use super::{Providers, attempts};
use crate::harness::{Call, Fault, Models, Redraw, eventually, jpeg};

const PICTURES: u32 = 6;

#[tokio::test]
async fn without_credit_all_waits_uncounted_and_once_there_is_some_all_is_done_once() {
    let models = Models::start();
    let more = |name| format!("name: {name}, park: 100ms, park_longest: 300ms");
    let captioner = models.provider("chat", &more("penniless_eye"));
    let painter = models.provider("images", &more("penniless_hand"));
    // A single attempt that counts would be the last.
    let once = [("REDRAW__JOBS__MAX_ATTEMPTS", "1")];
    let redraw = Providers::of(&[captioner], &[painter]).start_with(&once).await;

    models.always(Fault::Status(402));
    let mut ids = Vec::new();
    for seed in 0..PICTURES {
        ids.push(redraw.register(jpeg(seed), "owner@example.com").await);
    }
    is_told(&redraw, "caption", "penniless_eye").await;
    all_wait(&redraw, &ids, "caption", "pending").await;

    models.always_to(Call::Images, Fault::Status(402));
    is_told(&redraw, "generate", "penniless_hand").await;
    all_wait(&redraw, &ids, "generate", "ready").await;

    models.behave();
    for id in &ids {
        let document = redraw.finished(id).await;
        assert_eq!(document["status"], "done", "{document}");
    }
    eventually("nobody is parked any more", async || {
        let (_, readiness) = readiness(&redraw).await;
        readiness.iter().all(|page| page["degraded"] == false).then_some(())
    })
    .await;
    let once_each = vec![1; ids.len()];
    assert_eq!(models.tally().well_each(Call::Chat), once_each);
    // Pictures that look alike are painted from the same sentence.
    assert_eq!(models.tally().well(Call::Images), ids.len());
    assert_eq!(redraw.letters().len(), ids.len());
    redraw.stop().await;
}

/// `/readyz` and `/metrics` tell of it, and whoever balances the load sends visitors all the same.
async fn is_told(redraw: &Redraw, work: &str, name: &str) {
    eventually("it is said who is parked, and why", async || {
        let (statuses, pages) = readiness(redraw).await;
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?} {pages:?}");
        let degraded = pages.iter().filter(|page| page["degraded"] == true);
        let mut standings = degraded.filter_map(|page| page["providers"].as_array()).flatten();
        let told = standings.any(|standing| {
            standing["work"] == work
                && standing["name"] == name
                && standing["state"] == "parked"
                && standing["reason"] == "credit_spent"
        });
        told.then_some(())
    })
    .await;
    let gauge = format!("provider_parked{{work=\"{work}\",provider=\"{name}\"}} 1");
    let mut pages = Vec::new();
    for url in redraw.urls() {
        let answer = redraw.client.get(format!("{url}/metrics")).send().await.unwrap();
        pages.push(answer.text().await.unwrap());
    }
    assert!(pages.iter().any(|page| page.lines().any(|line| line == gauge)), "no line {gauge}");
}

async fn readiness(redraw: &Redraw) -> (Vec<u16>, Vec<Value>) {
    let (mut statuses, mut pages) = (Vec::new(), Vec::new());
    for url in redraw.urls() {
        let answer = redraw.client.get(format!("{url}/readyz")).send().await.unwrap();
        statuses.push(answer.status().as_u16());
        pages.push(answer.json().await.unwrap());
    }
    (statuses, pages)
}

/// Each was tried, or found the provider parked; and none of that counts.
async fn all_wait(redraw: &Redraw, ids: &[String], step: &str, status: &str) {
    for id in ids {
        let document = eventually("an attempt that was handed back", async || {
            let document = redraw.document(id).await;
            let handed_back = |attempt: &&Value| attempt["outcome"] == "released";
            attempts(&document, step).iter().any(handed_back).then_some(document)
        })
        .await;
        assert_eq!(document["status"], status);
        for attempt in attempts(&document, step) {
            let outcome = attempt["outcome"].as_str().unwrap();
            assert!(matches!(outcome, "released" | "running"), "{attempt}");
            assert_eq!(attempt["number"], 1, "{attempt}");
        }
    }
}
