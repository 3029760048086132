//! What was asked of the model server, and what came of it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Call;

/// What came of a call that was served well, and was heard to its end.
const WORKED: &str = "worked";

/// Counts.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By kind of call, and by what came of it.
    calls: BTreeMap<(Call, String), usize>,
    /// How often the model worked, whether or not its answer was heard.
    paid: BTreeMap<Call, usize>,
    /// How often the model's work on one picture or sentence was heard to its end.
    worked_on: BTreeMap<(Call, u64), usize>,
    /// Calls at an address to which nobody may follow a redirect.
    astray: usize,
}

impl Tally {
    pub(super) fn worked(&mut self, call: Call, subject: &[u8]) {
        self.count(call, WORKED.to_owned());
        let mut hasher = DefaultHasher::new();
        subject.hash(&mut hasher);
        *self.worked_on.entry((call, hasher.finish())).or_default() += 1;
    }

    pub(super) fn failed(&mut self, call: Call, how: String) {
        self.count(call, how);
    }

    pub(super) fn paid(&mut self, call: Call) {
        *self.paid.entry(call).or_default() += 1;
    }

    pub(super) fn astray(&mut self) {
        self.astray += 1;
    }

    fn count(&mut self, call: Call, outcome: String) {
        *self.calls.entry((call, outcome)).or_default() += 1;
    }

    /// All calls of a kind.
    pub fn calls(&self, call: Call) -> usize {
        self.calls.iter().filter(|((of, _), _)| *of == call).map(|(_, count)| count).sum()
    }

    /// Those that were served well, and heard to their end.
    pub fn well(&self, call: Call) -> usize {
        self.calls.get(&(call, WORKED.to_owned())).copied().unwrap_or_default()
    }

    /// Calls of a kind for which a vendor would ask for money.
    pub fn paid_for(&self, call: Call) -> usize {
        self.paid.get(&call).copied().unwrap_or_default()
    }

    /// All calls for which a vendor would ask for money.
    pub fn paid_in_all(&self) -> usize {
        self.paid.values().sum()
    }

    /// For each picture or sentence: how often it was served well.
    pub fn well_each(&self, call: Call) -> Vec<usize> {
        let each = self.worked_on.iter().filter(|((of, _), _)| *of == call);
        each.map(|(_, count)| *count).collect()
    }

    /// How many followed a redirect that nobody may follow.
    pub fn followed(&self) -> usize {
        self.astray
    }

    /// Those that were not served well, by what was done to them.
    pub fn failures(&self) -> BTreeMap<&str, usize> {
        let mut failures = BTreeMap::new();
        for ((_, outcome), count) in &self.calls {
            if outcome != WORKED {
                *failures.entry(&**outcome).or_default() += count;
            }
        }
        failures
    }
}
