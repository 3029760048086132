//! The table at the end, and what is demanded of it.

use std::fmt;

use super::oracle::Verdict;

/// The backlog after the faults is worked off at least this fast, as a share of before.
pub const KEPT: f64 = 0.9;

pub struct Report {
    pub seed: u128,
    /// By kind, how often.
    pub faults: Vec<(String, usize)>,
    pub sent_away: usize,
    /// Processes that ended without being asked to.
    pub deaths: usize,
    pub verdict: Verdict,
    /// Jobs a second.
    pub before: f64,
    pub after: f64,
}

impl Report {
    pub fn total(&self) -> usize {
        self.faults.iter().map(|(_, count)| count).sum()
    }

    pub fn demand(&self) {
        let Verdict { taken, done, failed, lost, doubled } = self.verdict;
        assert_eq!((lost, doubled, failed), (0, 0, 0), "lost, doubled, failed");
        assert_eq!(done, taken);
        assert_eq!(self.deaths, 0, "processes ended without being asked to");
        assert!(self.after >= KEPT * self.before, "it became slow and stayed so");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "\nREDRAW_SEED={}", self.seed)?;
        for (name, count) in &self.faults {
            writeln!(to, "{count:>6}  {name}")?;
        }
        let Verdict { taken, done, failed, lost, doubled } = self.verdict;
        let rows = [
            ("faults", self.total()),
            ("requests accepted", taken),
            ("sent away, and came again", self.sent_away),
            ("done", done),
            ("failed", failed),
            ("lost", lost),
            ("doubled", doubled),
            ("processes that died", self.deaths),
        ];
        for (name, number) in rows {
            writeln!(to, "{name:<28}{number:>6}")?;
        }
        writeln!(to, "{:<28}{:>6.1}", "jobs a second, before", self.before)?;
        write!(to, "{:<28}{:>6.1}", "jobs a second, after", self.after)
    }
}
