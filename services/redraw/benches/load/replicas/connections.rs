//! How many connections each server has, at the most, as the kernel lists them (proc(5), `net/tcp`).

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::PAUSE;

/// `TCP_ESTABLISHED`.
const ESTABLISHED: &str = "01";

pub struct Watcher {
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<Vec<(&'static str, usize)>>>,
}

impl Watcher {
    pub fn start(ports: Vec<(&'static str, u16)>) -> Self {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let watch = async move {
            let mut most: Vec<_> = ports.iter().map(|(name, _)| (*name, 0)).collect();
            while !stopped.is_cancelled() {
                let table = std::fs::read_to_string("/proc/net/tcp")?;
                for ((_, most), (_, port)) in most.iter_mut().zip(&ports) {
                    *most = count(&table, *port).max(*most);
                }
                tokio::time::sleep(PAUSE * 10).await;
            }
            Ok(most)
        };
        Self { stop, task: tokio::runtime::Handle::current().spawn(watch) }
    }

    /// The most of each server.
    pub async fn stop(self) -> anyhow::Result<Vec<(&'static str, usize)>> {
        self.stop.cancel();
        self.task.await?
    }
}

/// The server's ends: those whose own port it is.
fn count(table: &str, port: u16) -> usize {
    let port = format!(":{port:04X}");
    let lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines
        .filter(|fields| fields.len() > 3 && fields[1].ends_with(&port) && fields[3] == ESTABLISHED)
        .count()
}
