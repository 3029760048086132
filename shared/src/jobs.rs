//! The job ledger: who works on what, under which lease, and what came of it.
//!
//! Every write of a result is a compare-and-set on (id, lease token), in one transaction with the
//! change that the result means. Times come from PostgreSQL.

mod attempts;
mod ledger;
mod notes;
mod revival;
mod standing;
mod table;

use std::time::Duration;

use uuid::Uuid;

pub use self::attempts::{Attempt, of_subject as attempts_of, seconds_between_finishes};
pub use self::ledger::{Ledger, Verdict, Written};
pub use self::notes::{Notes, Usage};
pub use self::revival::{Held, hold, revive, revoke};
pub use self::standing::{Standing, of_subjects};
pub use self::table::{Counts, cancel, enqueue, hold_all, queued_before};

/// What kind of work a job is, and so which worker takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(&'static str);

impl Kind {
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// A claimed job: the right to write its result, until the lease runs out.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: Uuid,
    pub kind: Kind,
    pub subject: Uuid,
    /// This attempt's number, from 1.
    pub attempt: u32,
    /// The token that a write must show.
    pub lease: Uuid,
    /// How long ago the job was made.
    pub age: Duration,
    /// Earlier attempts of which nobody knows what came of them.
    pub unknown_outcomes: u32,
}
