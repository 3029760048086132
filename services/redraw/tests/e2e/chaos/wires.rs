//! The wires from the services to their parts, through toxiproxy, which can spoil them.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use super::toxiproxy::Toxiproxy;
use crate::harness::{Home, Part};

const PARTS: [Part; 4] = [Part::Database, Part::Broker, Part::Store, Part::Mail];

/// How a wire is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toxic {
    /// Connections are closed, and new ones refused.
    Cut,
    /// Connections are reset.
    Reset,
    /// Half a second, each way.
    Delay,
    /// 20 kB a second, each way.
    Throttle,
    /// Connections stay, and nothing comes through.
    Silence,
}

impl fmt::Display for Toxic {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Cut => "cut",
            Self::Reset => "reset",
            Self::Delay => "delay",
            Self::Throttle => "throttle",
            Self::Silence => "silence",
        })
    }
}

pub struct Wires {
    toxiproxy: Toxiproxy,
    /// The part, its wire's name, and its setting with the wire's address in it.
    laid: Vec<(Part, String, (&'static str, String))>,
}

impl Wires {
    pub async fn lay(home: &Home) -> Self {
        let toxiproxy = Toxiproxy::new();
        let mut laid = Vec::new();
        for part in PARTS {
            let (url, address) = part.place(home);
            let name = format!("{}-{part:?}", home.tenancy().name());
            let near = toxiproxy.create(&name, &address).await;
            laid.push((part, name, (part.setting(), url.replacen(&address, &near, 1))));
        }
        Self { toxiproxy, laid }
    }

    /// Where the services find their parts: behind the wires.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        self.laid.iter().map(|(_, _, setting)| setting.clone()).collect()
    }

    pub async fn take_up(&self) {
        for (_, name, _) in &self.laid {
            self.toxiproxy.delete(name).await;
        }
    }

    /// Spoils a wire for a while.
    pub async fn poison(&self, part: Part, toxic: Toxic, length: Duration) {
        let (_, name, _) = self.laid.iter().find(|(laid, _, _)| *laid == part).unwrap();
        let (kind, attributes): (&str, Value) = match toxic {
            Toxic::Cut => {
                self.toxiproxy.enable(name, false).await;
                tokio::time::sleep(length).await;
                return self.toxiproxy.enable(name, true).await;
            }
            Toxic::Reset => ("reset_peer", json!({ "timeout": 0 })),
            Toxic::Delay => ("latency", json!({ "latency": 500 })),
            Toxic::Throttle => ("bandwidth", json!({ "rate": 20 })),
            Toxic::Silence => ("timeout", json!({ "timeout": 0 })),
        };
        self.toxiproxy.add_toxic(name, kind, &attributes).await;
        tokio::time::sleep(length).await;
        self.toxiproxy.remove_toxics(name).await;
    }
}
