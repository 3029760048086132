//! Models that do as they are told, and count.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::anyhow;
use async_trait::async_trait;
use tokio::sync::Semaphore;

use super::super::Roster;
use crate::config::{CaptionerKind, ProviderConfig};
use crate::jobs::{Kind, Notes};
use crate::providers::fixtures::config;
use crate::providers::{Board, CallError, Model, Verdict};
use crate::worker::StepError;

/// What a model does when it is asked.
#[derive(Clone)]
pub enum Act {
    Work,
    Fail(Verdict, &'static str),
    /// Answers with what is of no use.
    Useless(&'static str),
    /// Works once the gate is open.
    Behind(Arc<Semaphore>),
}

pub struct Fake {
    script: Box<dyn Fn(usize) -> Act + Send + Sync>,
    asked: Arc<AtomicUsize>,
}

#[async_trait]
impl Model for Fake {
    type Input = ();
    type Output = ();

    fn model(&self) -> Option<&str> {
        Some("fake")
    }

    async fn ask(&self, (): &(), notes: &mut Notes) -> Result<(), CallError> {
        notes.provider_request_id = Some("r".to_owned());
        match (self.script)(self.asked.fetch_add(1, Ordering::SeqCst)) {
            Act::Work => Ok(()),
            Act::Fail(verdict, code) => Err(CallError::new(verdict, code, anyhow!("as told"))),
            Act::Useless(code) => Err(CallError::useless(code, anyhow!("as told"))),
            Act::Behind(gate) => {
                drop(gate.acquire().await);
                Ok(())
            }
        }
    }
}

/// A roster, and how often each of its models was asked.
pub struct Bench {
    pub roster: Roster<Fake>,
    pub board: Board,
    asked: Vec<Arc<AtomicUsize>>,
}

impl Bench {
    /// One named `0`, `1`, ... for each act, which it does every time.
    pub fn of(acts: &[Act]) -> Self {
        let mut bench = Self::empty();
        for act in acts {
            let act = act.clone();
            bench.add(|_| {}, move |_| act.clone());
        }
        bench
    }

    pub fn empty() -> Self {
        let board = Board::default();
        Self { roster: Roster::new(Kind::new("test"), &board), board, asked: Vec::new() }
    }

    /// Adds one whose settings differ; `script` says what it does, the n-th time from 0.
    pub fn add(
        &mut self,
        differ: impl FnOnce(&mut ProviderConfig<CaptionerKind>),
        script: impl Fn(usize) -> Act + Send + Sync + 'static,
    ) {
        let mut config = config("http://localhost");
        config.name = self.asked.len().to_string();
        differ(&mut config);
        let asked = Arc::<AtomicUsize>::default();
        self.asked.push(Arc::clone(&asked));
        self.roster.add(&config, Box::new(Fake { script: Box::new(script), asked }));
    }

    pub async fn ask(&self) -> (Result<(), Ended>, Notes) {
        let mut notes = Notes::default();
        let result = self.roster.ask(&(), &mut notes).await;
        (result.map_err(Ended::of), notes)
    }

    pub fn asked(&self) -> Vec<usize> {
        self.asked.iter().map(|asked| asked.load(Ordering::SeqCst)).collect()
    }
}

/// A step's error, to be compared.
#[derive(Debug, PartialEq)]
pub enum Ended {
    Retry(&'static str),
    Wait(&'static str, Option<Duration>),
    Unknown(&'static str),
    Fail(String),
}

impl Ended {
    pub fn of(error: StepError) -> Self {
        match error {
            StepError::Retry { code, .. } => Self::Retry(code),
            StepError::Wait { code, after, .. } => Self::Wait(code, after),
            StepError::Unknown { code, .. } => Self::Unknown(code),
            StepError::Fail { failure, .. } => Self::Fail(failure.code),
        }
    }

    /// How long to wait for a provider that is left alone.
    pub fn wait(&self) -> Duration {
        match self {
            Self::Wait(_, Some(after)) => *after,
            other => panic!("no wait: {other:?}"),
        }
    }
}
