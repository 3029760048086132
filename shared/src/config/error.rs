//! Why the settings cannot be read.

use std::path::PathBuf;

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
    #[error("{origin}: `{key}` has the wrong form: {reason}")]
    WrongForm { origin: String, key: String, reason: String },
}
