//! Load on the real program: many clients at once, checked to the last mail, and told as figures.
//!
//! `cargo bench --locked -p redraw --bench load -- --requests 1000 --clients 50 --kilobytes 300`
//!
//! With `--replicas` the same on real servers; see `replicas.rs`.

mod arrivals;
mod clients;
mod figures;
mod pictures;
mod prober;
mod replicas;
mod report;
mod server;
mod story;
mod verdict;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use tempfile::TempDir;

use self::clients::Clients;
use self::pictures::Pictures;
use self::prober::Prober;
use self::replicas::Replicas;
use self::report::Report;
use self::server::Server;

/// Measures redraw under load
#[derive(Debug, Parser)]
struct Arguments {
    /// Pictures to send
    #[arg(long, default_value_t = 1000)]
    requests: usize,
    /// How many send at the same time
    #[arg(long, default_value_t = 50)]
    clients: usize,
    /// About how large each picture is
    #[arg(long, default_value_t = 300)]
    kilobytes: usize,
    /// Longest side of the new pictures, in pixels
    #[arg(long, default_value_t = 1024)]
    side: u32,
    /// So many of register, caption and generator, such as 2,3,2, on the servers of `REDRAW_TEST_SERVERS`
    #[arg(long)]
    replicas: Option<Replicas>,
    /// Folder of the programs register, caption and generator; else that of the program redraw
    #[arg(long)]
    programs: Option<PathBuf>,
    /// Said by `cargo bench`, and not by `cargo test`, which is no place to measure
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if !arguments.bench {
        return Ok(());
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        match &arguments.replicas {
            Some(replicas) => replicas::measure(&arguments, replicas).await,
            None => measure(&arguments).await,
        }
    })
}

async fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let pictures = Pictures::paint(arguments.kilobytes)?;
    let folder = TempDir::new()?;
    let clients = Clients::new(pictures)?;

    let server = Server::start(folder.path(), arguments.side).await?;
    let first = clients.send(&server.url, 0).await.context("the first picture")?;
    let first_start = server.started.elapsed();

    let prober = Prober::start(clients.http(), &server.url, &first.id);
    let begun = Instant::now();
    let accepted = clients.send_all(&server.url, 1..=arguments.requests, arguments.clients).await?;
    let sending = begun.elapsed();
    let probed_while_sending = prober.stop().await?;

    let prober = Prober::start(clients.http(), &server.url, &first.id);
    arrivals::wait_for_mails(folder.path(), arguments.requests + 1).await?;
    let draining = begun.elapsed();
    let probed_while_draining = prober.stop().await?;

    let ids = std::iter::once(&first).chain(&accepted).map(|accepted| accepted.id.as_str());
    let stories = verdict::check(&clients, &server.url, folder.path(), ids).await?;
    let usage = server.usage()?;
    let mut warnings = server.stop().await?;

    let server = Server::start(folder.path(), arguments.side).await?;
    clients.send(&server.url, arguments.requests + 1).await.context("the last picture")?;
    let second_start = server.started.elapsed();
    arrivals::wait_for_mails(folder.path(), arguments.requests + 2).await?;
    warnings.extend(server.stop().await?);

    Report {
        accepted,
        sending,
        draining,
        probed_while_sending,
        probed_while_draining,
        stories,
        usage,
        first_start,
        second_start,
        warnings,
    }
    .print()
}

/// A pause between two looks at something that changes by itself.
const PAUSE: Duration = Duration::from_millis(50);
