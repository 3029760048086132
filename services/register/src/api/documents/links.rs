//! Where a request's things are.

use shared::config::RegisterConfig;
use uuid::Uuid;

/// Where things are, as people reach them.
#[derive(Clone)]
pub struct Links {
    base: String,
}

impl Links {
    /// For the examples.
    pub fn at(base: &str) -> Self {
        Self { base: base.to_owned() }
    }

    pub fn new(config: &RegisterConfig) -> Self {
        Self { base: config.api_url() }
    }

    pub fn status(&self, id: Uuid) -> String {
        format!("{}/request/{id}", self.base)
    }

    pub fn events(&self, id: Uuid) -> String {
        format!("{}/request/{id}/events", self.base)
    }

    pub fn image(&self, id: Uuid) -> String {
        format!("{}/request/{id}/image", self.base)
    }
}
