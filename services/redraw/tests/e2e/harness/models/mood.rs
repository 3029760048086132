//! Whether a call is served well, or what is done to it.

use proptest::prelude::RngExt;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::{Call, Fault};

pub enum Mood {
    Well,
    /// The same to every call, or to every call of one kind.
    Always(Option<Call>, Fault),
    /// Any fault, to so many of a hundred calls.
    Sometimes {
        percent: u32,
        random: Box<TestRng>,
    },
}

impl Mood {
    pub fn sometimes(percent: u32, seed: u128) -> Self {
        let mut bytes = [7; 32];
        bytes[..16].copy_from_slice(&seed.to_le_bytes());
        let random = Box::new(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        Self::Sometimes { percent, random }
    }

    /// None: it is served well.
    pub fn fault(&mut self, call: Call) -> Option<Fault> {
        match self {
            Self::Always(which, fault) if which.is_none_or(|which| which == call) => Some(*fault),
            Self::Well | Self::Always(..) => None,
            Self::Sometimes { percent, random } => {
                let fails = random.random_range(0..100) < *percent;
                fails.then(|| Fault::PASSING[random.random_range(0..Fault::PASSING.len())])
            }
        }
    }
}
