//! The settings: whether they can be read, and whether they go together.

mod contradictions;
mod risks;

use std::path::Path;

use secrecy::ExposeSecret;
use shared::config::{Config, ConfigError, environment};
use shared::inspection::try_folder;
use shared::telemetry::{self, chain};
use shared::tls::Roots;

use super::is_embedded;
use super::report::{Check, Part};

const PART: Part = Part::CONFIG;

/// What is found, and the settings with the roots of TLS, if there is anything to go on with.
pub fn examine(file: Option<&Path>) -> (Vec<Check>, Option<(Config, Roots)>) {
    let config = match Config::load(file, environment()) {
        Ok(config) => config,
        Err(error) => return (vec![unreadable(&error)], None),
    };
    let mut checks = vec![PART.ok("settings", format!("read from {}", sources(file)))];
    checks.extend(contradictions::in_settings(&config));
    checks.extend(risks::in_settings(&config));
    checks.extend(log_filter(&config));
    checks.extend(data_folder(&config));
    match Roots::load(&config.tls) {
        Ok(roots) => (checks, Some((config, roots))),
        Err(error) => {
            checks.push(PART.failed(
                "tls.roots_file",
                format!("{error:#}"),
                "name a PEM file with the certificate of your authority, or leave it empty",
            ));
            (checks, None)
        }
    }
}

fn unreadable(error: &ConfigError) -> Check {
    let mend = match error {
        ConfigError::Unreadable { .. } => "name a file that redraw may read",
        ConfigError::NotYaml { .. } => "correct it, with config.yaml for a pattern",
        ConfigError::UnknownKey { .. } => "correct the name, or take it out",
        ConfigError::NotASection { .. } | ConfigError::WrongForm { .. } => {
            "write it as config.yaml does"
        }
    };
    PART.failed("settings", chain(error), mend)
}

/// What the settings came from.
fn sources(file: Option<&Path>) -> String {
    let file = file.map(|file| format!(", {}", file.display())).unwrap_or_default();
    let ours = environment().filter(|(name, _)| name.starts_with("REDRAW__")).count();
    match ours {
        0 => format!("the defaults{file}"),
        1 => format!("the defaults{file}, 1 variable"),
        _ => format!("the defaults{file}, {ours} variables"),
    }
}

fn log_filter(config: &Config) -> Option<Check> {
    let error = telemetry::filter(&config.log).err()?;
    let mend = "write it in the manner of RUST_LOG, such as info,poem=warn";
    Some(PART.failed("log.filter", format!("{error:#}"), mend))
}

/// The folder of the embedded parts.
fn data_folder(config: &Config) -> Option<Check> {
    let embedded =
        is_embedded(config.database.url.expose_secret()) || is_embedded(&config.storage.endpoint);
    if !embedded {
        return None;
    }
    let folder = config.data.folder.display();
    Some(match try_folder(&config.data.folder) {
        Ok(()) => PART.ok("data.folder", format!("{folder} can be written to")),
        Err(error) => PART.failed(
            "data.folder",
            format!("{folder} cannot be written to: {error}"),
            "let redraw write there, or name another folder in data.folder",
        ),
    })
}
