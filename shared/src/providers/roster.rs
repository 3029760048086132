//! The providers of one kind of work, asked in order until one has done it.

use std::time::{Duration, Instant};

use anyhow::anyhow;

use super::gate::{Closed, Gate};
use super::{Board, CallError, Model, Verdict};
use crate::config::{ProviderConfig, ProviderKind};
use crate::jobs::{Kind, Notes};
use crate::telemetry::Trouble;
use crate::worker::StepError;

/// Asks its models in order.
pub struct Roster<M: Model + ?Sized> {
    work: Kind,
    entries: Vec<Entry<M>>,
    board: Board,
    trouble: Trouble,
}

struct Entry<M: ?Sized> {
    gate: Gate,
    model: Box<M>,
}

/// What stood in the way so far.
#[derive(Default)]
struct Sofar {
    /// Until the first of those that are left alone may be asked, and why the first is.
    parked: Option<(Duration, &'static str)>,
    /// The last error of one that is not left alone.
    error: Option<CallError>,
}

impl<M: Model + ?Sized> Roster<M> {
    /// For one kind of work; `board` shows how its providers stand.
    #[must_use]
    pub fn new(work: Kind, board: &Board) -> Self {
        let trouble = Trouble::new("a provider fails");
        Self { work, entries: Vec::new(), board: board.clone(), trouble }
    }

    /// Adds the next one to be tried.
    pub fn add<K: ProviderKind>(&mut self, config: &ProviderConfig<K>, model: Box<M>) {
        let gate = Gate::new(self.work.name(), config);
        self.board.add(gate.clone());
        self.entries.push(Entry { gate, model });
    }

    /// None while somebody may be asked; else the error to wait with. Spares a job that would wait
    /// anyhow all that comes before the asking.
    #[must_use]
    pub fn closed(&self) -> Option<StepError> {
        let mut sofar = Sofar::default();
        for entry in &self.entries {
            let parking = entry.gate.closed()?;
            sofar.parked(parking.left(), parking.code);
        }
        Some(sofar.into_error())
    }

    /// Has it done by the first that can.
    ///
    /// # Errors
    ///
    /// Those of the last one asked; if all are left alone, to wait for the first of them.
    pub async fn ask(&self, input: &M::Input, notes: &mut Notes) -> Result<M::Output, StepError> {
        let mut sofar = Sofar::default();
        for Entry { gate, model } in &self.entries {
            let pass = match gate.enter().await {
                Ok(pass) => pass,
                Err(Closed::Parked(parking)) => {
                    sofar.parked(parking.left(), parking.code);
                    continue;
                }
                // Who is listed behind it stands in for one that fails, not for one that has enough to do.
                Err(Closed::Busy { after }) => {
                    sofar.parked(after, "provider_busy");
                    break;
                }
            };
            notes.begin(gate.name(), model.model());
            let begun = Instant::now();
            let result = model.ask(input, notes).await;
            notes.latency = Some(begun.elapsed());
            self.tell_metrics(gate, begun, result.as_ref().err());
            let error = match result {
                Ok(output) => {
                    pass.worked();
                    self.trouble.is_over();
                    return Ok(output);
                }
                Err(error) => error,
            };
            self.trouble.happens(&format_args!(
                "{}: {}: {:#}",
                gate.name(),
                error.code,
                error.cause
            ));
            let parking = pass.failed(&error);
            notes.failed(error.code);
            match (error.verdict, parking) {
                (Verdict::Fail | Verdict::Unknown, _) => return Err(error.into_step_error()),
                (_, Some(parking)) if !error.served => {
                    sofar.parked(parking.left(), parking.code);
                }
                _ => sofar.failed(error),
            }
        }
        Err(sofar.into_error())
    }

    fn tell_metrics(&self, gate: &Gate, begun: Instant, error: Option<&CallError>) {
        let (work, provider) = (self.work.name(), gate.name().to_owned());
        let outcome = error.map_or("worked", |error| error.code);
        metrics::counter!("provider_calls_total", "work" => work, "provider" => provider.clone(), "outcome" => outcome)
            .increment(1);
        metrics::histogram!("provider_call_seconds", "work" => work, "provider" => provider)
            .record(begun.elapsed().as_secs_f64());
    }
}

impl Sofar {
    fn parked(&mut self, left: Duration, code: &'static str) {
        let (soonest, first) = self.parked.unwrap_or((left, code));
        self.parked = Some((soonest.min(left), first));
    }

    fn failed(&mut self, error: CallError) {
        // One that counts is worth more than one that does not.
        if !self.error.as_ref().is_some_and(counts) || counts(&error) {
            self.error = Some(error);
        }
    }

    fn into_error(self) -> StepError {
        match (self.error, self.parked) {
            (Some(error), Some(_)) if counts(&error) => {
                let CallError { code, after, cause, .. } = error;
                StepError::Retry { code, after, cause }
            }
            (_, Some((after, code))) => StepError::Wait {
                code,
                after: Some(after),
                cause: anyhow!("no provider can be asked now; /readyz says why"),
            },
            (Some(error), None) => error.into_step_error(),
            (None, None) => StepError::retry("no_provider", anyhow!("there is no provider")),
        }
    }
}

/// Whether it costs an attempt, while somebody else may still do it later: it may pass, or it was paid
/// for.
fn counts(error: &CallError) -> bool {
    error.verdict == Verdict::Retry || error.served
}

#[cfg(test)]
mod tests;
