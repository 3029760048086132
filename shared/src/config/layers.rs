//! Lays a user's file over the defaults, and environment variables over both.

use std::collections::HashSet;
use std::path::Path;

use anyhow::anyhow;
use serde_yaml::Value;

use super::merging::{Origins, is_open, merge};
use super::providers::{ProviderConfig, ProviderKind};
use super::{Config, ConfigError, kinds};

const PREFIX: &str = "REDRAW__";

/// The settings so far, and who set what.
pub struct Layers {
    value: Value,
    /// Of each key that somebody set: where.
    origins: Origins,
}

impl Layers {
    pub fn new(defaults: &str) -> Result<Self, ConfigError> {
        let value = parse(Path::new("config.yaml (built in)"), defaults)?;
        Ok(Self { value, origins: Origins::new() })
    }

    /// Lays the file's keys over what is there.
    pub fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = read(path)?;
        match parse(path, &text)? {
            Value::Null => Ok(()),
            upper => {
                let origin = path.display().to_string();
                merge(&mut self.value, upper, &origin, "", &mut self.origins)
            }
        }
    }

    /// Lays `REDRAW__SECTION__KEY` and `REDRAW__SECTION__KEY_FILE` over what is there.
    pub fn add_environment(
        &mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (name, text) in variables {
            let Some(path) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let path = path.to_lowercase();
            let (keys, text) = match path.strip_suffix("_file") {
                Some(path) if slot(&mut self.value, path).is_some() => {
                    let secret = read(Path::new(&text))?;
                    (path, secret.trim_end_matches(['\r', '\n']).to_owned())
                }
                _ => (path.as_str(), text),
            };
            let key = keys.replace("__", ".");
            let Some(slot) = slot(&mut self.value, keys) else {
                return Err(ConfigError::UnknownKey { origin: name, key });
            };
            // Text stays text, even where it looks like a number: a key may be all digits.
            *slot = match slot {
                Value::String(_) => Value::String(text),
                Value::Mapping(_) if is_open(&key) => {
                    let mapping = parse(Path::new(&name), &text)?;
                    merge(slot, mapping, &name, &key, &mut self.origins)?;
                    continue;
                }
                Value::Mapping(_) => return Err(ConfigError::NotASection { origin: name, key }),
                _ => serde_yaml::from_str(&text).unwrap_or(Value::String(text)),
            };
            self.origins.insert(key, name);
        }
        Ok(())
    }

    /// The settings; `environment` has the keys that they name.
    pub fn finish(
        mut self,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Config, ConfigError> {
        for section in ["captioner", "painter"] {
            kinds::expand(&mut self.value, section, &mut self.origins)?;
        }
        let mut config: Config = serde_path_to_error::deserialize(self.value).map_err(|error| {
            let key = error.path().to_string();
            let origin = origin(&self.origins, &key);
            ConfigError::WrongForm { origin, key, reason: error.inner().to_string() }
        })?;
        complete(
            &mut config.captioner.providers,
            "captioner.providers",
            &environment,
            &self.origins,
        )?;
        complete(&mut config.painter.providers, "painter.providers", &environment, &self.origins)?;
        Ok(config)
    }
}

/// The file or variable that set a key, or the list that it stands in.
fn origin(origins: &Origins, key: &str) -> String {
    let list = key.split('[').next().unwrap_or_default();
    let origin = origins.get(key).or_else(|| origins.get(list));
    origin.map_or("config.yaml", String::as_str).to_owned()
}

/// Fetches the keys of providers, and sees whether their settings go together.
fn complete<K: ProviderKind>(
    providers: &mut [ProviderConfig<K>],
    list: &str,
    environment: &impl Fn(&str) -> Option<String>,
    origins: &Origins,
) -> Result<(), ConfigError> {
    let mut names = HashSet::new();
    for (index, provider) in providers.iter_mut().enumerate() {
        let key = format!("{list}[{index}]");
        let completed = if names.insert(provider.name.clone()) {
            provider.complete(environment)
        } else {
            Err(anyhow!("another one has its `name`, {}", provider.name))
        };
        completed.map_err(|error| {
            let reason = format!("{error:#}");
            ConfigError::WrongForm { origin: origin(origins, &key), key, reason }
        })?;
    }
    Ok(())
}

fn slot<'a>(value: &'a mut Value, keys: &str) -> Option<&'a mut Value> {
    keys.split("__").try_fold(value, |value, key| value.get_mut(key))
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })
}

fn parse(path: &Path, text: &str) -> Result<Value, ConfigError> {
    serde_yaml::from_str(text)
        .map_err(|source| ConfigError::NotYaml { path: path.to_owned(), source })
}
