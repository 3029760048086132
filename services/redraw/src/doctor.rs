//! `redraw doctor`: holds the settings against the parts that live, and says how to mend what is wrong.
//!
//! A part a file. The parts are looked at at the same time, and told in order.

mod broker;
mod config;
mod database;
mod mail;
mod mend;
mod providers;
mod report;
mod storage;

use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use shared::config::Config;

use self::report::{Check, Part};

/// A part that is silent for this long is taken for absent.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print a JSON document in place of the table
    #[arg(long)]
    json: bool,
    /// Really caption and paint one picture with each provider (costs money)
    #[arg(long)]
    spend: bool,
}

/// Prints what it finds. Warnings are no failure.
///
/// # Errors
///
/// When a check failed.
pub async fn examine(file: Option<&Path>, arguments: &Arguments) -> anyhow::Result<()> {
    let checks = look(file, arguments.spend).await;
    if arguments.json {
        report::print_json(&checks)?;
    } else {
        report::print(&checks)?;
    }
    match report::failures(&checks) {
        0 => Ok(()),
        1 => bail!("1 check failed"),
        failures => bail!("{failures} checks failed"),
    }
}

/// All checks, in the order of the table.
async fn look(file: Option<&Path>, spend: bool) -> Vec<Check> {
    let (mut checks, settings) = config::examine(file);
    let Some((config, roots)) = settings else {
        checks.extend(Part::SERVERS.map(|part| part.skipped("connection", "no settings")));
        return checks;
    };
    let config = impatient(config);
    let (database, broker, storage, mail, providers) = tokio::join!(
        Box::pin(database::examine(&config, &roots)),
        Box::pin(broker::examine(&config, &roots)),
        Box::pin(storage::examine(&config, &roots)),
        Box::pin(mail::examine(&config, &roots)),
        Box::pin(providers::examine(&config, &roots, spend)),
    );
    for found in [database, broker, storage, mail, providers] {
        checks.extend(found);
    }
    checks
}

/// The settings, with no more patience than a person has who looks on.
fn impatient(mut config: Config) -> Config {
    for timeout in [
        &mut config.database.connect_timeout,
        &mut config.database.wait_timeout,
        &mut config.database.statement_timeout,
        &mut config.broker.timeout,
        &mut config.storage.timeout,
        &mut config.mail.timeout,
    ] {
        *timeout = (*timeout).min(PATIENCE);
    }
    config
}

/// What a setting says, whether it is a secret or not.
fn is_embedded(setting: &str) -> bool {
    setting == shared::config::EMBEDDED
}
