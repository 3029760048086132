//! Everything fails, again and again, under load: whatever was answered 202 ends once, in one new
//! picture and one letter, and nothing is left lying about.
//!
//! `scripts/chaos` runs it; `REDRAW_CHAOS_SECONDS` says for how long, `REDRAW_SEED` repeats a run's
//! faults in their order.

mod deck;
mod faults;
mod fleet;
mod models;
mod oracle;
mod pace;
mod report;
mod toxiproxy;
mod wires;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::harness::{Home, Models, Redraw, Visitors, client, seed};

use self::deck::Deck;
use self::faults::{PART_FAULTS, PROCESS_FAULTS, Trouble};
use self::fleet::Fleet;
use self::models::Spent;
use self::report::Report;
use self::wires::Wires;

const VISITORS: u32 = 3;

/// So that orphans are collected while the test looks on, though not all the time: listing buckets
/// costs the store as much as the work does.
const SETTINGS: [(&str, &str); 5] = [
    ("REDRAW__HOUSEKEEPING__ORPHAN_AGE", "30s"),
    ("REDRAW__HOUSEKEEPING__ORPHAN_PASS", "1m"),
    ("REDRAW__STORAGE__TIMEOUT", "5s"),
    ("REDRAW__MAIL__TIMEOUT", "5s"),
    ("REDRAW__LOG__FILTER", "info"),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes and needs scripts/servers up; scripts/chaos runs it"]
async fn nothing_is_lost_or_doubled_whatever_fails_on_real_servers() {
    let seed = seed();
    let home = Home::new().await;
    let wires = Wires::lay(&home).await;
    let models = Models::start();
    let settings = [&wires.settings()[..], &models::settings(&models)].concat();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, &**value)).collect();
    let fleet = Fleet::start(&home, &[&SETTINGS[..], &settings].concat()).await;
    // Past the wires, so that what is seen is seen whatever fails.
    let watch = Redraw::watching(home.clone(), fleet.url(0));

    let mut taken = Vec::new();
    let before = pace::before(&watch, &mut taken).await;

    // Not so many that what is left when the faults are over takes longer than they did.
    let visitors = [0, 1].map(|replica| {
        Visitors::arrive(VISITORS, &client(), &fleet.url(replica), Duration::from_millis(800))
    });
    models.fail_sometimes(models::FAILING_PERCENT, seed);
    let until = Instant::now() + duration();
    let trouble = Arc::new(Trouble { home, fleet, wires, client: client() });
    let (processes, parts) = tokio::join!(
        Deck::new(PROCESS_FAULTS, seed, 0).play(&trouble, until),
        Deck::new(PART_FAULTS, seed, 1).play(&trouble, until),
    );
    models.behave();
    let mut sent_away = 0;
    for group in visitors {
        let told = group.leave().await;
        taken.extend(told.ids);
        sent_away += told.failed;
    }
    let after = pace::measure(&watch, &mut taken).await;

    let verdict = oracle::judge(&watch, &taken).await;
    let faults = [processes, parts].concat();
    let deaths = trouble.fleet.deaths();
    let spent = Spent::of(&models.tally());
    let failed_calls = spent.failed();
    let report = Report { seed, faults, sent_away, deaths, verdict, before, after, spent };
    println!("{report}");
    report.demand();
    trouble.fleet.check_logs(report.total(), failed_calls).await;
    assert!(trouble.fleet.stop().await, "a program did not end well");
    trouble.wires.take_up().await;
    watch.stop().await;
}

/// Five minutes, unless somebody says otherwise.
fn duration() -> Duration {
    let given = std::env::var("REDRAW_CHAOS_SECONDS").ok();
    Duration::from_secs(given.map_or(300, |seconds| seconds.parse().unwrap()))
}
