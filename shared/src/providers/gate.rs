//! Who may call a provider, and when: so many at a time, so many a minute, nobody while it is parked.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::breaker::{Admission, Breaker, Failing, Limits, Parking};
use super::standing::{Standing, State};
use super::{CallError, Verdict};
use crate::config::{ProviderConfig, ProviderKind};

/// Where a provider asks for a pause and does not say how long.
const SHORT_REST: Duration = Duration::from_secs(5);

/// One provider's door. Cheap to clone.
#[derive(Clone)]
pub struct Gate(Arc<Inner>);

struct Inner {
    /// What it does: `caption` or `generate`.
    work: &'static str,
    name: String,
    /// None: it is no server, and is never refused.
    limits: Option<CallLimits>,
    breaker: Mutex<Breaker>,
}

struct CallLimits {
    at_a_time: Arc<Semaphore>,
    a_minute: Option<DefaultDirectRateLimiter>,
    patience: Duration,
}

/// Why a call may not begin.
pub enum Closed {
    /// It is parked.
    Parked(Parking),
    /// It has as much to do as it may have: the settings say so.
    Busy { after: Duration },
}

/// The right to make one call. Dropped without a word, nothing was learnt.
pub struct Pass {
    gate: Gate,
    trial: bool,
    told: bool,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Gate {
    pub fn new<K: ProviderKind>(work: &'static str, config: &ProviderConfig<K>) -> Self {
        let limits = config.kind.is_remote().then(|| CallLimits {
            at_a_time: Arc::new(Semaphore::new(config.concurrency.max(1))),
            a_minute: NonZeroU32::new(config.requests_per_minute).map(|most| {
                let at_once = u32::try_from(config.concurrency).unwrap_or(u32::MAX).min(most.get());
                let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
                RateLimiter::direct(Quota::per_minute(most).allow_burst(at_once))
            }),
            patience: config.timeout,
        });
        let breaker = Mutex::new(Breaker::new(Limits {
            failures: config.failures.max(1),
            park: config.park,
            park_longest: config.park_longest,
        }));
        let gate = Self(Arc::new(Inner { work, name: config.name.clone(), limits, breaker }));
        gate.tell_metrics();
        gate
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Waits for a turn, though no longer than a call may take.
    pub async fn enter(&self) -> Result<Pass, Closed> {
        let Some(limits) = &self.0.limits else {
            return Ok(Pass { gate: self.clone(), trial: false, told: true, _permit: None });
        };
        // Before the wait: whoever waits for a parked one would wait in vain.
        if let Some(parking) = self.closed() {
            return Err(Closed::Parked(parking));
        }
        let turn = async {
            // It is never closed.
            let permit = Arc::clone(&limits.at_a_time).acquire_owned().await.ok();
            let trial = match self.breaker().admit(Instant::now()) {
                Admission::Yes => false,
                Admission::AsTrial => true,
                Admission::No(parking) => return Err(Closed::Parked(parking)),
            };
            let pass = Pass { gate: self.clone(), trial, told: false, _permit: permit };
            limits.this_minute().await;
            Ok(pass)
        };
        let turn = tokio::time::timeout(limits.patience, turn).await;
        turn.unwrap_or(Err(Closed::Busy { after: SHORT_REST }))
    }

    /// Why nobody may be asked now.
    pub fn closed(&self) -> Option<Parking> {
        self.0.limits.as_ref()?;
        self.breaker().closed(Instant::now())
    }

    /// How it stands now.
    pub fn standing(&self) -> Standing {
        let parking = self.breaker().parking();
        let now = Instant::now();
        let state = match parking {
            None => State::Ok,
            Some(parking) if parking.until > now => State::Parked,
            Some(_) => State::Trying,
        };
        Standing {
            work: self.0.work,
            name: self.0.name.clone(),
            state,
            reason: parking.map(|parking| parking.code),
            seconds_left: parking.map(|parking| (parking.until - now).as_secs()),
        }
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.0.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_metrics(&self) {
        let parked = f64::from(u8::from(self.breaker().parking().is_some()));
        let Inner { work, name, .. } = &*self.0;
        metrics::gauge!("provider_parked", "work" => *work, "provider" => name.clone()).set(parked);
    }
}

impl CallLimits {
    /// Waits until the minute has room for one more.
    async fn this_minute(&self) {
        let Some(a_minute) = &self.a_minute else { return };
        while let Err(early) = a_minute.check() {
            tokio::time::sleep(early.wait_time_from(DefaultClock::default().now())).await;
        }
    }
}

impl Pass {
    pub fn worked(mut self) {
        self.told = true;
        let again = self.gate.breaker().worked(self.trial);
        self.gate.tell_metrics();
        if again {
            let Inner { work, name, .. } = &*self.gate.0;
            tracing::info!(work, provider = name, "the provider works again");
        }
    }

    /// Returns the parking, if that is what came of it.
    pub fn failed(mut self, error: &CallError) -> Option<Parking> {
        self.told = true;
        self.gate.0.limits.as_ref()?;
        let failing = match error.verdict {
            Verdict::Retry => Failing::Once,
            Verdict::Unknown => Failing::Silent,
            Verdict::Park => Failing::ForNow,
            Verdict::Rest => Failing::Asked(error.after.unwrap_or(SHORT_REST)),
            Verdict::Next | Verdict::Fail => Failing::NotItsFault,
        };
        // What is not known of one job says of the provider that it is silent.
        let code = if failing == Failing::Silent { "provider_silent" } else { error.code };
        let now = Instant::now();
        let was = self.gate.breaker().parking();
        let parking = self.gate.breaker().failed(failing, code, self.trial, now);
        self.gate.tell_metrics();
        if let Some(Parking { until, .. }) = parking
            && parking != was
        {
            let Inner { work, name, .. } = &*self.gate.0;
            let cause = format!("{:#}", error.cause);
            let wait = until.saturating_duration_since(now);
            tracing::warn!(work, provider = name, code, cause, ?wait, "the provider is parked");
        }
        parking
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.trial && !self.told {
            self.gate.breaker().trial_dropped();
        }
    }
}

#[cfg(test)]
mod tests;
