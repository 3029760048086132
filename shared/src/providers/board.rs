//! How all providers of this process stand, for `/readyz`. Cheap to clone.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::gate::Gate;

/// How one provider stands.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Standing {
    /// What it does: the kind of job.
    pub work: &'static str,
    pub name: String,
    pub state: State,
    /// Stable code of why it is parked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Until it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u64>,
}

/// Whether a provider is asked.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    /// It is left alone for a while.
    Parked,
    /// The next call, or one on its way, finds out whether it works again.
    Trying,
}

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
