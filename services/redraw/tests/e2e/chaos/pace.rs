//! How fast a backlog is worked off, in jobs a second; a picture is three jobs.

use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};

use crate::harness::{Redraw, jpeg};

/// Pictures: enough to be measured, few enough to be measured more than once.
const BACKLOG: u32 = 60;

/// At the same time.
const SENDERS: usize = 8;

/// What takes longer than this has got stuck.
const LONGEST: Duration = Duration::from_mins(3);

/// Sends backlogs, on top of what is left from before, and sees them worked off; adds the ids of all
/// to `taken`. A round can be disturbed by whatever else the machine does, so the best of several is
/// what can be done; they end as soon as one was fast `enough`.
pub async fn measure(redraw: &Redraw, taken: &mut Vec<String>, rounds: usize, enough: f64) -> f64 {
    let mut best = 0.0_f64;
    for _ in 0..rounds {
        let (begun, ended) = (Instant::now(), count(redraw, "finished").await);
        let register = |seed| redraw.register(jpeg(seed), "owner@example.com");
        let ids = stream::iter(0..BACKLOG).map(register).buffer_unordered(SENDERS);
        taken.extend(ids.collect::<Vec<_>>().await);
        while count(redraw, "queued").await + count(redraw, "running").await > 0 {
            if begun.elapsed() > LONGEST {
                // The oracle will say what is left.
                println!("the backlog is not worked off");
                return best;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let ended = count(redraw, "finished").await - ended;
        let pace = f64::from(ended) / begun.elapsed().as_secs_f64();
        println!("{pace:.1} jobs a second");
        best = best.max(pace);
        if best >= enough {
            break;
        }
    }
    best
}

/// Jobs in a state.
async fn count(redraw: &Redraw, state: &str) -> u32 {
    let sql = format!("select count(*) from jobs where state = '{state}'");
    redraw.number(&sql).await.try_into().unwrap()
}
