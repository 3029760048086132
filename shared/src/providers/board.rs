//! How all providers of this process stand, for `/readyz`. Cheap to clone.

use std::sync::{Arc, Mutex, PoisonError};

use super::gate::Gate;
use super::standing::Standing;

/// All providers of this process.
#[derive(Clone, Default)]
pub struct Board(Arc<Mutex<Vec<Gate>>>);

impl Board {
    pub(super) fn add(&self, gate: Gate) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(gate);
    }

    /// In the order in which they are tried, one kind of work after the other.
    #[must_use]
    pub fn look(&self) -> Vec<Standing> {
        let gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gates.iter().map(Gate::standing).collect()
    }
}
