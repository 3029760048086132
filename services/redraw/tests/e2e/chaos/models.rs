//! The model server of a chaos run: it fails often, in every way that passes, while all else fails too;
//! and what was spent on it.

use std::fmt;

use crate::harness::{Call, Models, Tally};

/// Of a hundred calls, between the first fault and the last.
pub const FAILING_PERCENT: u32 = 30;

/// As many calls at a time as there are workers; and a park so short that work goes on between the faults.
const SETTINGS: &str = "timeout: 2s, failures: 5, park: 250ms, park_longest: 500ms, concurrency: 2";

/// Who sees and who paints.
pub fn settings(models: &Models) -> [(&'static str, String); 2] {
    let only = |kind| format!("[{}]", models.provider(kind, SETTINGS));
    [("REDRAW__CAPTIONER__PROVIDERS", only("chat")), ("REDRAW__PAINTER__PROVIDERS", only("images"))]
}

/// What the model server was asked, and what a vendor would ask for it.
pub struct Spent(Tally);

impl Spent {
    pub fn of(tally: &Tally) -> Self {
        Self(tally.clone())
    }

    /// Calls that were not served well.
    pub fn failed(&self) -> usize {
        self.0.failures().values().sum()
    }

    /// How many redirects were followed, which nobody may.
    pub fn followed(&self) -> usize {
        self.0.followed()
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for call in [Call::Chat, Call::Images] {
            let (calls, well, paid) =
                (self.0.calls(call), self.0.well(call), self.0.paid_for(call));
            writeln!(to, "{:<28}{calls:>6}", format!("calls of {}", call.name()))?;
            writeln!(to, "{:<28}{well:>6}", "  served well")?;
            // Their share of those served well: a picture needs one.
            let each = f64::from(u32::try_from(paid).unwrap())
                / f64::from(u32::try_from(well.max(1)).unwrap());
            writeln!(to, "{:<28}{paid:>6}  ({each:.3} for one served well)", "  paid for")?;
        }
        for (how, count) in self.0.failures() {
            writeln!(to, "{count:>6}  {how}")?;
        }
        Ok(())
    }
}
