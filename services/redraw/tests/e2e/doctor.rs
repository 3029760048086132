//! `redraw doctor`: what is well is said to be, and each mistake is named with how to mend it.

mod on_embedded_parts;
mod on_real_servers;
mod providers;

use std::process::Command;

use serde_json::Value;

use crate::harness::{Home, Settings};

/// What the doctor said.
struct Report {
    well: bool,
    checks: Vec<Value>,
    /// All of it, for a person who reads why a test failed.
    said: String,
}

impl Report {
    /// Has the program look at this home, with its settings and others on top.
    async fn of(home: &Home, settings: &Settings<'_>) -> Self {
        Self::with(home, settings, &[]).await
    }

    /// The same, for money.
    async fn spending(home: &Home, settings: &Settings<'_>) -> Self {
        Self::with(home, settings, &["--spend"]).await
    }

    async fn with(home: &Home, settings: &Settings<'_>, arguments: &[&str]) -> Self {
        // It has to end by itself; without this a test that fails would never end.
        let mut command = Command::new("timeout");
        command.arg("60").arg(env!("CARGO_BIN_EXE_redraw"));
        command.args(["doctor", "--json", "--config"]).arg(home.settings_file()).args(arguments);
        command.envs(home.environment()).envs(settings.iter().copied());
        Self::from(command).await
    }

    async fn from(mut command: Command) -> Self {
        // A server of the test's own answers meanwhile.
        let ended = tokio::task::spawn_blocking(move || command.output());
        let output = ended.await.unwrap().unwrap();
        let document = String::from_utf8(output.stdout).unwrap();
        let said = format!("{document}{}", String::from_utf8(output.stderr).unwrap());
        let checks: Vec<Value> = serde_json::from_str(&document).expect(&said);
        let well = output.status.success();
        assert!(well || output.status.code() == Some(1), "{said}");
        let failed = checks.iter().any(|check| check["state"] == "failed");
        assert_eq!(failed, !well, "{said}");
        Self { well, checks, said }
    }

    fn in_state(&self, state: &str) -> Vec<&Value> {
        self.checks.iter().filter(|check| check["state"] == state).collect()
    }

    /// The check of this name, of this part.
    fn check(&self, part: &str, check: &str) -> &Value {
        let named = |one: &&Value| one["part"] == part && one["check"] == check;
        self.checks.iter().find(named).unwrap_or_else(|| panic!("no {check}: {}", self.said))
    }

    fn is_all_well(&self) {
        let odd = self.checks.iter().any(|check| check["state"] != "ok");
        assert!(self.well && !odd, "{}", self.said);
    }

    /// Before the first start there may be something to come.
    fn fails_nowhere(&self) {
        assert!(self.well, "{}", self.said);
    }

    /// Asserts that this check alone failed, and how it is to be mended.
    fn blames(&self, part: &str, check: &str, mend: &str) {
        let blamed = self.check(part, check);
        assert_eq!(blamed["state"], "failed", "{}", self.said);
        assert!(blamed["mend"].as_str().unwrap().contains(mend), "{mend}: {}", self.said);
        assert_eq!(self.in_state("failed").len(), 1, "{}", self.said);
    }
}
