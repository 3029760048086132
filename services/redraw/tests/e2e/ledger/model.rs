//! The ledger as anybody would write it who had one thread and no disk.

use uuid::Uuid;

use super::JOBS;
use super::operation::{Operation, Write};
use super::rows::Row;
use super::world::Answer;

pub struct Model {
    jobs: Vec<Row>,
}

impl Model {
    pub fn new() -> Self {
        let new = Row {
            state: "queued".to_owned(),
            due: true,
            elapsed: false,
            lease: None,
            counted: 0,
            attempts: Vec::new(),
        };
        Self { jobs: vec![new; JOBS] }
    }

    pub fn rows(&self) -> Vec<Row> {
        self.jobs.clone()
    }

    /// Does the same as the real one, or says why the real one's answer cannot be.
    pub fn apply(&mut self, operation: &Operation, answer: &Answer) -> Result<(), String> {
        match (operation, answer) {
            (Operation::ClaimDue { limit, .. }, Answer::Claimed(claimed)) => {
                let due = self.jobs.iter().filter(|job| job.due).count();
                self.claim(claimed, due.min(*limit))
            }
            (Operation::ClaimOne { job, .. }, Answer::Claimed(claimed)) => {
                self.claim(claimed, usize::from(self.jobs[*job].due))
            }
            (Operation::Write { job, what, .. }, Answer::Wrote { lease, written }) => {
                let job = &mut self.jobs[*job];
                if *written != (job.lease == Some(*lease)) {
                    return Err(format!(
                        "{what:?} with {lease} was written: {written}; to {job:?}"
                    ));
                }
                if *written {
                    write(job, *what);
                }
                Ok(())
            }
            (Operation::Elapse { job }, _) => {
                self.jobs[*job].elapsed = self.jobs[*job].lease.is_some();
                Ok(())
            }
            (Operation::Arrive { job }, _) => {
                self.jobs[*job].due = self.jobs[*job].state == "queued";
                Ok(())
            }
            (Operation::Reap, _) => {
                self.expire(|job| job.elapsed);
                Ok(())
            }
            (Operation::Restart, _) => {
                self.expire(|job| job.lease.is_some());
                Ok(())
            }
            (Operation::Cancel { job }, _) => {
                let job = &mut self.jobs[*job];
                if job.lease.is_some() {
                    close(job, "dead", "released:cancelled", false);
                } else if job.state == "queued" {
                    (job.state, job.due) = ("dead".to_owned(), false);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn claim(&mut self, claimed: &[(usize, Uuid, usize)], expected: usize) -> Result<(), String> {
        if claimed.len() != expected {
            return Err(format!("{expected} could be claimed, and {claimed:?} were"));
        }
        for (index, lease, number) in claimed {
            let job = &mut self.jobs[*index];
            if !job.due || *number != job.counted + 1 {
                return Err(format!("attempt {number} was claimed of {job:?}"));
            }
            (job.state, job.due, job.lease) = ("running".to_owned(), false, Some(*lease));
            job.counted += 1;
            job.attempts.push("running:".to_owned());
        }
        Ok(())
    }

    fn expire(&mut self, which: impl Fn(&Row) -> bool) {
        for job in self.jobs.iter_mut().filter(|job| which(job)) {
            close(job, "queued", "expired:lease_expired", true);
        }
    }
}

fn write(job: &mut Row, what: Write) {
    match what {
        Write::Heartbeat => job.elapsed = false,
        Write::Release => {
            close(job, "queued", "released:away", false);
            // Handed back again and again for one reason: only the last time is kept.
            let last = job.attempts.pop();
            job.attempts.retain(|attempt| attempt != "released:away");
            job.attempts.extend(last);
        }
        Write::Retry => close(job, "queued", "retry:oh", true),
        Write::Postpone => {
            close(job, "queued", "retry:oh", true);
            job.due = false;
        }
        Write::Finish => close(job, "finished", "finished:", true),
        Write::Fail => close(job, "dead", "failed:never", true),
        Write::FinishUncommitted => {}
    }
}

fn close(job: &mut Row, state: &str, attempt: &str, counts: bool) {
    state.clone_into(&mut job.state);
    job.due = state == "queued";
    (job.lease, job.elapsed) = (None, false);
    job.counted -= usize::from(!counts);
    job.attempts.pop();
    job.attempts.push(attempt.to_owned());
}
