//! The spine of every program: command line, settings, log, parts, start, stop.

mod parts;
mod preparation;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use secrecy::ExposeSecret;

use crate::config::{self, Config, EMBEDDED};
use crate::lifecycle::{Lifecycle, Signals};
use crate::{crypto, telemetry};

pub use self::parts::Parts;
pub use self::preparation::Prepared;

/// The command line that the services share.
#[derive(Debug, Parser)]
struct Arguments {
    /// A file with the settings that differ from the defaults
    #[arg(long, env = "REDRAW_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The whole `main` of a service that runs by itself. `start` begins its tasks and returns.
pub fn main<S>(name: &'static str, start: S) -> ExitCode
where
    S: AsyncFnOnce(Parts) -> anyhow::Result<()>,
{
    let command = <Arguments as clap::CommandFactory>::command()
        .name(name)
        .version(env!("CARGO_PKG_VERSION"));
    let matches = command.get_matches();
    let file = matches.get_one::<PathBuf>("config").cloned();
    block_on(async move {
        // Before anything else: a signal that comes early must not cut anything short.
        let signals = Signals::listen()?;
        let config = Config::load(file.as_deref(), config::environment())?;
        anyhow::ensure!(
            !is_embedded(&config),
            "the embedded database and store live in the program `redraw` alone; \
             set database.url and storage.endpoint"
        );
        let metrics = telemetry::start(&config.log)?;
        let grace = config.lifecycle.grace;
        let lifecycle = Lifecycle::new();
        let parts = Parts::connect(config, metrics, lifecycle.clone())?;
        if parts.prepare(&signals).await? == Prepared::Yes {
            start(parts).await?;
        }
        lifecycle.run(signals, grace).await?;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Runs a program to its end: an error is printed with its causes, and ends it with status 1.
pub fn block_on(program: impl Future<Output = anyhow::Result<()>>) -> ExitCode {
    crypto::install();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = runtime.context("the runtime cannot start").and_then(|runtime| {
        let outcome = runtime.block_on(program);
        // A picture that is being decoded must not hold up the end: nobody waits for it any more.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_embedded(config: &Config) -> bool {
    config.database.url.expose_secret() == EMBEDDED || config.storage.endpoint == EMBEDDED
}
