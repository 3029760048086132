//! What an attempt leaves in the timeline, beside its times.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Filled in while the attempt goes on, and written whatever comes of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// Who was asked last.
    pub provider: Option<String>,
    pub model: Option<String>,
    /// How long that took.
    pub latency: Option<Duration>,
    /// What the provider calls it.
    pub provider_request_id: Option<String>,
    /// What it cost, as far as the provider says.
    pub usage: Usage,
    /// Who was asked and failed, in their order, with which code: `huggingface: rate_limited`.
    pub failed_providers: Vec<String>,
    /// A call that may cost money is on its way: if the attempt ends now, nobody knows its outcome.
    pub unanswered: bool,
}

/// What a call cost.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Usage {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u32>,
    /// In US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
}

impl Notes {
    /// Somebody else is asked now.
    pub fn begin(&mut self, provider: &str, model: Option<&str>) {
        let failed_providers = std::mem::take(&mut self.failed_providers);
        *self = Self {
            provider: Some(provider.to_owned()),
            model: model.map(str::to_owned),
            failed_providers,
            ..Self::default()
        };
    }

    /// The provider's own name for the call: shortened, and without what PostgreSQL would not take.
    pub fn is_called(&mut self, id: &str) {
        let plain = id.chars().filter(|letter| !letter.is_control()).take(100);
        self.provider_request_id = Some(plain.collect());
    }

    /// Whoever is asked failed.
    pub fn failed(&mut self, code: &str) {
        let provider = self.provider.as_deref().unwrap_or_default();
        self.failed_providers.push(format!("{provider}: {code}"));
    }
}
