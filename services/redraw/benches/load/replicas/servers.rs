//! The real servers, as `scripts/servers up` wrote about them.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context;

/// The lines of `var/servers/env`.
pub struct Servers(HashMap<String, String>);

impl Servers {
    pub fn find() -> anyhow::Result<Self> {
        let file = std::env::var("REDRAW_TEST_SERVERS")
            .context("REDRAW_TEST_SERVERS must name the file that scripts/servers up wrote")?;
        let text = std::fs::read_to_string(&file).context(file)?;
        let lines = text.lines().filter_map(|line| line.split_once('='));
        Ok(Self(lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }

    pub fn line(&self, name: &str) -> anyhow::Result<&str> {
        let line = self.0.get(name).with_context(|| format!("scripts/servers wrote no {name}"));
        line.map(String::as_str)
    }

    /// The lines that are settings.
    pub fn settings(&self) -> HashMap<String, String> {
        let settings = self.0.iter().filter(|(name, _)| name.starts_with("REDRAW__"));
        settings.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Those that work for redraw, by name, and their processes.
    pub fn processes(&self) -> anyhow::Result<Vec<(String, u32)>> {
        let folder = Path::new(self.line("SERVERS_FOLDER")?).join("pid");
        let names = ["postgresql", "pgbouncer", "rabbitmq", "minio", "mail"];
        let process = |name: &str| {
            let id = std::fs::read_to_string(folder.join(name)).context(name.to_owned())?;
            Ok((name.to_owned(), id.trim().parse()?))
        };
        names.into_iter().map(process).collect()
    }

    /// Where they listen, by name.
    pub fn ports(&self) -> anyhow::Result<Vec<(&'static str, u16)>> {
        let lines = [
            ("postgresql", "REDRAW__DATABASE__URL"),
            ("pgbouncer", "SERVERS_POOLER_URL"),
            ("rabbitmq", "REDRAW__BROKER__URL"),
            ("minio", "REDRAW__STORAGE__ENDPOINT"),
            ("mail", "REDRAW__MAIL__URL"),
        ];
        let port = |(name, line)| {
            let url: reqwest::Url = self.line(line)?.parse()?;
            Ok((name, url.port().context(line)?))
        };
        lines.into_iter().map(port).collect()
    }
}
