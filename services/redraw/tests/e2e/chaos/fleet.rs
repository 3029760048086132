//! Two of each service, and a supervisor that starts again whatever dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::task::AbortHandle;

use crate::harness::{Home, Program, SERVICES, Settings, client};

const REPLICAS: usize = 2;

/// Warnings and errors that a process may log for each fault; about one was seen.
const LINES_A_FAULT: usize = 4;

/// And for each call to a model that failed: one says that it will be tried again, one that the model
/// server is left alone.
const LINES_A_CALL: usize = 2;

pub struct Fleet {
    programs: Vec<Arc<Mutex<Program>>>,
    urls: Vec<String>,
    supervisor: AbortHandle,
    /// Processes that ended without being asked to.
    deaths: Arc<AtomicUsize>,
}

impl Fleet {
    pub async fn start(home: &Home, settings: &Settings<'_>) -> Self {
        let mut programs = Vec::new();
        for which in SERVICES {
            for replica in 1..=REPLICAS {
                let mut program =
                    Program::new(home, &format!("{}-{replica}", which.0), which, settings);
                program.launch();
                programs.push(program);
            }
        }
        let client = client();
        for program in &mut programs {
            program.ready(&client).await;
        }
        let urls = programs.iter().take(REPLICAS).map(Program::url).collect();
        let programs: Vec<_> =
            programs.into_iter().map(|program| Arc::new(Mutex::new(program))).collect();
        let deaths = Arc::<AtomicUsize>::default();
        let supervisor = supervise(programs.clone(), Arc::clone(&deaths));
        let supervisor = tokio::spawn(supervisor).abort_handle();
        Self { programs, urls, supervisor, deaths }
    }

    /// Of a register.
    pub fn url(&self, replica: usize) -> String {
        self.urls[replica].clone()
    }

    /// `kill -9`, and after a while another start.
    pub async fn kill(&self, chance: usize, down: Duration) {
        let mut program = self.choose(chance).lock().await;
        if program.runs() {
            program.kill();
        }
        tokio::time::sleep(down).await;
        program.launch();
    }

    /// SIGTERM, which must end it well whatever else fails, and after a while another start.
    pub async fn terminate(&self, chance: usize, down: Duration) {
        let mut program = self.choose(chance).lock().await;
        if program.runs() {
            program.signal("TERM");
            let status = program.ended().await;
            assert!(status.success(), "{} {status}: {}", program.name, program.errors());
        }
        tokio::time::sleep(down).await;
        program.launch();
    }

    fn choose(&self, chance: usize) -> &Mutex<Program> {
        &self.programs[chance % self.programs.len()]
    }

    /// How many processes ended without being asked to.
    pub fn deaths(&self) -> usize {
        self.deaths.load(Ordering::SeqCst)
    }

    /// Nobody floods the log, whatever fails.
    pub async fn check_logs(&self, faults: usize, failed_calls: usize) {
        for program in &self.programs {
            let program = program.lock().await;
            let log = program.log();
            let trouble =
                log.lines().filter(|line| line.contains("WARN") || line.contains("ERROR"));
            let (trouble, most) =
                (trouble.count(), LINES_A_FAULT * (faults + 1) + LINES_A_CALL * failed_calls);
            println!("{}: {} lines, {trouble} of trouble", program.name, log.lines().count());
            assert!(trouble < most, "{} logged {trouble} lines of trouble", program.name);
            let panics = log.lines().filter(|line| line.contains("panicked")).count();
            assert_eq!(panics, 0, "{}", program.name);
        }
    }

    /// Stops all of them. False: one did not end well.
    pub async fn stop(&self) -> bool {
        self.supervisor.abort();
        let mut well = true;
        for program in &self.programs {
            let mut program = program.lock().await;
            if program.runs() {
                program.signal("TERM");
                well &= program.ended().await.success();
            }
        }
        well
    }
}

/// As a container platform does.
async fn supervise(programs: Vec<Arc<Mutex<Program>>>, deaths: Arc<AtomicUsize>) {
    loop {
        for program in &programs {
            let mut program = program.lock().await;
            if let Some(status) = program.died() {
                println!("{} ended by itself ({status}): {}", program.name, program.errors());
                deaths.fetch_add(1, Ordering::SeqCst);
                program.launch();
            }
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
