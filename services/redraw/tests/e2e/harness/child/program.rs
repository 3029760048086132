//! One program in a process of its own.

use std::fs::OpenOptions;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use reqwest::Client;

use crate::harness::{Home, Settings};

pub struct Program {
    /// Its own, and that of its executable, for a service of which several run.
    pub name: String,
    executable: &'static str,
    pub port: u16,
    /// The setting that says where it listens.
    listen: &'static str,
    home: PathBuf,
    environment: Vec<(String, String)>,
    process: Option<Child>,
    /// What its files held before it was started last, in bytes.
    said_before: [usize; 2],
}

impl Program {
    pub fn new(
        home: &Home,
        name: &str,
        (executable, listen): (&'static str, &'static str),
        settings: &Settings<'_>,
    ) -> Self {
        let settings = settings.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let environment = home.environment().into_iter().chain(settings).collect();
        let home = home.path().to_owned();
        let (name, port) = (name.to_owned(), free_port());
        let (process, said_before) = (None, [0, 0]);
        Self { name, executable, port, listen, home, environment, process, said_before }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn launch(&mut self) {
        self.said_before = [self.all_of("stdout").len(), self.all_of("stderr").len()];
        let file =
            |of: &str| OpenOptions::new().create(true).append(true).open(self.file(of)).unwrap();
        let started = self.command().stdout(file("stdout")).stderr(file("stderr")).spawn();
        self.process = Some(started.unwrap());
    }

    /// What its own `healthcheck` ends with, and says.
    pub fn healthcheck(&self) -> (i32, String) {
        let asked = self.command().arg("healthcheck").output().unwrap();
        (asked.status.code().unwrap(), String::from_utf8(asked.stderr).unwrap())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(executable(self.executable));
        command
            .arg("--config")
            .arg(self.home.join("config.yaml"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env(self.listen, format!("127.0.0.1:{}", self.port))
            .env("TMPDIR", self.home.join("tmp"));
        command
    }

    pub async fn ready(&mut self, client: &Client) {
        let url = format!("{}/readyz", self.url());
        let poll = async {
            while !client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
                let ended = self.process.as_mut().unwrap().try_wait().unwrap();
                assert!(ended.is_none(), "{} ended: {}", self.name, self.errors());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let ready = tokio::time::timeout(Duration::from_mins(1), poll).await;
        ready.unwrap_or_else(|_| panic!("{} is not ready: {}", self.name, self.errors()));
    }

    pub fn kill(&mut self) {
        let mut process = self.process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    pub async fn ended(&mut self) -> ExitStatus {
        let mut process = self.process.take().unwrap();
        let wait = async {
            loop {
                if let Some(status) = process.try_wait().unwrap() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let ended = tokio::time::timeout(Duration::from_mins(1), wait).await;
        ended.unwrap_or_else(|_| {
            process.kill().unwrap();
            panic!("{} never ended", self.name)
        })
    }

    pub fn runs(&self) -> bool {
        self.process.is_some()
    }

    pub fn id(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// What it said on standard output since it was started last.
    pub fn output(&self) -> String {
        self.all_of("stdout").split_off(self.said_before[0])
    }

    /// What it said on standard error since it was started last.
    pub fn errors(&self) -> String {
        self.all_of("stderr").split_off(self.said_before[1])
    }

    /// What it ever said on standard error.
    pub fn log(&self) -> String {
        self.all_of("stderr")
    }

    fn all_of(&self, stream: &str) -> String {
        std::fs::read_to_string(self.file(stream)).unwrap_or_default()
    }

    fn file(&self, stream: &str) -> PathBuf {
        self.home.join(format!("{}.{stream}", self.name))
    }

    /// Whether it ended by itself, and how. Such a program does not run any more.
    pub fn died(&mut self) -> Option<ExitStatus> {
        let status = self.process.as_mut()?.try_wait().unwrap()?;
        self.process = None;
        Some(status)
    }
}

/// All programs lie beside each other.
fn executable(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_redraw")).with_file_name(name);
    assert!(path.exists(), "no {}; cargo build --locked --workspace --bins", path.display());
    path
}

/// A port that stays free while the program is killed and started again: below those that the
/// system hands out by itself (ip(7), `ip_local_port_range`), to the tests beside for instance.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let spread = u16::try_from(std::process::id() % 20).unwrap() * 500;
    loop {
        let port = 20_000 + spread + NEXT.fetch_add(1, Ordering::Relaxed) % 500;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
