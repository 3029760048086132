//! The settings: one struct a section of `config.yaml`, which is itself the list of defaults.

mod error;
mod keeping;
mod kinds;
mod layers;
mod merging;
mod parts;
mod providers;
mod services;

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

pub use self::error::ConfigError;
pub use self::keeping::{HousekeepingConfig, RetentionConfig};
pub use self::parts::{
    BrokerConfig, DataConfig, DatabaseConfig, DatabaseTls, JobsConfig, LifecycleConfig, LogConfig,
    LogFormat, MailConfig, PublicAccess, QueueArgument, QueueType, StorageConfig, TlsConfig,
};
pub use self::providers::{
    CaptionerConfig, CaptionerKind, PainterConfig, PainterKind, ProviderConfig, ProviderKey,
    ProviderKind,
};
pub use self::services::{CaptionConfig, GeneratorConfig, RegisterConfig};

/// What stands for "in this process" wherever a URL of a part is due.
pub const EMBEDDED: &str = "embedded";

/// `config.yaml` as checked in: every option with its default.
pub const DEFAULTS: &str = include_str!("../../config.yaml");

/// All settings of all services. `Debug` shows no secret.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub register: RegisterConfig,
    pub caption: CaptionConfig,
    pub generator: GeneratorConfig,
    pub captioner: CaptionerConfig,
    pub painter: PainterConfig,
    pub jobs: JobsConfig,
    pub database: DatabaseConfig,
    pub broker: BrokerConfig,
    pub storage: StorageConfig,
    pub mail: MailConfig,
    pub tls: TlsConfig,
    pub housekeeping: HousekeepingConfig,
    pub retention: RetentionConfig,
    pub data: DataConfig,
    pub log: LogConfig,
    pub lifecycle: LifecycleConfig,
}

impl Config {
    /// Reads the defaults, then `file`, then `REDRAW__SECTION__KEY` from `environment`, which also has
    /// the keys of providers.
    ///
    /// # Errors
    ///
    /// Names the file or variable, and what is wrong with it; never shows a secret.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut layers = layers::Layers::new(DEFAULTS)?;
        if let Some(file) = file {
            layers.add_file(file)?;
        }
        let environment: HashMap<String, String> = environment.into_iter().collect();
        layers.add_environment(environment.clone())?;
        layers.finish(|name| environment.get(name).cloned())
    }
}

/// The environment of this process; a variable that is not UTF-8 is none of ours.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

#[cfg(test)]
mod tests;
