use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::anyhow;
use tokio::task::JoinSet;

use super::{Closed, Gate, Pass};
use crate::config::{CaptionerKind, ProviderConfig};
use crate::providers::fixtures::config;
use crate::providers::{CallError, State, Verdict};

fn gate(differ: impl FnOnce(&mut ProviderConfig<CaptionerKind>)) -> Gate {
    let mut config = config("http://localhost");
    differ(&mut config);
    Gate::new("test", &config)
}

async fn passes(gate: &Gate) -> Option<Pass> {
    gate.enter().await.ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn never_more_at_a_time_than_the_settings_allow() {
    let gate = gate(|config| config.concurrency = 3);
    let (inside, most) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let mut calls = JoinSet::new();
    for number in 0..200_usize {
        let (gate, inside, most) = (gate.clone(), Arc::clone(&inside), Arc::clone(&most));
        calls.spawn(async move {
            let pass = passes(&gate).await.expect("a turn");
            most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            for _ in 0..number % 7 {
                tokio::task::yield_now().await;
            }
            inside.fetch_sub(1, Ordering::SeqCst);
            if number % 2 == 0 {
                pass.worked();
            }
        });
    }
    calls.join_all().await;
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn who_gets_no_turn_in_time_is_told_so_and_a_turn_that_ends_is_free_again() {
    let gate = gate(|config| {
        config.concurrency = 1;
        config.timeout = Duration::from_millis(20);
    });
    let pass = passes(&gate).await.expect("a turn");
    assert!(matches!(gate.enter().await, Err(Closed::Busy { .. })));
    drop(pass);
    assert!(passes(&gate).await.is_some());
}

#[tokio::test]
async fn no_more_a_minute_than_the_settings_allow() {
    let gate = gate(|config| {
        config.requests_per_minute = 2;
        config.timeout = Duration::from_millis(20);
    });
    for _ in 0..2 {
        passes(&gate).await.expect("the first two").worked();
    }
    assert!(matches!(gate.enter().await, Err(Closed::Busy { .. })), "half a minute is to go");
}

#[tokio::test]
async fn the_calls_of_a_minute_do_not_come_all_at_once() {
    let gate = gate(|config| {
        config.requests_per_minute = 30;
        config.concurrency = 1;
        config.timeout = Duration::from_millis(20);
    });
    passes(&gate).await.expect("the first").worked();
    assert!(matches!(gate.enter().await, Err(Closed::Busy { .. })), "two seconds are to go");
}

#[tokio::test]
async fn nobody_waits_for_a_turn_with_one_that_is_parked() {
    let gate = gate(|config| config.concurrency = 1);
    let (failing, waiting) = (passes(&gate).await.expect("a turn"), gate.enter());
    let error = CallError::new(Verdict::Park, "key_refused", anyhow!("no"));
    assert!(failing.failed(&error).is_some());
    let Err(Closed::Parked(parking)) = waiting.await else { panic!("it is parked") };
    assert_eq!(parking.code, "key_refused");
    let standing = gate.standing();
    assert_eq!((standing.state, standing.reason), (State::Parked, Some("key_refused")));
    assert!(standing.seconds_left.is_some_and(|left| left <= 60));
}

#[tokio::test]
async fn what_is_no_server_is_never_refused() {
    let gate = gate(|config| {
        config.kind = CaptionerKind::Builtin;
        config.concurrency = 0;
        config.failures = 1;
    });
    let error = CallError::new(Verdict::Retry, "oh", anyhow!("no"));
    for _ in 0..3 {
        assert!(passes(&gate).await.expect("a turn").failed(&error).is_none());
    }
    assert_eq!(gate.standing().state, State::Ok);
}
