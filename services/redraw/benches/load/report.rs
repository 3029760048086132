//! The table at the end.

use std::io::Write;
use std::time::Duration;

use crate::clients::Accepted;
use crate::figures::Figures;
use crate::server::Usage;
use crate::story::Story;

pub struct Report {
    pub accepted: Vec<Accepted>,
    /// From the first picture sent to the last one taken.
    pub sending: Duration,
    /// From the first picture sent to the last mail.
    pub draining: Duration,
    pub probed_while_sending: Vec<Duration>,
    pub probed_while_draining: Vec<Duration>,
    pub stories: Vec<Story>,
    pub usage: Usage,
    /// From the start of the program to the first picture taken, on an empty folder.
    pub first_start: Duration,
    /// The same on what was left.
    pub second_start: Duration,
    pub warnings: Vec<String>,
}

impl Report {
    pub fn print(self) -> anyhow::Result<()> {
        let count = f64::from(u32::try_from(self.accepted.len())?);
        let answers: Figures = self.accepted.iter().map(|accepted| accepted.answered_in).collect();
        let refusals: u32 = self.accepted.iter().map(|accepted| accepted.refusals).sum();
        let told =
            |time: fn(&Story) -> Duration| self.stories.iter().map(time).collect::<Figures>();
        let extra: usize = self.stories.iter().map(|story| story.extra_attempts).sum();
        let probed = |waits: &[Duration]| waits.iter().copied().collect::<Figures>().milliseconds();
        let cpu = self.usage.cpu.as_secs_f64();
        let rows = [
            ("pictures taken, per second", format!("{:.1}", count / self.sending.as_secs_f64())),
            ("POST answered, ms, p50 / p99 / max", answers.milliseconds()),
            ("503 with Retry-After", refusals.to_string()),
            ("GET while sending, ms, p50 / p99 / max", probed(&self.probed_while_sending)),
            ("GET while draining, ms, p50 / p99 / max", probed(&self.probed_while_draining)),
            ("taken to captioned, s, p50 / p99 / max", told(|story| story.captioned_in).seconds()),
            ("taken to done, s, p50 / p99 / max", told(|story| story.done_in).seconds()),
            ("taken to mailed, s, p50 / p99 / max", told(|story| story.mailed_in).seconds()),
            ("first picture sent to last mail, s", format!("{:.1}", self.draining.as_secs_f64())),
            ("drained, per second", format!("{:.1}", count / self.draining.as_secs_f64())),
            ("attempts beyond three a picture", extra.to_string()),
            ("peak memory of the server, MB", (self.usage.peak_kilobytes / 1000).to_string()),
            (
                "CPU time of the server, s",
                format!("{cpu:.1} ({:.0} ms a picture)", cpu * 1000.0 / count),
            ),
            ("first start to first picture, s", format!("{:.2}", self.first_start.as_secs_f64())),
            ("second start to first picture, s", format!("{:.2}", self.second_start.as_secs_f64())),
            ("warnings in the log", self.warnings.len().to_string()),
        ];
        let mut out = std::io::stdout().lock();
        writeln!(out)?;
        for (what, figure) in rows {
            writeln!(out, "  {what:<42} {figure:>24}")?;
        }
        for warning in self.warnings.iter().take(5) {
            writeln!(out, "  {warning}")?;
        }
        writeln!(out)?;
        Ok(())
    }
}
