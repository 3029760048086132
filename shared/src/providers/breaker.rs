//! The circuit breaker: whether a provider may be asked now.
//!
//! Closed: it may. Open: it is parked until a moment. Then one call may try, and decides.
//! (M. Nygard, "Release It!", 2007.)

use std::time::{Duration, Instant};

/// How long one that was silent once is left alone.
const MOMENT: Duration = Duration::from_secs(5);

/// When it opens, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Failures one after the other.
    pub failures: u32,
    /// At first; doubles each time that the one call which may try fails.
    pub park: Duration,
    pub park_longest: Duration,
}

/// The state of one provider in this process.
#[derive(Debug)]
pub struct Breaker {
    limits: Limits,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Closed { failures: u32 },
    Open { parking: Parking },
    Trying { parking: Parking },
}

/// Why it is parked, and until when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parking {
    pub code: &'static str,
    pub until: Instant,
    /// How often it was parked without having worked in between.
    pub times: u32,
}

impl Parking {
    /// How long it will still be left alone.
    pub fn left(self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
}

/// Whether a call may begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Admission {
    Yes,
    /// As the one that finds out whether it works again; it must say what it found.
    AsTrial,
    No(Parking),
}

/// What a failed call means to the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// It may be by chance.
    Once,
    /// It is silent: it is left alone for a moment, so that others are asked for what it may be doing.
    Silent,
    /// It will go on until somebody mends it.
    ForNow,
    /// It asked to be left alone for this long.
    Asked(Duration),
    /// It is about what was asked, not about the provider.
    NotItsFault,
}

impl Breaker {
    pub fn new(limits: Limits) -> Self {
        Self { limits, state: State::Closed { failures: 0 } }
    }

    pub fn admit(&mut self, now: Instant) -> Admission {
        match self.state {
            State::Closed { .. } => Admission::Yes,
            State::Open { parking } if parking.until <= now => {
                self.state = State::Trying { parking };
                Admission::AsTrial
            }
            State::Open { parking } | State::Trying { parking } => Admission::No(parking),
        }
    }

    /// Why nobody may be asked now: it is parked, or one call is finding out whether it works again.
    pub fn closed(&self, now: Instant) -> Option<Parking> {
        match self.state {
            State::Open { parking } if parking.until > now => Some(parking),
            State::Trying { parking } => Some(parking),
            State::Closed { .. } | State::Open { .. } => None,
        }
    }

    /// A call worked. True: it was parked, and is not any more.
    pub fn worked(&mut self, trial: bool) -> bool {
        match self.state {
            State::Closed { .. } => {
                self.state = State::Closed { failures: 0 };
                false
            }
            State::Trying { .. } if trial => {
                self.state = State::Closed { failures: 0 };
                true
            }
            // Begun before it was parked: says nothing about now.
            State::Open { .. } | State::Trying { .. } => false,
        }
    }

    /// A call failed. Returns the parking, if that is what came of it.
    pub fn failed(
        &mut self,
        failing: Failing,
        code: &'static str,
        trial: bool,
        now: Instant,
    ) -> Option<Parking> {
        if failing == Failing::NotItsFault {
            self.worked(trial);
            return None;
        }
        let times = match self.state {
            State::Closed { .. } if failing == Failing::Silent => 0,
            State::Closed { failures } => {
                let failures = failures + 1;
                if failing == Failing::Once && failures < self.limits.failures {
                    self.state = State::Closed { failures };
                    return None;
                }
                1
            }
            State::Trying { parking } if trial => parking.times + 1,
            // Others may have begun before it was parked, and must not park it again.
            State::Open { parking } | State::Trying { parking } => return Some(parking),
        };
        let doubled = 2_u32.saturating_pow(times.saturating_sub(1).min(31));
        let length = match failing {
            Failing::Asked(asked) => asked,
            _ if times == 0 => self.limits.park.min(MOMENT),
            _ => self.limits.park.saturating_mul(doubled),
        };
        let until = now + length.min(self.limits.park_longest);
        let parking = Parking { code, until, times };
        self.state = State::Open { parking };
        Some(parking)
    }

    /// The call that was to find out ended without an answer of any kind: the next one may.
    pub fn trial_dropped(&mut self) {
        if let State::Trying { parking } = self.state {
            self.state = State::Open { parking };
        }
    }

    /// The parking, while it is not closed.
    pub fn parking(&self) -> Option<Parking> {
        match self.state {
            State::Closed { .. } => None,
            State::Open { parking } | State::Trying { parking } => Some(parking),
        }
    }
}

#[cfg(test)]
mod tests;
