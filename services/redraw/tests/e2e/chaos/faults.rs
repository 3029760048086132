//! What can go wrong, and how it is brought about.

use std::fmt;
use std::process::Command;
use std::time::Duration;

use reqwest::Client;
use serde_json::Value;

use super::fleet::Fleet;
use super::wires::{Toxic, Wires};
use crate::harness::{Home, Part, servers};

/// One thing that goes wrong for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `kill -9` one process, and start it again.
    Kill,
    /// SIGTERM one process, which must end well, and start it again.
    Terminate,
    /// A server stops in good order, and comes back.
    Stop(Part),
    /// A wire to a server misbehaves.
    Wire(Part, Toxic),
    /// PostgreSQL ends every connection.
    EndBackends,
    /// RabbitMQ closes every connection.
    CloseConnections,
    /// `image_queue` is emptied.
    Purge,
    /// RabbitMQ thinks that its disk is full, and takes no messages.
    DiskAlarm,
}

/// For any of the programs.
pub const PROCESS_FAULTS: &[Fault] = &[Fault::Kill, Fault::Kill, Fault::Terminate];

pub const PART_FAULTS: &[Fault] = {
    use Fault::{CloseConnections, DiskAlarm, EndBackends, Purge, Stop, Wire};
    use Part::{Broker, Database, Mail, Store};
    use Toxic::{Cut, Delay, Reset, Silence, Throttle};
    &[
        Stop(Database),
        Stop(Broker),
        Stop(Store),
        Stop(Mail),
        Wire(Database, Cut),
        Wire(Database, Reset),
        Wire(Database, Delay),
        Wire(Database, Throttle),
        Wire(Database, Silence),
        Wire(Broker, Cut),
        Wire(Broker, Reset),
        Wire(Broker, Delay),
        Wire(Broker, Throttle),
        Wire(Broker, Silence),
        Wire(Store, Cut),
        Wire(Store, Reset),
        Wire(Store, Delay),
        Wire(Store, Throttle),
        Wire(Store, Silence),
        Wire(Mail, Cut),
        Wire(Mail, Reset),
        Wire(Mail, Delay),
        Wire(Mail, Throttle),
        Wire(Mail, Silence),
        EndBackends,
        CloseConnections,
        Purge,
        DiskAlarm,
    ]
};

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill => write!(to, "kill -9 a process"),
            Self::Terminate => write!(to, "SIGTERM to a process"),
            Self::Stop(part) => write!(to, "stop {}", name(*part)),
            Self::Wire(part, toxic) => write!(to, "{toxic} the wire to {}", name(*part)),
            Self::EndBackends => write!(to, "end PostgreSQL's back-ends"),
            Self::CloseConnections => write!(to, "close RabbitMQ's connections"),
            Self::Purge => write!(to, "purge image_queue"),
            Self::DiskAlarm => write!(to, "RabbitMQ's disk alarm"),
        }
    }
}

/// As `scripts/servers` calls it.
fn name(part: Part) -> &'static str {
    match part {
        Part::Database => "postgresql",
        Part::Broker => "rabbitmq",
        Part::Store => "minio",
        Part::Mail => "mail",
    }
}

/// What the faults are done to.
pub struct Trouble {
    pub home: Home,
    pub fleet: Fleet,
    pub wires: Wires,
    pub client: Client,
}

impl Trouble {
    /// Does it, waits, and undoes it. `chance` chooses among several.
    pub async fn make(&self, fault: Fault, length: Duration, chance: usize) {
        match fault {
            Fault::Kill => self.fleet.kill(chance, length / 3).await,
            Fault::Terminate => self.fleet.terminate(chance, length / 3).await,
            Fault::Stop(part) => {
                servers_do(&["stop", name(part)]).await;
                tokio::time::sleep(length).await;
                servers_do(&["start", name(part)]).await;
            }
            Fault::Wire(part, toxic) => self.wires.poison(part, toxic, length).await,
            Fault::EndBackends => {
                let name = self.home.tenancy().name();
                let sql = format!(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
                );
                self.home.tenancy().sql(&sql).await;
            }
            Fault::CloseConnections => self.close_connections().await,
            Fault::Purge => {
                let host = self.home.tenancy().name();
                let purged = self.delete(&format!("queues/{host}/image_queue/contents")).await;
                assert!(purged, "image_queue was not purged");
            }
            Fault::DiskAlarm => {
                servers_do(&["rabbitmqctl", "set_disk_free_limit", "100000GB"]).await;
                tokio::time::sleep(length).await;
                servers_do(&["rabbitmqctl", "set_disk_free_limit", "50MB"]).await;
            }
        }
    }

    async fn close_connections(&self) {
        let host = self.home.tenancy().name();
        let url = format!("{}/vhosts/{host}/connections", api());
        let connections: Value = self.client.get(url).send().await.unwrap().json().await.unwrap();
        for connection in connections.as_array().unwrap() {
            let name = connection["name"].as_str().unwrap().replace(' ', "%20").replace('>', "%3E");
            // It may have gone by itself meanwhile.
            let _ = self.delete(&format!("connections/{name}")).await;
        }
    }

    async fn delete(&self, path: &str) -> bool {
        let answer = self.client.delete(format!("{}/{path}", api())).send().await;
        answer.unwrap().status().is_success()
    }
}

fn api() -> &'static str {
    servers().unwrap().line("SERVERS_RABBITMQ_API")
}

/// `scripts/servers ...`, which must work.
async fn servers_do(arguments: &[&str]) {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/servers"));
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "scripts/servers {arguments:?}: {errors}");
}
