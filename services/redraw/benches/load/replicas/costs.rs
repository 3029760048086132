//! The table at the end: what one picture costs whom.

use std::io::Write;
use std::time::Duration;

use super::room::Stored;
use crate::figures::Figures;

/// Of one service or server.
pub struct Cost {
    pub name: String,
    pub processes: usize,
    /// Milliseconds of processor time a second, before the first picture came.
    pub resting: f64,
    /// Milliseconds of processor time a picture, what it takes to rest included.
    pub each: f64,
}

impl Cost {
    /// Another process of the same name.
    pub fn add(&mut self, resting: f64, each: f64) {
        self.processes += 1;
        self.resting += resting;
        self.each += each;
    }
}

pub struct Costs {
    pub pictures: usize,
    /// From the first picture sent to the last one taken.
    pub sending: Duration,
    /// From the first picture sent to the last mail.
    pub draining: Duration,
    pub answers: Figures,
    pub refusals: u32,
    pub by_component: Vec<Cost>,
    pub connections: Vec<(&'static str, usize)>,
    pub stored: Stored,
}

impl Costs {
    pub fn print(self) -> anyhow::Result<()> {
        let count = f64::from(u32::try_from(self.pictures)?);
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "\n  {:<12} {:>9} {:>14} {:>14} {:>12}",
            "", "processes", "CPU ms/picture", "at rest, ms/s", "connections"
        )?;
        for cost in &self.by_component {
            let connections = self.connections.iter().find(|(name, _)| *name == cost.name);
            let connections = connections.map_or(String::new(), |(_, most)| most.to_string());
            let Cost { name, processes, resting, each } = cost;
            writeln!(
                out,
                "  {name:<12} {processes:>9} {each:>14.2} {resting:>14.1} {connections:>12}"
            )?;
        }
        let all: f64 = self.by_component.iter().map(|cost| cost.each).sum();
        let each =
            |sum: i64| format!("{:.1}", f64::from(u32::try_from(sum).unwrap_or(u32::MAX)) / count);
        let rows = [
            ("CPU of all, ms a picture", format!("{all:.1}")),
            ("pictures taken, per second", format!("{:.1}", count / self.sending.as_secs_f64())),
            (
                "pictures done and mailed, per second",
                format!("{:.1}", count / self.draining.as_secs_f64()),
            ),
            ("POST answered, ms, p50 / p99 / max", self.answers.milliseconds()),
            ("503 with Retry-After", self.refusals.to_string()),
            ("rows a picture", each(self.stored.rows)),
            ("bytes of tables and indexes a picture", each(self.stored.database_bytes)),
            ("bytes of WAL a picture", each(self.stored.log_bytes)),
            ("bytes of objects a picture", each(self.stored.object_bytes)),
        ];
        writeln!(out)?;
        for (what, figure) in rows {
            writeln!(out, "  {what:<42} {figure:>24}")?;
        }
        writeln!(out)?;
        Ok(())
    }
}
