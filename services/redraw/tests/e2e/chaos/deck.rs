//! The order of the faults: a deck that is shuffled by the seed, dealt to its end, and shuffled
//! again, so that every kind comes before any comes a third time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::RngExt;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::faults::{Fault, Trouble};

pub struct Deck {
    faults: Vec<Fault>,
    dealt: usize,
    random: TestRng,
}

impl Deck {
    /// `which` tells decks of one seed apart.
    pub fn new(faults: &[Fault], seed: u128, which: u8) -> Self {
        let mut bytes = [which; 32];
        bytes[..16].copy_from_slice(&seed.to_le_bytes());
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self { faults: faults.to_vec(), dealt: 0, random }
    }

    /// Does one after the other, with pauses, until the time is over. Returns how often each came.
    pub async fn play(mut self, trouble: &Arc<Trouble>, until: Instant) -> Vec<(String, usize)> {
        let mut counts = BTreeMap::new();
        while Instant::now() < until {
            let fault = self.deal();
            let longest = if matches!(fault, Fault::Stop(_)) { 20_000 } else { 6_000 };
            let length = Duration::from_millis(self.random.random_range(1_000..longest));
            let pause = Duration::from_millis(self.random.random_range(200..2_000));
            println!("{fault} ({:.1} s)", length.as_secs_f64());
            trouble.make(fault, length, self.random.random_range(0..100)).await;
            *counts.entry(fault.to_string()).or_default() += 1;
            tokio::time::sleep(pause).await;
        }
        counts.into_iter().collect()
    }

    fn deal(&mut self) -> Fault {
        let left = self.faults.len() - self.dealt;
        let chosen = self.dealt + self.random.random_range(0..left);
        self.faults.swap(self.dealt, chosen);
        let fault = self.faults[self.dealt];
        self.dealt = (self.dealt + 1) % self.faults.len();
        fault
    }
}
