//! The real program as a child process, on free ports and a folder of its own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::PAUSE;

/// What the kernel counted.
pub struct Usage {
    /// Highest resident size (`VmHWM`), in kB.
    pub peak_kilobytes: u64,
    /// User and system time.
    pub cpu: Duration,
}

pub struct Server {
    /// Such as `http://127.0.0.1:40123`.
    pub url: String,
    pub started: Instant,
    process: Process,
    log: PathBuf,
}

/// Killed when an error of ours ends the run.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    /// Starts it, and returns once it says where it is.
    pub async fn start(folder: &Path, side: u32) -> anyhow::Result<Self> {
        let (said, log) = (folder.join("said"), folder.join("log"));
        let root = folder.display();
        let started = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_redraw"))
            .env("REDRAW__REGISTER__LISTEN", "127.0.0.1:0")
            .env("REDRAW__REGISTER__RATE_PER_CLIENT", "0")
            .env("REDRAW__REGISTER__RATE_PER_EMAIL", "0")
            .env("REDRAW__STORAGE__EMBEDDED_LISTEN", "127.0.0.1:0")
            .env("REDRAW__PAINTER__WIDTH", side.to_string())
            .env("REDRAW__PAINTER__HEIGHT", side.to_string())
            .env("REDRAW__MAIL__URL", format!("file:{root}/mail"))
            .env("REDRAW__DATA__FOLDER", folder.join("var"))
            .stdin(Stdio::null())
            .stdout(File::create(&said)?)
            .stderr(File::create(&log)?)
            .spawn()?;
        let mut process = Process(child);
        let url = loop {
            if let Some(url) = find_address(&std::fs::read_to_string(&said)?) {
                break url;
            }
            let ended = process.0.try_wait()?;
            ensure!(ended.is_none(), "it ended: {}", std::fs::read_to_string(&log)?);
            tokio::time::sleep(PAUSE / 10).await;
        };
        Ok(Self { url, started, process, log })
    }

    /// See proc(5). Clock ticks are hundredths of a second on every Linux of today.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        let proc = PathBuf::from(format!("/proc/{}", self.process.0.id()));
        let status = std::fs::read_to_string(proc.join("status"))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|line| line.split_whitespace().next()).context("no VmHWM")?;
        let stat = std::fs::read_to_string(proc.join("stat"))?;
        // The name stands in brackets and may hold anything; the state after it is field 3.
        let (_, fields) = stat.rsplit_once(')').context("an odd stat")?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        let ticks: u64 = ticks.sum::<Result<_, _>>()?;
        Ok(Usage { peak_kilobytes: peak.parse()?, cpu: Duration::from_millis(ticks * 10) })
    }

    /// Stops it as a supervisor would. Returns the warnings and errors of its log.
    pub async fn stop(mut self) -> anyhow::Result<Vec<String>> {
        let id = self.process.0.id().to_string();
        ensure!(Command::new("kill").args(["-TERM", &id]).status()?.success(), "kill");
        let ended = tokio::task::spawn_blocking(move || self.process.0.wait()).await??;
        let log = std::fs::read_to_string(&self.log)?;
        ensure!(ended.success(), "it ended with {ended}:\n{log}");
        let bad = log.lines().filter(|line| line.contains(" WARN ") || line.contains(" ERROR "));
        Ok(bad.map(str::to_owned).collect())
    }
}

/// The address in the words of welcome.
fn find_address(said: &str) -> Option<String> {
    let (line, _) = said.split_once("page")?.1.split_once('\n')?;
    Some(line.trim().trim_end_matches('/').replace("localhost", "127.0.0.1"))
}
