//! Lays a user's file over the defaults, and environment variables over both.

use std::path::{Path, PathBuf};

use serde_yaml::{Mapping, Value};

use super::Config;

const PREFIX: &str = "REDRAW__";

/// Why the settings cannot be read. Never holds the value of a secret: those are plain text, which
/// has no wrong form.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {path}", path = .path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path} is not YAML", path = .path.display())]
    NotYaml { path: PathBuf, source: serde_yaml::Error },
    #[error("{origin} sets `{key}`, which is no setting of redraw; config.yaml lists them all")]
    UnknownKey { origin: String, key: String },
    #[error("{origin}: `{key}` must be a list of settings, as in config.yaml")]
    NotASection { origin: String, key: String },
    #[error("a setting has the wrong form: {0}")]
    Invalid(String),
}

/// The settings so far, and who set what.
pub struct Layers {
    value: Value,
}

impl Layers {
    pub fn new(defaults: &str) -> Result<Self, ConfigError> {
        let value = parse(Path::new("config.yaml (built in)"), defaults)?;
        Ok(Self { value })
    }

    /// Lays the file's keys over what is there.
    pub fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = read(path)?;
        match parse(path, &text)? {
            Value::Null => Ok(()),
            upper => merge(&mut self.value, upper, &path.display().to_string(), ""),
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
                Some(path) if self.slot(path).is_some() => {
                    let secret = read(Path::new(&text))?;
                    (path, secret.trim_end_matches(['\r', '\n']).to_owned())
                }
                _ => (path.as_str(), text),
            };
            let slot = self.slot(keys).ok_or_else(|| ConfigError::UnknownKey {
                origin: name.clone(),
                key: keys.replace("__", "."),
            })?;
            // Text stays text, even where it looks like a number: a key may be all digits.
            *slot = match slot {
                Value::String(_) => Value::String(text),
                Value::Mapping(_) => {
                    return Err(ConfigError::NotASection { origin: name.clone(), key: path });
                }
                _ => serde_yaml::from_str(&text)
                    .map_err(|_| ConfigError::Invalid(format!("{name} cannot be read")))?,
            };
        }
        Ok(())
    }

    pub fn finish(self) -> Result<Config, ConfigError> {
        serde_path_to_error::deserialize(self.value)
            .map_err(|error| ConfigError::Invalid(error.to_string()))
    }

    fn slot(&mut self, keys: &str) -> Option<&mut Value> {
        keys.split("__").try_fold(&mut self.value, |value, key| value.get_mut(key))
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })
}

fn parse(path: &Path, text: &str) -> Result<Value, ConfigError> {
    serde_yaml::from_str(text)
        .map_err(|source| ConfigError::NotYaml { path: path.to_owned(), source })
}

fn merge(lower: &mut Value, upper: Value, origin: &str, at: &str) -> Result<(), ConfigError> {
    let Value::Mapping(lower) = lower else {
        *lower = upper;
        return Ok(());
    };
    let Value::Mapping(upper) = upper else {
        return Err(ConfigError::NotASection { origin: origin.to_owned(), key: at.to_owned() });
    };
    merge_mappings(lower, upper, origin, at)
}

fn merge_mappings(
    lower: &mut Mapping,
    upper: Mapping,
    origin: &str,
    at: &str,
) -> Result<(), ConfigError> {
    for (key, value) in upper {
        let name = key.as_str().unwrap_or("?");
        let path = if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        match lower.get_mut(&key) {
            Some(slot) => merge(slot, value, origin, &path)?,
            None => return Err(ConfigError::UnknownKey { origin: origin.to_owned(), key: path }),
        }
    }
    Ok(())
}
