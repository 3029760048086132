//! The real ledger, several workers at it, and a hand that moves the time.

use std::collections::HashMap;
use std::time::Duration;

use shared::database::Database;
use shared::jobs::{self, Counts, Job, Kind, Ledger, Notes, Verdict, Written};
use shared::service::Parts;
use uuid::Uuid;

use super::operation::{Operation, Write};
use super::rows::Row;
use super::{JOBS, WORKERS};

const LEASE: Duration = Duration::from_hours(1);
const LATER: Duration = Duration::from_hours(1);

/// Jobs and workers of their own, in a database that others use too.
pub struct World {
    kind: Kind,
    subjects: Vec<Uuid>,
    database: Database,
    ledgers: Vec<Ledger>,
    /// What each worker (first) was last given on each job (second).
    held: HashMap<(usize, usize), Job>,
}

/// What came of an operation, for all that the worker can see.
#[derive(Debug)]
pub enum Answer {
    /// Jobs by index, each with its lease and the attempt's number.
    Claimed(Vec<(usize, Uuid, usize)>),
    Wrote {
        lease: Uuid,
        written: bool,
    },
    Nothing,
}

impl World {
    pub async fn new(parts: &Parts) -> Self {
        // A kind of its own, so that nobody else's jobs are claimed.
        let kind = Kind::new(format!("test-{}", Uuid::now_v7()).leak());
        let database = parts.database.clone();
        let subjects: Vec<Uuid> = (0..JOBS).map(|_| Uuid::now_v7()).collect();
        let client = database.connection().await.unwrap();
        for subject in &subjects {
            jobs::enqueue(&client, kind, *subject).await.unwrap();
        }
        drop(client);
        let ledger = |number| Ledger::new(database.clone(), LEASE, format!("worker {number}"));
        let ledgers = (0..WORKERS).map(ledger).collect();
        Self { kind, subjects, database, ledgers, held: HashMap::new() }
    }

    pub async fn apply(&mut self, operation: &Operation) -> Answer {
        match *operation {
            Operation::ClaimDue { worker, limit } => {
                let jobs = self.ledgers[worker].claim_due(self.kind, limit).await.unwrap();
                self.take(worker, jobs)
            }
            Operation::ClaimOne { worker, job } => {
                let ledger = &self.ledgers[worker];
                let claimed = ledger.claim_subject(self.kind, self.subjects[job]).await.unwrap();
                self.take(worker, claimed)
            }
            Operation::Write { worker, job, what } => {
                let Some(job) = self.held.get(&(worker, job)) else { return Answer::Nothing };
                let written = write(&self.ledgers[worker], job, what).await == Written::Yes;
                Answer::Wrote { lease: job.lease, written }
            }
            Operation::Crash { worker } => {
                self.held.retain(|(whose, _), _| *whose != worker);
                Answer::Nothing
            }
            Operation::Elapse { job } => {
                self.execute(
                    "update jobs set leased_until = now() - interval '1 s' \
                    where subject = $1 and state = 'running'",
                    job,
                )
                .await
            }
            Operation::Arrive { job } => {
                self.execute(
                    "update jobs set run_at = now() where subject = $1 \
                    and state = 'queued'",
                    job,
                )
                .await
            }
            Operation::Reap => {
                self.ledgers[0].expire_leases(self.kind).await.unwrap();
                Answer::Nothing
            }
            Operation::Restart => {
                self.ledgers[0].expire_all_leases().await.unwrap();
                Answer::Nothing
            }
            Operation::Cancel { job } => {
                let mut client = self.database.connection().await.unwrap();
                let transaction = client.transaction().await.unwrap();
                jobs::cancel(&transaction, self.subjects[job]).await.unwrap();
                transaction.commit().await.unwrap();
                Answer::Nothing
            }
        }
    }

    fn take(&mut self, worker: usize, jobs: impl IntoIterator<Item = Job>) -> Answer {
        let index = |job: &Job| self.subjects.iter().position(|subject| *subject == job.subject);
        let claimed: Vec<_> = jobs.into_iter().map(|job| (index(&job).unwrap(), job)).collect();
        let seen = claimed.iter().map(|(index, job)| (*index, job.lease, job.attempt as usize));
        let answer = Answer::Claimed(seen.collect());
        self.held.extend(claimed.into_iter().map(|(index, job)| ((worker, index), job)));
        answer
    }

    async fn execute(&self, sql: &str, job: usize) -> Answer {
        let client = self.database.connection().await.unwrap();
        client.execute(sql, &[&self.subjects[job]]).await.unwrap();
        Answer::Nothing
    }

    pub async fn rows(&self) -> Vec<Row> {
        const SQL: &str = "select state, state = 'queued' and run_at <= now() as due, \
            coalesce(leased_until < now(), false) as elapsed, lease, attempt, \
            array(select outcome || ':' || coalesce(error_code, '') from attempts \
                  where attempts.job = jobs.id order by attempts.id) as attempts \
            from jobs where kind = $1 order by array_position($2, subject)";
        let client = self.database.connection().await.unwrap();
        let rows = client.query(SQL, &[&self.kind.name(), &self.subjects]).await.unwrap();
        let read = rows.iter().map(|row| Row {
            state: row.get("state"),
            due: row.get("due"),
            elapsed: row.get("elapsed"),
            lease: row.get("lease"),
            counted: usize::try_from(row.get::<_, i32>("attempt")).unwrap(),
            attempts: row.get("attempts"),
        });
        read.collect()
    }
}

async fn write(ledger: &Ledger, job: &Job, what: Write) -> Written {
    let (notes, now) = (Notes::default(), Duration::ZERO);
    match what {
        Write::Heartbeat => ledger.heartbeat(job).await.unwrap(),
        Write::Release => ledger.put_back(job, &notes, now, Counts::No, "away").await.unwrap(),
        Write::Retry => ledger.put_back(job, &notes, now, Counts::Yes, "oh").await.unwrap(),
        Write::Postpone => ledger.put_back(job, &notes, LATER, Counts::Yes, "oh").await.unwrap(),
        Write::Finish => end(ledger, job, Verdict::Finished, true).await,
        Write::Fail => end(ledger, job, Verdict::Dead { error: "never" }, true).await,
        Write::FinishUncommitted => end(ledger, job, Verdict::Finished, false).await,
    }
}

async fn end(ledger: &Ledger, job: &Job, verdict: Verdict<'_>, commit: bool) -> Written {
    let mut client = ledger.connection().await.unwrap();
    let transaction = client.transaction().await.unwrap();
    let written = ledger.end(&transaction, job, &Notes::default(), verdict).await.unwrap();
    if commit && written == Written::Yes {
        transaction.commit().await.unwrap();
    }
    written
}
