//! The real programs in processes of their own, which can be killed and started again: `redraw` on
//! the embedded parts, the three services on real servers.

mod program;

use std::time::Duration;

use reqwest::Client;

use super::{Home, Settings, servers};

pub use self::program::{Program, free_port};

/// An executable, and the setting that says where it listens.
pub type Which = (&'static str, &'static str);

/// Each of the three by itself.
pub const SERVICES: [Which; 3] = [
    ("register", "REDRAW__REGISTER__LISTEN"),
    ("caption", "REDRAW__CAPTION__LISTEN"),
    ("generator", "REDRAW__GENERATOR__LISTEN"),
];

/// All three in one.
const ALL_IN_ONE: [Which; 1] = [("redraw", "REDRAW__REGISTER__LISTEN")];

/// Programs in one home, on the same ports whenever they are started.
pub struct Child {
    pub client: Client,
    /// Of the program that takes pictures.
    pub url: String,
    home: Home,
    /// The one that takes pictures first.
    programs: Vec<Program>,
}

impl Child {
    /// Not started yet.
    pub async fn new(settings: &Settings<'_>) -> Self {
        Self::in_home(Home::new().await, settings)
    }

    pub fn in_home(home: Home, settings: &Settings<'_>) -> Self {
        let programs = if servers().is_some() { &SERVICES[..] } else { &ALL_IN_ONE };
        let program = |which: &Which| Program::new(&home, which.0, *which, settings);
        let programs: Vec<_> = programs.iter().map(program).collect();
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { client, url: programs[0].url(), home, programs }
    }

    pub fn listening_on(mut self, port: u16) -> Self {
        self.programs[0].port = port;
        self.url = self.programs[0].url();
        self
    }

    pub fn home(&self) -> &Home {
        &self.home
    }

    /// How many there are.
    pub fn programs(&self) -> usize {
        self.programs.len()
    }

    /// Where each is.
    pub fn urls(&self) -> Vec<String> {
        self.programs.iter().map(Program::url).collect()
    }

    /// Starts them, and returns once they are ready.
    pub async fn start(&mut self) {
        self.launch();
        for program in &mut self.programs {
            program.ready(&self.client).await;
        }
    }

    /// Starts them, and waits for nothing.
    pub fn launch(&mut self) {
        for program in &mut self.programs {
            program.launch();
        }
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        for program in &mut self.programs {
            program.kill();
        }
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        for program in &self.programs {
            program.signal(name);
        }
    }

    /// What the `healthcheck` of each ends with, and says.
    pub fn healthchecks(&self) -> Vec<(i32, String)> {
        self.programs.iter().map(Program::healthcheck).collect()
    }

    /// The status with which each ended.
    pub async fn ended(&mut self) -> Vec<i32> {
        let mut codes = Vec::new();
        for program in &mut self.programs {
            codes.push(program.ended().await.code().unwrap_or(-1));
        }
        codes
    }

    /// Hands the home over, once nothing runs in it any more.
    pub fn into_home(self) -> Home {
        assert!(self.programs.iter().all(|program| !program.runs()));
        self.home.clone()
    }

    /// What they said on standard error since they were started last.
    pub fn errors(&self) -> String {
        self.programs.iter().map(Program::errors).collect()
    }
}

/// What they leave to be looked at.
impl Child {
    /// All that they wrote to standard output and standard error since they were started last.
    pub fn said(&self) -> String {
        self.programs.iter().map(|program| program.output() + &program.errors()).collect()
    }

    /// The most memory that the one which takes pictures ever held, in KiB (proc(5), `VmHWM`).
    pub fn peak_memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.programs[0].id()));
        let status = status.unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What they put into their directory for temporary files.
    pub fn temporary_files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.home.path().join("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}
