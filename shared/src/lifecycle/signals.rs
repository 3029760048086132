//! The signals that ask a process to stop.

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Mutex;

/// SIGTERM (a supervisor) and SIGINT (Ctrl-C), heard from the moment this exists.
pub struct Signals {
    heard: Mutex<(Signal, Signal)>,
}

impl Signals {
    /// From now on a signal does not end the process by itself.
    ///
    /// # Errors
    ///
    /// When the system has no room for another handler.
    pub fn listen() -> anyhow::Result<Self> {
        let terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        let interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
        Ok(Self { heard: Mutex::new((terminate, interrupt)) })
    }

    /// The name of the next signal.
    pub async fn next(&self) -> &'static str {
        let mut heard = self.heard.lock().await;
        let (terminate, interrupt) = &mut *heard;
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    }
}
