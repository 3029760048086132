//! All of redraw in one process, on embedded parts; the command-line client; and the doctor.

mod doctor;
mod embedded;
mod new_key;
mod send;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use shared::config::{Config, environment};

pub use self::serve::{Running, start};

/// Send a picture; get it drawn anew
#[derive(Debug, Parser)]
#[command(name = "redraw", version, about, after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// A file with the settings that differ from the defaults
    #[arg(long, env = "REDRAW_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

const AFTER_HELP: &str = "Without a command, `redraw` serves. \
    Settings may also come from the environment: REDRAW__REGISTER__LISTEN=0.0.0.0:8000";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run everything in this process (the default)
    Serve,
    /// Send a picture to a running redraw, and wait for the new one
    Send(send::Arguments),
    /// Check the settings, and every part that they name: is all well, and if not, how to mend it
    Doctor(doctor::Arguments),
    /// Ask the redraw that runs with the same settings whether it lives: 0 if it does, 1 if not
    Healthcheck,
    /// Make a key for whoever may register, or for an operator, and its hash for the settings
    NewKey,
}

/// The whole `main`.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    shared::service::block_on(async move {
        match arguments.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::serve(arguments.config.as_deref()).await,
            Command::Send(what) => {
                let config = Config::load(arguments.config.as_deref(), environment())?;
                send::send(what, &config.tls).await
            }
            Command::Doctor(how) => doctor::examine(arguments.config.as_deref(), &how).await,
            Command::Healthcheck => {
                let config = Config::load(arguments.config.as_deref(), environment())?;
                shared::service::healthcheck(config.register.listen, &config.tls).await
            }
            Command::NewKey => new_key::print(),
        }
    })
}
