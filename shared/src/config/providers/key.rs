//! Keys of providers: named in the settings, found elsewhere, and never shown.

use anyhow::{Context, anyhow, ensure};
use secrecy::{ExposeSecret, SecretString};

use super::ProviderConfig;

/// The key of a provider. A program that does not ask it needs no key, and is not kept from starting.
#[derive(Clone, Debug, Default)]
pub enum ProviderKey {
    /// The settings name none.
    #[default]
    None,
    Found(SecretString),
    /// Why the one that is named cannot be used.
    Missing(String),
}

impl<K> ProviderConfig<K> {
    /// The key, if the settings name one.
    ///
    /// # Errors
    ///
    /// Why the one that is named cannot be used.
    pub fn key(&self) -> anyhow::Result<Option<&SecretString>> {
        match &self.key {
            ProviderKey::None => Ok(None),
            ProviderKey::Found(key) => Ok(Some(key)),
            ProviderKey::Missing(reason) => Err(anyhow!("{reason}")),
        }
    }

    /// Whether the key is one of HuggingFace's, which others know by its beginning too.
    #[must_use]
    pub fn is_key_of_huggingface(&self) -> bool {
        matches!(&self.key, ProviderKey::Found(key) if key.expose_secret().starts_with("hf_"))
    }

    /// Looks where the settings say.
    pub(super) fn find_key(
        &self,
        environment: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Option<SecretString>> {
        let key = if !self.key_env.is_empty() {
            let name = &self.key_env;
            environment(name).ok_or_else(|| {
                anyhow!("key_env names {name}, but there is no such environment variable")
            })?
        } else if !self.key_file.is_empty() {
            let path = &self.key_file;
            std::fs::read_to_string(path)
                .with_context(|| format!("key_file: cannot read {path}"))?
        } else {
            return Ok(None);
        };
        let key = key.trim();
        ensure!(!key.is_empty(), "the key is empty");
        // It must fit into a header.
        ensure!(key.bytes().all(|byte| byte.is_ascii_graphic()), "the key holds odd characters");
        Ok(Some(key.into()))
    }
}

/// Whether this can be the name of an environment variable.
pub(super) fn is_variable(name: &str) -> bool {
    let first = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'_';
    name.as_bytes().first().is_some_and(first)
        && name.bytes().all(|byte| first(&byte) || byte.is_ascii_digit())
}
