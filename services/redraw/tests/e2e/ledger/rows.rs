//! A job and its attempts as they stand in the tables, and what must be true of them by themselves.

use uuid::Uuid;

/// One job. Of an attempt: its outcome and error code, such as `retry:oh`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub state: String,
    /// Queued, and to be taken now.
    pub due: bool,
    /// Running, and its lease has run out.
    pub elapsed: bool,
    pub lease: Option<Uuid>,
    pub counted: usize,
    pub attempts: Vec<String>,
}

impl Row {
    pub fn has_ended(&self) -> bool {
        matches!(&self.state[..], "finished" | "dead")
    }

    /// Says what is wrong, knowing what the row was one step before.
    pub fn check(&self, before: &Self) -> Result<(), String> {
        let count = |outcome: &str| self.attempts.iter().filter(|a| a.starts_with(outcome)).count();
        let running = usize::from(self.state == "running");
        let rules = [
            ("an attempt is open if and only if the job runs", count("running:") == running),
            (
                "there is a lease if and only if the job runs",
                self.lease.is_some() == (running == 1),
            ),
            ("what counts is counted", self.counted == self.attempts.len() - count("released:")),
            ("it is finished once", count("finished:") == usize::from(self.state == "finished")),
            ("what has ended never comes back", !before.has_ended() || self == before),
        ];
        match rules.iter().find(|(_, holds)| !holds) {
            Some((rule, _)) => Err(format!("{rule}: {before:?} became {self:?}")),
            None => Ok(()),
        }
    }
}
