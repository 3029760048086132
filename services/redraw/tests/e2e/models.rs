//! Pictures that model servers see and paint, by each of the ways in which they are spoken to; and what
//! happens when they will not serve.

mod journeys;
mod outcomes;
mod parked;
mod readme;
mod secrets;
mod stored;

use serde_json::Value;

use crate::harness::{Models, Redraw, Settings};

/// Settings for who sees and who paints.
struct Providers {
    captioners: String,
    painters: String,
}

impl Providers {
    /// One of each kind on the same server; `more` settings of both.
    fn on(models: &Models, captioner: &str, painter: &str, more: &str) -> Self {
        Self::of(&[models.provider(captioner, more)], &[models.provider(painter, more)])
    }

    /// In these orders.
    fn of(captioners: &[String], painters: &[String]) -> Self {
        let list = |entries: &[String]| format!("[{}]", entries.join(", "));
        Self { captioners: list(captioners), painters: list(painters) }
    }

    fn settings(&self) -> [(&'static str, &str); 2] {
        [
            ("REDRAW__CAPTIONER__PROVIDERS", &self.captioners),
            ("REDRAW__PAINTER__PROVIDERS", &self.painters),
        ]
    }

    async fn start(&self) -> Redraw {
        self.start_with(&[]).await
    }

    async fn start_with(&self, settings: &Settings<'_>) -> Redraw {
        Redraw::start_with(&[&self.settings(), settings].concat()).await
    }
}

/// The attempts at a step.
fn attempts<'a>(document: &'a Value, step: &str) -> Vec<&'a Value> {
    let timeline = document["timeline"].as_array().unwrap().iter();
    timeline.filter(|attempt| attempt["step"] == step).collect()
}
