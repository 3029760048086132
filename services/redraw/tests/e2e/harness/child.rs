//! The real program in a process of its own, which can be killed and started again.

use std::fs::File;
use std::net::TcpListener;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use reqwest::Client;
use tempfile::TempDir;

use super::settings_file;

/// A `redraw` on a folder, and on one port whenever it is started.
pub struct Child {
    pub client: Client,
    pub url: String,
    pub folder: TempDir,
    port: u16,
    settings: Vec<(&'static str, String)>,
    process: Option<std::process::Child>,
}

impl Child {
    /// Not started yet. `settings` are environment variables.
    pub fn new(settings: &[(&'static str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        settings_file(&folder);
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        let port = free_port();
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let settings = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let url = format!("http://127.0.0.1:{port}");
        Self { client, url, folder, port, settings, process: None }
    }

    pub fn listening_on(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts it, and returns once it is ready.
    pub async fn start(&mut self) {
        self.launch();
        let ready = async {
            let url = format!("{}/readyz", self.url);
            while !self.client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
                let ended = self.process.as_mut().unwrap().try_wait().unwrap();
                assert!(ended.is_none(), "it ended: {}", self.errors());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let _: () = tokio::time::timeout(Duration::from_mins(1), ready).await.expect("not ready");
    }

    /// Starts it, and waits for nothing.
    pub fn launch(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_redraw"));
        command
            .arg("--config")
            .arg(self.folder.path().join("config.yaml"))
            .env("REDRAW__REGISTER__LISTEN", format!("127.0.0.1:{}", self.port))
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .env("TMPDIR", self.folder.path().join("tmp"))
            .stdout(File::create(self.folder.path().join("stdout")).unwrap())
            .stderr(File::create(self.folder.path().join("stderr")).unwrap());
        self.process = Some(command.spawn().unwrap());
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let mut process = self.process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let id = self.process.as_ref().unwrap().id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended.
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
            panic!("it never ended")
        })
    }

    /// Hands the folder over, once it does not run any more.
    pub fn into_folder(mut self) -> TempDir {
        assert!(self.process.is_none());
        std::mem::replace(&mut self.folder, TempDir::new().unwrap())
    }

    /// What it said on standard error since it was started last.
    pub fn errors(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stderr")).unwrap()
    }
}

/// What it leaves to be looked at.
impl Child {
    /// All that it wrote to standard output and standard error since it was started last.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stdout")).unwrap() + &self.errors()
    }

    /// The most memory it ever held, in KiB (proc(5), `VmHWM`).
    pub fn peak_memory_kib(&self) -> u64 {
        let id = self.process.as_ref().unwrap().id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What it put into its directory for temporary files.
    pub fn temporary_files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

/// A port that stays free while the program is killed and started again: below those that the
/// system hands out by itself (ip(7), `ip_local_port_range`), to the tests beside for instance.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let spread = u16::try_from(std::process::id() % 100).unwrap() * 100;
    loop {
        let port = 20_000 + spread + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
