//! What a request's document tells about its way.

use std::time::Duration;

use anyhow::Context;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Times from the moment it was taken.
pub struct Story {
    pub captioned_in: Duration,
    pub done_in: Duration,
    pub mailed_in: Duration,
    /// Tries beyond the three that it takes.
    pub extra_attempts: usize,
}

impl Story {
    pub fn read(document: &Value) -> anyhow::Result<Self> {
        let begun = moment(&document["created_at"])?;
        let timeline = document["timeline"].as_array().context("no timeline")?;
        let ended = |step: &str| {
            let attempt = timeline.iter().rfind(|attempt| attempt["step"] == step);
            let ended = moment(&attempt.context("a step is missing")?["ended_at"])?;
            Duration::try_from(ended - begun).context("it ended before it began")
        };
        Ok(Self {
            captioned_in: ended("caption")?,
            done_in: ended("generate")?,
            mailed_in: ended("notify")?,
            extra_attempts: timeline.len().saturating_sub(3),
        })
    }
}

fn moment(value: &Value) -> anyhow::Result<OffsetDateTime> {
    let text = value.as_str().context("no time")?;
    Ok(OffsetDateTime::parse(text, &Rfc3339)?)
}
