//! The spine of every program: command line, settings, log, parts, start, stop.

mod healthcheck;
mod parts;
mod preparation;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use secrecy::ExposeSecret;

use crate::config::{self, Config, EMBEDDED};
use crate::http::{self, Bound};
use crate::lifecycle::{Lifecycle, Signals};
use crate::{crypto, telemetry};

pub use self::healthcheck::ask as healthcheck;
pub use self::parts::Parts;
pub use self::preparation::Prepared;

/// The command line that the services share.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// A file with the settings that differ from the defaults
    #[arg(long, env = "REDRAW_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask the one that runs with the same settings whether it lives: 0 if it does, 1 if not
    Healthcheck,
}

/// The whole `main` of a service that runs by itself: `name` is its section of the settings, and
/// `listen` where that says its HTTP server is. `start` is handed the bound port, begins the
/// service's tasks and returns.
pub fn main<S>(name: &'static str, listen: fn(&Config) -> SocketAddr, start: S) -> ExitCode
where
    S: AsyncFnOnce(Parts, Bound) -> anyhow::Result<()>,
{
    let arguments = arguments(name);
    block_on(async move {
        // Before anything else: a signal that comes early must not cut anything short.
        let signals = Signals::listen()?;
        let config = Config::load(arguments.config.as_deref(), config::environment())?;
        let listen = listen(&config);
        match arguments.command {
            Some(Command::Healthcheck) => healthcheck(listen, &config.tls).await,
            None => run(name, config, signals, listen, start).await,
        }
    })
}

fn arguments(name: &'static str) -> Arguments {
    let command = Arguments::command().name(name).version(env!("CARGO_PKG_VERSION"));
    Arguments::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
}

async fn run<S>(
    name: &'static str,
    config: Config,
    signals: Signals,
    listen: SocketAddr,
    start: S,
) -> anyhow::Result<()>
where
    S: AsyncFnOnce(Parts, Bound) -> anyhow::Result<()>,
{
    anyhow::ensure!(
        !is_embedded(&config),
        "the embedded database and store live in the program `redraw` alone; \
         set database.url and storage.endpoint"
    );
    let metrics = telemetry::start(&config.log)?;
    let grace = config.lifecycle.grace;
    let lifecycle = Lifecycle::with_notice(config.lifecycle.notice);
    let parts = Parts::connect(config, metrics, lifecycle.clone())?;
    if parts.prepare(&signals).await? == Prepared::Yes {
        let door = http::bind(listen, &format!("{name}.listen")).await?;
        start(parts, door).await?;
    }
    lifecycle.run(signals, grace).await?;
    tracing::info!("stopped");
    Ok(())
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
