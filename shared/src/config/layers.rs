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
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{path} is not YAML", path = .path.display())]
    NotYaml {
        path: PathBuf,
        source: serde_yaml::Error,
    },
    #[error("{origin} sets `{key}`, which is no setting of redraw; config.yaml lists them all")]
    UnknownKey { origin: String, key: String },
    #[error("{origin}: `{key}` must be a list of settings, as in config.yaml")]
    NotASection { origin: String, key: String },
    #[error("{origin}: `{key}` has the wrong form: {reason}")]
    WrongForm { origin: String, key: String, reason: String },
    #[error("the settings have the wrong form: {0}")]
    Invalid(String),
}

/// The settings so far, and who set what.
pub struct Layers {
    defaults: Value,
    value: Value,
    /// Each key that was set, and by whom.
    set: Vec<(String, String)>,
}

impl Layers {
    pub fn new(defaults: &str) -> Result<Self, ConfigError> {
        let value = parse(Path::new("config.yaml (built in)"), defaults)?;
        Ok(Self { defaults: value.clone(), value, set: Vec::new() })
    }

    /// Lays the file's keys over what is there.
    pub fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = read(path)?;
        match parse(path, &text)? {
            Value::Null => Ok(()),
            upper => {
                let origin = path.display().to_string();
                note_leaves(&upper, &origin, "", &mut self.set);
                merge(&mut self.value, upper, &origin, "")
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
                Some(path) if self.slot(path).is_some() => {
                    let secret = read(Path::new(&text))?;
                    (path, secret.trim_end_matches(['\r', '\n']).to_owned())
                }
                _ => (path.as_str(), text),
            };
            self.set.push((keys.replace("__", "."), name.clone()));
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
                // What is no YAML is no number either, and is told so at the end.
                _ => serde_yaml::from_str(&text).unwrap_or(Value::String(text)),
            };
        }
        Ok(())
    }

    pub fn finish(self) -> Result<Config, ConfigError> {
        serde_yaml::from_value(self.value.clone()).map_err(|error| self.blame(&error))
    }

    /// Finds the key that is wrong by laying each by itself over the defaults: the error names none.
    fn blame(&self, error: &serde_yaml::Error) -> ConfigError {
        let wrong = |(key, origin): &(String, String)| {
            let mut alone = self.defaults.clone();
            *find(&mut alone, key, ".")? = find(&mut self.value.clone(), key, ".")?.clone();
            let reason = serde_yaml::from_value::<Config>(alone).err()?.to_string();
            Some(ConfigError::WrongForm { origin: origin.clone(), key: key.clone(), reason })
        };
        // The last to set a key is the one to blame.
        let blamed = self.set.iter().rev().find_map(wrong);
        blamed.unwrap_or_else(|| ConfigError::Invalid(error.to_string()))
    }

    fn slot(&mut self, keys: &str) -> Option<&mut Value> {
        find(&mut self.value, keys, "__")
    }
}

fn find<'a>(value: &'a mut Value, keys: &str, between: &str) -> Option<&'a mut Value> {
    keys.split(between).try_fold(value, |value, key| value.get_mut(key))
}

/// Notes every key that is set, with the section it stands in: `jobs.lease`.
fn note_leaves(value: &Value, origin: &str, at: &str, set: &mut Vec<(String, String)>) {
    let Value::Mapping(section) = value else {
        return set.push((at.to_owned(), origin.to_owned()));
    };
    for (key, value) in section {
        let name = key.as_str().unwrap_or("?");
        let path = if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        note_leaves(value, origin, &path, set);
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
