//! The sections on what is kept, and for how long.

use std::time::Duration;

use serde::Deserialize;

/// Section `housekeeping`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HousekeepingConfig {
    /// An object that belongs to nothing is removed once it is older than this; zero: never.
    #[serde(with = "humantime_serde")]
    pub orphan_age: Duration,
    /// Both buckets are looked through no more often than this.
    #[serde(with = "humantime_serde")]
    pub orphan_pass: Duration,
}

/// Section `retention`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionConfig {
    /// Requests are erased this many days after they ended; 0: never.
    pub days: u32,
}
