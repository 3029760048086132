//! The services, as many as are wanted of each.

use std::collections::HashMap;
use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::PAUSE;

const SERVICES: [&str; 3] = ["register", "caption", "generator"];

/// How long a process may take to be ready.
const PATIENCE: Duration = Duration::from_mins(1);

/// How many of register, caption and generator.
#[derive(Clone, Copy, Debug)]
pub struct Replicas([usize; 3]);

impl FromStr for Replicas {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let counts: Result<Vec<usize>, _> = text.split(',').map(str::parse).collect();
        let counts = counts.ok().and_then(|counts| counts.try_into().ok());
        let counts: [usize; 3] = counts.ok_or("three numbers, such as 2,3,2")?;
        if counts.contains(&0) { Err("at least one of each".to_owned()) } else { Ok(Self(counts)) }
    }
}

struct Program {
    service: &'static str,
    port: u16,
    process: Child,
}

/// Killed when an error of ours ends the run.
impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What they are started with.
pub struct Programs<'a> {
    pub executables: &'a Path,
    /// For their settings and logs.
    pub folder: &'a Path,
    /// As environment variables.
    pub settings: HashMap<String, String>,
    /// Where the models are.
    pub model: &'a str,
}

/// Those that run.
pub struct Running(Vec<Program>);

impl Programs<'_> {
    /// Returns once all are ready.
    pub async fn start(self, Replicas(counts): &Replicas) -> anyhow::Result<Running> {
        std::fs::write(self.folder.join("settings.yaml"), models(self.model))?;
        let mut programs = Vec::new();
        for (service, count) in SERVICES.into_iter().zip(counts) {
            for replica in 0..*count {
                programs.push(self.launch(service, replica)?);
            }
        }
        let client = reqwest::Client::builder().build()?;
        for program in &mut programs {
            let (url, begun) =
                (format!("http://127.0.0.1:{}/readyz", program.port), Instant::now());
            while !client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
                let ended = program.process.try_wait()?;
                ensure!(
                    ended.is_none() && begun.elapsed() < PATIENCE,
                    "{} is not ready",
                    program.service
                );
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(Running(programs))
    }

    fn launch(&self, service: &'static str, replica: usize) -> anyhow::Result<Program> {
        let port = free_port()?;
        let log = File::create(self.folder.join(format!("{service}-{replica}.log")))?;
        let path = self.executables.join(service);
        let listen = format!("REDRAW__{}__LISTEN", service.to_uppercase());
        let process = Command::new(&path)
            .arg("--config")
            .arg(self.folder.join("settings.yaml"))
            .envs(&self.settings)
            .env(listen, format!("127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{}; cargo build --release --bins", path.display()))?;
        Ok(Program { service, port, process })
    }
}

impl Running {
    pub fn doors(&self) -> Vec<u16> {
        let doors = self.0.iter().filter(|program| program.service == SERVICES[0]);
        doors.map(|program| program.port).collect()
    }

    pub fn processes(&self) -> Vec<(String, u32)> {
        let process = |program: &Program| (program.service.to_owned(), program.process.id());
        self.0.iter().map(process).collect()
    }

    pub async fn stop(mut self) -> anyhow::Result<()> {
        for program in &self.0 {
            let id = program.process.id().to_string();
            ensure!(Command::new("kill").args(["-TERM", &id]).status()?.success(), "kill");
        }
        for program in &mut self.0 {
            let ended = loop {
                match program.process.try_wait()? {
                    Some(ended) => break ended,
                    None => tokio::time::sleep(PAUSE).await,
                }
            };
            ensure!(ended.success(), "{} ended with {ended}", program.service);
        }
        Ok(())
    }
}

/// Nobody is limited, and the models are ours.
fn models(url: &str) -> String {
    format!(
        "register: {{ rate_per_client: 0, rate_per_email: 0, client_address_header: X-Forwarded-For }}
caption: {{ concurrency: 4 }}
generator: {{ concurrency: 4 }}
captioner: {{ providers: [{{ kind: chat, url: '{url}' }}] }}
painter: {{ providers: [{{ kind: images, url: '{url}' }}] }}
"
    )
}

/// Free now, and likely to be so in a moment.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
