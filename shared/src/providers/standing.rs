//! How one provider stands: as `/readyz` tells it.

use serde::Serialize;

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
