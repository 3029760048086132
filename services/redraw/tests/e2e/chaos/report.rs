//! The table at the end, and what is demanded of it.

use std::fmt;

use super::models::Spent;
use super::oracle::Verdict;
use super::pace::Round;

/// The backlog after the faults is worked off at least this fast, as a share of the pace before.
const KEPT: f64 = 0.9;

pub struct Report {
    pub seed: u128,
    /// By kind, how often.
    pub faults: Vec<(String, usize)>,
    pub sent_away: usize,
    /// Processes that ended without being asked to.
    pub deaths: usize,
    pub verdict: Verdict,
    pub before: Round,
    /// The first backlog after the last fault.
    pub after: Round,
    pub spent: Spent,
}

impl Report {
    pub fn total(&self) -> usize {
        self.faults.iter().map(|(_, count)| count).sum()
    }

    /// How long the backlog after the faults would have taken before, as a share of how long it took.
    fn pace_kept(&self) -> f64 {
        self.after.at_the_pace_of(&self.before).as_secs_f64() / self.after.took.as_secs_f64()
    }

    pub fn demand(&self) {
        let Verdict { taken, done, failed, wrongly_failed, lost, doubled } = self.verdict;
        assert_eq!((lost, doubled, wrongly_failed), (0, 0, 0), "lost, doubled, wrongly failed");
        assert_eq!(done + failed, taken);
        assert_eq!(self.spent.followed(), 0, "redirects followed");
        assert_eq!(self.deaths, 0, "processes ended without being asked to");
        assert!(self.pace_kept() >= KEPT, "the backlog after the faults was worked off too slowly");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "\nREDRAW_SEED={}", self.seed)?;
        for (name, count) in &self.faults {
            writeln!(to, "{count:>6}  {name}")?;
        }
        let Verdict { taken, done, failed, wrongly_failed, lost, doubled } = self.verdict;
        let rows = [
            ("faults", self.total()),
            ("requests accepted", taken),
            ("sent away, and came again", self.sent_away),
            ("done", done),
            ("failed", failed),
            ("failed without a reason", wrongly_failed),
            ("lost", lost),
            ("doubled", doubled),
            ("processes that died", self.deaths),
        ];
        for (name, number) in rows {
            writeln!(to, "{name:<28}{number:>6}")?;
        }
        write!(to, "{}", self.spent)?;
        let took = self.after.took.as_secs_f64();
        writeln!(to, "{:<28}{took:>6.1}", "backlog after: seconds")?;
        let before = self.after.at_the_pace_of(&self.before).as_secs_f64();
        writeln!(to, "{:<28}{before:>6.1}", "the same, before: seconds")?;
        write!(to, "{:<28}{:>5.0}%", "pace kept", 100.0 * self.pace_kept())
    }
}
