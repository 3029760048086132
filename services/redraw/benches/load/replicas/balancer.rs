//! HAProxy before the doors.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::programs::free_port;
use crate::PAUSE;

pub struct Balancer {
    pub url: String,
    process: Child,
}

impl Balancer {
    pub async fn start(folder: &Path, doors: &[u16]) -> anyhow::Result<Self> {
        use std::fmt::Write;
        let (file, port) = (folder.join("haproxy.cfg"), free_port()?);
        let mut settings = format!(
            "defaults
    mode http
    timeout connect 2s
    timeout client 2m
    timeout server 2m
    timeout check 10s
    option forwardfor
frontend people
    bind 127.0.0.1:{port}
    default_backend doors
backend doors
    option httpchk GET /readyz
    default-server check inter 500ms
"
        );
        for (number, door) in doors.iter().enumerate() {
            writeln!(settings, "    server {number} 127.0.0.1:{door}")?;
        }
        std::fs::write(&file, settings)?;
        let mut command = Command::new("/usr/sbin/haproxy");
        command.args(["-db", "-f"]).arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        let balancer = Self { url: format!("http://127.0.0.1:{port}"), process: command.spawn()? };
        let (client, ready) =
            (reqwest::Client::builder().build()?, format!("{}/readyz", balancer.url));
        while !client.get(&ready).send().await.is_ok_and(|answer| answer.status() == 200) {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(balancer)
    }

    pub fn process(&self) -> (String, u32) {
        ("haproxy".to_owned(), self.process.id())
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
