//! HAProxy before the doors. It sends no call to a second door when the first one fails: what a door
//! gets wrong, people see.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use reqwest::Client;

use crate::harness::{eventually, free_port};

const PROGRAM: &str = "/usr/sbin/haproxy";

/// Names the door that is wanted, in a request, and the one that answered, in an answer.
pub const DOOR: &str = "X-Door";

/// How often each door is asked whether it is ready. A machine that is busy may take its time to answer.
const CHECK: &str = "200ms";

pub struct Balancer {
    /// Such as `http://127.0.0.1:40123`.
    pub url: String,
    statistics: String,
    settings: PathBuf,
    process: Option<Child>,
}

impl Balancer {
    /// Not started yet: doors are told its URL.
    pub fn new(folder: &Path) -> Self {
        let [url, statistics] = [(); 2].map(|()| format!("http://127.0.0.1:{}", free_port()));
        Self { url, statistics, settings: folder.join("haproxy.cfg"), process: None }
    }

    /// Returns once all these ports are seen to be ready.
    pub async fn start(&mut self, doors: &[u16]) {
        std::fs::write(&self.settings, self.settings_for(doors)).unwrap();
        let mut command = Command::new(PROGRAM);
        command.args(["-db", "-f"]).arg(&self.settings).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(command.spawn().expect("haproxy; scripts/servers up installs it"));
        self.sees_all(doors.len()).await;
    }

    /// Waits until so many doors are ready for people, by its own account.
    pub async fn sees_all(&self, doors: usize) {
        let (client, url) = (Client::new(), format!("{}/;csv", self.statistics));
        eventually("the balancer's word that all doors are ready", async || {
            let table = client.get(&url).send().await.ok()?.text().await.ok()?;
            let ready = table.lines().filter(|line| is_ready_door(line)).count();
            (ready == doors).then_some(())
        })
        .await;
    }

    fn settings_for(&self, doors: &[u16]) -> String {
        let address = |url: &str| url["http://".len()..].to_owned();
        let (people, statistics) = (address(&self.url), address(&self.statistics));
        let mut lines = format!(
            "defaults
    mode http
    timeout connect 2s
    timeout client 2m
    timeout server 2m
    timeout check 10s
    retries 0
    option forwardfor
frontend people
    bind {people}
    default_backend doors
frontend statistics
    bind {statistics}
    stats enable
    stats uri /
backend doors
    balance roundrobin
    option httpchk GET /readyz
    http-check expect status 200
    default-server check inter {CHECK} fall 1 rise 1
    http-response set-header {DOOR} %s
"
        );
        for (number, port) in doors.iter().enumerate() {
            let line =
                format!("    use-server {number} if {{ req.hdr({DOOR}) -m str {number} }}\n");
            lines = lines + &line + &format!("    server {number} 127.0.0.1:{port}\n");
        }
        lines
    }
}

/// A line of the statistics (HAProxy's management guide, section 9.1): the backend first, the server
/// second, the state eighteenth.
fn is_ready_door(line: &str) -> bool {
    let fields: Vec<_> = line.split(',').collect();
    fields[0] == "doors" && fields[1] != "BACKEND" && fields[17] == "UP"
}

impl Drop for Balancer {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
