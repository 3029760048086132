//! Lays one set of settings over another, and remembers who set what.

use std::collections::HashMap;

use serde_yaml::Value;

use super::ConfigError;

/// From a key such as `jobs.lease` to the file or variable that set it last.
pub type Origins = HashMap<String, String>;

/// Settings whose keys are the user's own, not ours. In a variable they are written as YAML:
/// `REDRAW__BROKER__QUEUE_ARGUMENTS={x-max-length: 1000}`.
pub fn is_open(key: &str) -> bool {
    matches!(key, "broker.queues" | "broker.queue_arguments")
        || key.ends_with(".parameters")
        || key.contains(".parameters.")
}

/// Lays the keys of `upper` over those of `lower`, which has all that there are.
pub fn merge(
    lower: &mut Value,
    upper: Value,
    origin: &str,
    at: &str,
    origins: &mut Origins,
) -> Result<(), ConfigError> {
    let Value::Mapping(lower) = lower else {
        *lower = upper;
        origins.insert(at.to_owned(), origin.to_owned());
        return Ok(());
    };
    let Value::Mapping(upper) = upper else {
        return Err(ConfigError::NotASection { origin: origin.to_owned(), key: at.to_owned() });
    };
    for (key, value) in upper {
        let name = key.as_str().unwrap_or("?");
        let path = if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        match lower.get_mut(&key) {
            Some(slot) => merge(slot, value, origin, &path, origins)?,
            None if is_open(at) => {
                lower.insert(key, value);
                origins.insert(path, origin.to_owned());
            }
            None => return Err(ConfigError::UnknownKey { origin: origin.to_owned(), key: path }),
        }
    }
    Ok(())
}
