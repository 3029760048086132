//! How fast a backlog is worked off, before the faults and after: the same work is compared.
//!
//! Jobs of one kind cost many times what those of another do, and what the faults leave behind is of
//! the dearest kind. So the backlog after them is measured against the time that the very same jobs
//! would have taken before.

use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};

use crate::harness::{Redraw, jpeg};

/// Pictures: enough for half a minute, in which a second lost to a reconnection weighs little, and a
/// minute lost much.
const BACKLOG: u32 = 240;

/// At the same time.
const SENDERS: usize = 8;

/// Rounds before; the one in the middle counts.
const ROUNDS: usize = 3;

/// What takes longer than this has got stuck.
const LONGEST: Duration = Duration::from_mins(5);

/// What was done, and how long it took.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// From the first picture sent to the last job done.
    pub took: Duration,
    /// Paintings a second, once every picture had its caption.
    paintings_a_second: f64,
    /// Captions and paintings that were due already when the round began.
    left: Left,
}

#[derive(Clone, Copy, Debug)]
struct Left {
    captions: u32,
    paintings: u32,
}

impl Round {
    /// How long this round's work takes at the pace of `before`.
    pub fn at_the_pace_of(&self, before: &Self) -> Duration {
        let pictures = f64::from(BACKLOG + self.left.captions) / f64::from(BACKLOG);
        let painting = f64::from(self.left.paintings) / before.paintings_a_second;
        before.took.mul_f64(pictures) + Duration::from_secs_f64(painting)
    }
}

/// The round in the middle of several, on an idle redraw.
pub async fn before(redraw: &Redraw, taken: &mut Vec<String>) -> Round {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(measure(redraw, taken).await);
    }
    rounds.sort_by_key(|round| round.took);
    rounds[ROUNDS / 2]
}

/// Sends a backlog, on top of what is left from before, and sees all of it worked off; adds the ids
/// to `taken`.
pub async fn measure(redraw: &Redraw, taken: &mut Vec<String>) -> Round {
    let left = Left {
        captions: waiting(redraw, "caption").await,
        paintings: waiting(redraw, "generate").await,
    };
    let begun = Instant::now();
    let register = |seed| redraw.register(jpeg(seed), "owner@example.com");
    let ids = stream::iter(0..BACKLOG).map(register).buffer_unordered(SENDERS);
    taken.extend(ids.collect::<Vec<_>>().await);
    none_waits(redraw, "caption", begun).await;
    let (captioned, paintings) = (Instant::now(), waiting(redraw, "generate").await);
    none_waits(redraw, "generate", begun).await;
    let paintings_a_second = f64::from(paintings) / captioned.elapsed().as_secs_f64();
    none_waits(redraw, "notify", begun).await;
    let round = Round { took: begun.elapsed(), paintings_a_second, left };
    println!("{round:.1?}");
    round
}

async fn none_waits(redraw: &Redraw, kind: &str, begun: Instant) {
    while waiting(redraw, kind).await > 0 {
        assert!(begun.elapsed() < LONGEST, "the backlog is not worked off: {kind}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Jobs of a kind that are not done.
async fn waiting(redraw: &Redraw, kind: &str) -> u32 {
    let sql = format!(
        "select count(*) from jobs where kind = '{kind}' and state in ('queued', 'running')"
    );
    redraw.number(&sql).await.try_into().unwrap()
}
