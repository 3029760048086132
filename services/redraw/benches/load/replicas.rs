//! Several of each service as processes, behind HAProxy and before PgBouncer, on the real servers that
//! `REDRAW_TEST_SERVERS` names: what one picture costs each of them.
//!
//! `cargo build --release --locked --workspace --bins`, and then
//! `REDRAW_TEST_SERVERS=$PWD/var/servers/env cargo bench --locked -p redraw --bench load -- --replicas 2,3,2`

mod balancer;
mod connections;
mod costs;
mod cpu;
mod model;
mod programs;
mod room;
mod servers;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::clients::Clients;
use crate::figures::Figures;
use crate::pictures::Pictures;
use crate::{Arguments, PAUSE};

use self::balancer::Balancer;
use self::connections::Watcher;
use self::costs::{Cost, Costs};
use self::model::Model;
use self::programs::Programs;
use self::room::Room;
use self::servers::Servers;

pub use self::programs::Replicas;

/// How long everything is looked at before the first picture comes.
const REST: Duration = Duration::from_secs(10);

pub async fn measure(arguments: &Arguments, replicas: &Replicas) -> anyhow::Result<()> {
    let servers = Servers::find()?;
    let pictures = Pictures::paint(arguments.kilobytes)?;
    let model = Model::start(pictures.get(0)?).await?;
    let clients = Clients::new(pictures)?;
    let room = Room::take(&servers).await?;
    let folder = tempfile::TempDir::new()?;
    let beside = Path::new(env!("CARGO_BIN_EXE_redraw")).parent().context("no folder")?;
    let programs = Programs {
        executables: arguments.programs.as_deref().unwrap_or(beside),
        folder: folder.path(),
        settings: room.settings(),
        model: &model.url,
    };
    let programs = programs.start(replicas).await?;
    let balancer = Balancer::start(folder.path(), &programs.doors()).await?;
    clients.send(&balancer.url, 0).await.context("the first picture")?;
    room.wait_until_mailed(1).await?;

    let roots = [servers.processes()?, programs.processes(), vec![balancer.process()]].concat();
    let at_rest = spent(&roots)?;
    tokio::time::sleep(REST).await;
    let before = spent(&roots)?;
    let stored_before = room.stored().await?;
    let watcher = Watcher::start(servers.ports()?);

    let (begun, last) = (Instant::now(), arguments.requests);
    let accepted = clients.send_all(&balancer.url, 1..=last, arguments.clients).await?;
    let sending = begun.elapsed();
    room.wait_until_mailed(last + 1).await?;
    let draining = begun.elapsed();

    let after = spent(&roots)?;
    let connections = watcher.stop().await?;
    let stored = room.stored().await?.since(&stored_before);
    room.check(last + 1).await?;
    let by_component = costs_of(&roots, &[at_rest, before, after], last)?;
    let answers: Figures = accepted.iter().map(|accepted| accepted.answered_in).collect();
    let refusals = accepted.iter().map(|accepted| accepted.refusals).sum();
    programs.stop().await?;
    room.leave().await?;
    Costs {
        pictures: last,
        sending,
        draining,
        answers,
        refusals,
        by_component,
        connections,
        stored,
    }
    .print()
}

/// The processor time of each, with all its descendants.
fn spent(roots: &[(String, u32)]) -> anyhow::Result<Vec<Duration>> {
    let trees = cpu::Trees::read()?;
    roots.iter().map(|(name, root)| trees.spent(*root).context(name.clone())).collect()
}

/// Replicas of the same name are one.
fn costs_of(
    roots: &[(String, u32)],
    [at_rest, before, after]: &[Vec<Duration>; 3],
    pictures: usize,
) -> anyhow::Result<Vec<Cost>> {
    let mut costs: Vec<Cost> = Vec::new();
    for (index, (name, _)) in roots.iter().enumerate() {
        let milliseconds = |from: &[Duration], to: &[Duration]| {
            (to[index].saturating_sub(from[index])).as_secs_f64() * 1000.0
        };
        let resting = milliseconds(at_rest, before) / REST.as_secs_f64();
        let each = milliseconds(before, after) / f64::from(u32::try_from(pictures)?);
        match costs.iter_mut().find(|cost| cost.name == *name) {
            Some(cost) => cost.add(resting, each),
            None => costs.push(Cost { name: name.clone(), processes: 1, resting, each }),
        }
    }
    ensure!(!costs.is_empty(), "nothing was measured");
    Ok(costs)
}

/// Looks again and again, for as long as something happens.
async fn until(
    what: &str,
    wanted: usize,
    mut look: impl AsyncFnMut() -> anyhow::Result<usize>,
) -> anyhow::Result<()> {
    const STALLED: Duration = Duration::from_mins(2);
    let (mut seen, mut since) = (0, Instant::now());
    loop {
        let found = look().await?;
        if found >= wanted {
            return Ok(());
        }
        if found > seen {
            (seen, since) = (found, Instant::now());
        }
        ensure!(since.elapsed() < STALLED, "{found} of {wanted} {what}, and no more");
        tokio::time::sleep(PAUSE * 5).await;
    }
}
