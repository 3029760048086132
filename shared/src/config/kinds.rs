//! Lists of providers: each entry is laid over what `kinds` says of its kind, so that `config.yaml`
//! stays the one list of defaults.

use serde_yaml::{Mapping, Value};

use super::ConfigError;
use super::merging::{Origins, merge};

/// Replaces the entries of `providers` in a section by whole ones, and takes `kinds` away.
///
/// An entry is `chat`, for one that is as `kinds` says; or a mapping with `kind` and what differs.
pub fn expand(value: &mut Value, section: &str, origins: &mut Origins) -> Result<(), ConfigError> {
    let Some(Value::Mapping(settings)) = value.get_mut(section) else { return Ok(()) };
    let kinds = settings.remove("kinds").unwrap_or_default();
    let at = format!("{section}.providers");
    let origin = origins.get(&at).cloned().unwrap_or_else(|| "config.yaml".to_owned());
    let wrong = |key: &str, reason: String| ConfigError::WrongForm {
        origin: origin.clone(),
        key: key.to_owned(),
        reason,
    };
    let Some(Value::Sequence(entries)) = settings.get_mut("providers") else {
        return Err(wrong(&at, "it is a list; see docs/providers.md".to_owned()));
    };
    if entries.is_empty() {
        return Err(wrong(&at, "it names nobody".to_owned()));
    }
    let mut whole = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let at = format!("{at}[{index}]");
        let (kind, upper) = match entry {
            Value::String(kind) => (kind.clone(), Mapping::new()),
            Value::Mapping(upper) => {
                let mut upper = upper.clone();
                let kind = upper.remove("kind");
                let kind = kind.as_ref().and_then(Value::as_str);
                (kind.ok_or_else(|| wrong(&at, "it has no `kind`".to_owned()))?.to_owned(), upper)
            }
            _ => return Err(wrong(&at, "it is neither a kind nor a list of settings".to_owned())),
        };
        let Some(mut lower) = kinds.get(&kind).cloned().filter(Value::is_mapping) else {
            let known = kinds.as_mapping().into_iter().flat_map(Mapping::keys);
            let known: Vec<_> = known.filter_map(Value::as_str).collect();
            let known = known.join(", ");
            return Err(wrong(&at, format!("`{kind}` is no kind; there are {known}")));
        };
        merge(&mut lower, Value::Mapping(upper), &origin, &at, origins)?;
        if let Value::Mapping(lower) = &mut lower {
            lower.insert("kind".into(), kind.as_str().into());
            let name = lower.get("name").and_then(Value::as_str).unwrap_or_default();
            if name.is_empty() {
                lower.insert("name".into(), kind.into());
            }
        }
        whole.push(lower);
    }
    *entries = whole;
    Ok(())
}
