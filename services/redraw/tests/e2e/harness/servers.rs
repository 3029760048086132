//! The real servers, if the tests are to use them: what `scripts/servers up` wrote about them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

/// The lines of `var/servers/env`.
pub struct Servers(HashMap<String, String>);

/// The servers that `REDRAW_TEST_SERVERS` names; none: the embedded parts.
pub fn servers() -> Option<&'static Servers> {
    static SERVERS: OnceLock<Option<Servers>> = OnceLock::new();
    let find = || {
        let file = std::env::var_os("REDRAW_TEST_SERVERS")?;
        let text = std::fs::read_to_string(&file);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let lines = text.lines().filter_map(|line| line.split_once('='));
        Some(Servers(lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    };
    SERVERS.get_or_init(find).as_ref()
}

impl Servers {
    pub fn line(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("scripts/servers wrote no {name}"))
    }

    /// The lines that are settings.
    pub fn settings(&self) -> impl Iterator<Item = (String, String)> {
        let settings = self.0.iter().filter(|(name, _)| name.starts_with("REDRAW__"));
        settings.map(|(name, value)| (name.clone(), value.clone()))
    }

    /// The Maildir of everybody.
    pub fn inbox(&self) -> &Path {
        Path::new(self.line("SERVERS_INBOX"))
    }
}
