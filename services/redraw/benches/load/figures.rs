//! Durations in order, to be asked for their percentiles.

use std::time::Duration;

pub struct Figures(Vec<Duration>);

impl FromIterator<Duration> for Figures {
    fn from_iter<I: IntoIterator<Item = Duration>>(durations: I) -> Self {
        let mut durations: Vec<_> = durations.into_iter().collect();
        durations.sort_unstable();
        Self(durations)
    }
}

impl Figures {
    /// By nearest rank; nothing of nothing.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// `p50 / p99 / max`, in milliseconds.
    pub fn milliseconds(&self) -> String {
        let [middle, late, last] =
            [50, 99, 100].map(|percent| self.percentile(percent).as_millis());
        format!("{middle} / {late} / {last}")
    }

    /// `p50 / p99 / max`, in seconds.
    pub fn seconds(&self) -> String {
        let [middle, late, last] =
            [50, 99, 100].map(|percent| self.percentile(percent).as_secs_f64());
        format!("{middle:.1} / {late:.1} / {last:.1}")
    }
}
