//! What may happen to jobs and to the workers that want them.

use proptest::prelude::*;

use super::{JOBS, WORKERS};

/// One thing that happens. A worker uses the last lease it was given on a job, stale or not.
#[derive(Clone, Debug)]
pub enum Operation {
    ClaimDue {
        worker: usize,
        limit: usize,
    },
    ClaimOne {
        worker: usize,
        job: usize,
    },
    Write {
        worker: usize,
        job: usize,
        what: Write,
    },
    /// The worker dies, and with it what it knew.
    Crash {
        worker: usize,
    },
    /// Time passes: the lease runs out.
    Elapse {
        job: usize,
    },
    /// Time passes: the job's next attempt is due.
    Arrive {
        job: usize,
    },
    /// The leases that ran out are taken back.
    Reap,
    /// A process starts that has the database for itself.
    Restart,
    Cancel {
        job: usize,
    },
}

/// What a worker says about a job that it believes to have.
#[derive(Clone, Copy, Debug)]
pub enum Write {
    Heartbeat,
    Release,
    /// To be tried again at once.
    Retry,
    /// To be tried again in an hour.
    Postpone,
    Finish,
    Fail,
    /// It dies between the last statement and the commit.
    FinishUncommitted,
}

pub fn any() -> impl Strategy<Value = Operation> {
    let (worker, job) = (|| 0..WORKERS, || 0..JOBS);
    let write = prop_oneof![
        2 => Just(Write::Heartbeat),
        2 => Just(Write::Release),
        2 => Just(Write::Retry),
        1 => Just(Write::Postpone),
        1 => Just(Write::Finish),
        1 => Just(Write::Fail),
        1 => Just(Write::FinishUncommitted),
    ];
    prop_oneof![
        4 => (worker(), 1..=JOBS).prop_map(|(worker, limit)| Operation::ClaimDue { worker, limit }),
        4 => (worker(), job()).prop_map(|(worker, job)| Operation::ClaimOne { worker, job }),
        12 => (worker(), job(), write)
            .prop_map(|(worker, job, what)| Operation::Write { worker, job, what }),
        1 => worker().prop_map(|worker| Operation::Crash { worker }),
        3 => job().prop_map(|job| Operation::Elapse { job }),
        1 => job().prop_map(|job| Operation::Arrive { job }),
        3 => Just(Operation::Reap),
        1 => Just(Operation::Restart),
        1 => job().prop_map(|job| Operation::Cancel { job }),
    ]
}

/// Time enough, and a worker that finishes what it gets.
pub fn quiet_times() -> Vec<Operation> {
    let jobs = 0..JOBS;
    let pass = jobs.clone().flat_map(|job| [Operation::Elapse { job }, Operation::Arrive { job }]);
    let work = [Operation::Reap, Operation::ClaimDue { worker: 0, limit: JOBS }];
    let finish = jobs.map(|job| Operation::Write { worker: 0, job, what: Write::Finish });
    pass.chain(work).chain(finish).collect()
}
