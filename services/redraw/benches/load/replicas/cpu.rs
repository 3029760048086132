//! Processor time of processes and all that they started, as the kernel counts it (proc(5), `stat`).

use std::collections::HashMap;
use std::time::Duration;

/// All processes of this moment.
pub struct Trees(HashMap<u32, Process>);

struct Process {
    parent: u32,
    /// Its own, and that of its children that have ended.
    spent: Duration,
}

impl Trees {
    pub fn read() -> anyhow::Result<Self> {
        let mut processes = HashMap::new();
        for entry in std::fs::read_dir("/proc")? {
            let path = entry?.path();
            let id = path.file_name().and_then(|name| name.to_str()?.parse().ok());
            // It may have ended since.
            let stat =
                id.and_then(|id: u32| Some((id, std::fs::read_to_string(path.join("stat")).ok()?)));
            if let Some((id, stat)) = stat
                && let Some(process) = parse(&stat)
            {
                processes.insert(id, process);
            }
        }
        Ok(Self(processes))
    }

    /// None: there is no such process.
    pub fn spent(&self, root: u32) -> Option<Duration> {
        let own = self.0.get(&root)?.spent;
        let children = self.0.iter().filter(|(_, process)| process.parent == root);
        Some(own + children.filter_map(|(child, _)| self.spent(*child)).sum::<Duration>())
    }
}

/// The name stands in brackets and may hold anything; the state after it is field 3, the parent 4, the
/// four times 14 to 17, in hundredths of a second on every Linux of today.
fn parse(stat: &str) -> Option<Process> {
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<_> = fields.split_whitespace().collect();
    let ticks: Option<u64> =
        fields.get(11..15)?.iter().map(|field| field.parse::<u64>().ok()).sum();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        spent: Duration::from_millis(ticks? * 10),
    })
}
