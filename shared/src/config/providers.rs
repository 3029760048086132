//! The sections `captioner` and `painter`: who does the seeing and the painting, in which order.

mod key;
mod kind;

use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::Url;
use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde_json::{Map, Value};

pub use self::key::ProviderKey;
pub use self::kind::{CaptionerKind, PainterKind, ProviderKind};

use self::key::is_variable;

/// Section `captioner`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptionerConfig {
    /// What a chat model is asked.
    pub prompt: String,
    /// Tried in order.
    pub providers: Vec<ProviderConfig<CaptionerKind>>,
}

/// Section `painter`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PainterConfig {
    /// Goes behind the caption, in what a model is asked to paint.
    pub style: String,
    /// Of a new picture, in pixels.
    pub width: u32,
    pub height: u32,
    /// Largest picture file that is taken from a model.
    pub max_picture: bytesize::ByteSize,
    /// Tried in order.
    pub providers: Vec<ProviderConfig<PainterKind>>,
}

/// One entry of the lists, laid over what `kinds` says of its kind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProviderConfig<K> {
    pub kind: K,
    /// In the timeline, the log and the metrics.
    pub name: String,
    /// Where the model server is.
    pub url: String,
    /// Which of its models; empty: it has but one.
    pub model: String,
    /// Environment variable that holds the key; empty: none does.
    pub key_env: String,
    /// File that holds the key; empty: none does.
    pub key_file: String,
    /// Organisation that pays, of those that the key may spend for; empty: the key's owner.
    pub bill_to: String,
    /// Calls at the same time, in this process.
    pub concurrency: usize,
    /// Calls a minute, in this process; 0: no limit.
    pub requests_per_minute: u32,
    /// For one call, from its beginning to the last byte of its answer.
    #[serde(with = "humantime_serde")]
    pub timeout: Duration,
    /// Failures one after the other, after which it is parked.
    pub failures: u32,
    /// How long it is parked at first; doubles each time it then fails again.
    #[serde(with = "humantime_serde")]
    pub park: Duration,
    /// It is never parked for longer than this at a time.
    #[serde(with = "humantime_serde")]
    pub park_longest: Duration,
    /// Longest answer of a chat model, in tokens.
    pub max_tokens: u32,
    /// Further fields of what is sent.
    pub parameters: Map<String, Value>,
    /// What `key_env` or `key_file` holds.
    #[serde(skip)]
    pub key: ProviderKey,
}

impl<K: ProviderKind> ProviderConfig<K> {
    /// Fetches the key, and sees whether the settings go together.
    ///
    /// # Errors
    ///
    /// What is wrong, and how to mend it; never shows a key.
    pub(super) fn complete(
        &mut self,
        environment: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<()> {
        if !self.kind.is_remote() {
            return Ok(());
        }
        ensure!(self.concurrency > 0, "concurrency must be at least 1");
        ensure!(
            self.key_env.is_empty() || self.key_file.is_empty(),
            "key_env or key_file, not both"
        );
        let url = Url::parse(&self.url.replace("{model}", "model")).context("url is not a URL")?;
        ensure!(
            matches!(url.scheme(), "http" | "https"),
            "url must begin with https:// or http://"
        );
        ensure!(
            url.username().is_empty() && url.password().is_none(),
            "url must hold no key; name it in key_env or key_file"
        );
        // It may well be the key itself, put into the wrong place: it is not shown.
        ensure!(
            self.key_env.is_empty() || is_variable(&self.key_env),
            "key_env is the name of an environment variable, in capitals, such as HF_TOKEN; it is not \
             the key itself"
        );
        ensure!(
            self.key_file.is_empty() || self.key_file.contains('/'),
            "key_file is the path of a file, such as /run/secrets/hf_token; it is not the key itself"
        );
        ensure!(
            HeaderValue::from_str(&self.bill_to).is_ok(),
            "bill_to is the name of an organisation"
        );
        ensure!(!self.timeout.is_zero() && !self.park.is_zero(), "timeout and park cannot be 0s");
        self.key = match self.find_key(environment) {
            Ok(key) => key.map_or(ProviderKey::None, ProviderKey::Found),
            Err(error) => ProviderKey::Missing(format!("{error:#}")),
        };
        let host = url.host_str().unwrap_or_default();
        ensure!(
            host != "api-inference.huggingface.co",
            "{host} was switched off; it is https://router.huggingface.co now"
        );
        ensure!(
            !matches!(self.key, ProviderKey::None) || host != "router.huggingface.co",
            "{host} wants a token: put it into an environment variable such as HF_TOKEN, and name \
             that in key_env, or its file in key_file"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests;
