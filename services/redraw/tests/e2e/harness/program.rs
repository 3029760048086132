//! The program itself, as a process of its own: for what the tests beside would blur.

use std::fs::File;
use std::process::{Child, Command};
use std::time::Duration;

use reqwest::Client;
use tempfile::TempDir;

use super::settings_file;

/// A running `redraw`. Dropping it kills it.
pub struct Program {
    pub client: Client,
    /// Such as `http://127.0.0.1:40123`.
    pub url: String,
    folder: Option<TempDir>,
    child: Child,
}

impl Program {
    /// Starts it, with these environment variables beside the settings of every test.
    pub async fn start(environment: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let file = |name| File::create(folder.path().join(name)).unwrap();
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_redraw"))
            .arg("--config")
            .arg(settings_file(&folder))
            .env("TMPDIR", folder.path().join("tmp"))
            .envs(environment.iter().copied())
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .unwrap();
        let client = Client::builder().timeout(Duration::from_mins(1)).build().unwrap();
        let mut program = Self { client, url: String::new(), folder: Some(folder), child };
        program.url = program.wait_for_url().await;
        program
    }

    async fn wait_for_url(&mut self) -> String {
        let poll = async {
            loop {
                let said = self.said();
                if let Some((_, rest)) = said.split_once("page        http://localhost:") {
                    let port = rest.split('/').next().unwrap();
                    return format!("http://127.0.0.1:{port}");
                }
                assert!(self.child.try_wait().unwrap().is_none(), "it ended: {said}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), poll).await.expect("it never was ready")
    }

    fn folder(&self) -> &TempDir {
        self.folder.as_ref().unwrap()
    }

    /// All that it wrote to standard output and standard error.
    pub fn said(&self) -> String {
        let read = |name| std::fs::read(self.folder().path().join(name)).unwrap();
        String::from_utf8_lossy(&[read("stdout"), read("stderr")].concat()).into_owned()
    }

    /// The most memory it ever held, in KiB (proc(5), `VmHWM`).
    pub fn peak_memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What it put into its directory for temporary files.
    pub fn temporary_files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder().path().join("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// Ends it with SIGTERM, and hands back its folder and whether it ended well.
    pub async fn stop(mut self) -> (TempDir, bool) {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let poll = async {
            loop {
                if let Some(status) = self.child.try_wait().unwrap() {
                    return status.success();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let well =
            tokio::time::timeout(Duration::from_mins(1), poll).await.expect("it never ended");
        (self.folder.take().unwrap(), well)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails only if it ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
