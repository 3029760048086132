//! What was found, as a table for people or as JSON for programs.

use std::io::{IsTerminal, Write};

use serde_json::{Value, json};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part(&'static str);

impl Part {
    pub const CONFIG: Self = Self("config");
    pub const DATABASE: Self = Self("PostgreSQL");
    pub const BROKER: Self = Self("RabbitMQ");
    pub const STORE: Self = Self("object store");
    pub const MAIL: Self = Self("mail");
    pub const CAPTIONER: Self = Self("captioner");
    pub const PAINTER: Self = Self("painter");

    /// Those that may stand on servers of their own.
    pub const SERVERS: [Self; 6] =
        [Self::DATABASE, Self::BROKER, Self::STORE, Self::MAIL, Self::CAPTIONER, Self::PAINTER];

    pub fn ok(self, name: &str, text: impl Into<String>) -> Check {
        self.check(name, State::Ok, text.into(), None)
    }

    pub fn warning(self, name: &str, text: impl Into<String>, mend: impl Into<String>) -> Check {
        self.check(name, State::Warning, text.into(), Some(mend.into()))
    }

    pub fn failed(self, name: &str, text: impl Into<String>, mend: impl Into<String>) -> Check {
        self.check(name, State::Failed, text.into(), Some(mend.into()))
    }

    /// Something before it failed.
    pub fn skipped(self, name: &str, text: impl Into<String>) -> Check {
        self.check(name, State::Skipped, text.into(), None)
    }

    pub fn in_this_process(self) -> Check {
        self.ok("embedded", "in this process, nothing to check")
    }

    fn check(self, name: &str, state: State, text: String, mend: Option<String>) -> Check {
        Check { part: self.0, name: name.to_owned(), state, text, mend }
    }
}

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Check {
    part: &'static str,
    name: String,
    state: State,
    text: String,
    mend: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// As the table has it: what failed must catch the eye without colours too.
    fn word(self) -> &'static str {
        if self == Self::Failed { "FAILED" } else { self.name() }
    }

    /// Select graphic rendition (ECMA-48, section 8.3.117).
    fn colour(self) -> &'static str {
        match self {
            Self::Ok => "32",
            Self::Warning => "33",
            Self::Failed => "1;31",
            Self::Skipped => "2",
        }
    }
}

pub fn failures(checks: &[Check]) -> usize {
    count(checks, State::Failed)
}

fn count(checks: &[Check], state: State) -> usize {
    checks.iter().filter(|check| check.state == state).count()
}

/// Prints the table to standard output.
pub fn print(checks: &[Check]) -> std::io::Result<()> {
    // https://no-color.org: set to anything.
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let mut out = std::io::stdout().lock();
    let colours = out.is_terminal() && !plain;
    out.write_all(table(checks, colours).as_bytes())
}

fn table(checks: &[Check], colours: bool) -> String {
    let width = |of: fn(&Check) -> &str| checks.iter().map(|check| of(check).chars().count()).max();
    let parts = width(|check| check.part).unwrap_or_default();
    let names = width(|check| &check.name).unwrap_or_default();
    let line = |Check { part, name, state, text, mend }: &Check| {
        let word = format!("{:<7}", state.word());
        let colour = state.colour();
        let word = if colours { format!("\x1b[{colour}m{word}\x1b[0m") } else { word };
        let mend = mend.as_ref().map(|mend| format!("{:parts$}  -> {mend}\n", ""));
        format!("{part:<parts$}  {name:<names$}  {word}  {text}\n{}", mend.unwrap_or_default())
    };
    checks.iter().map(line).collect::<String>() + &verdict(checks)
}

/// The last line; none where something failed, as the program ends with that.
fn verdict(checks: &[Check]) -> String {
    match (failures(checks), count(checks, State::Warning)) {
        (0, 0) => "\nAll is well.\n".to_owned(),
        (0, 1) => "\nAll is well, but for 1 warning.\n".to_owned(),
        (0, warnings) => format!("\nAll is well, but for {warnings} warnings.\n"),
        _ => "\n".to_owned(),
    }
}

/// Prints the array of checks to standard output.
pub fn print_json(checks: &[Check]) -> anyhow::Result<()> {
    let document: Vec<Value> = checks.iter().map(document).collect();
    let mut out = std::io::stdout().lock();
    Ok(writeln!(out, "{}", serde_json::to_string_pretty(&document)?)?)
}

fn document(Check { part, name, state, text, mend }: &Check) -> Value {
    json!({ "part": part, "check": name, "state": state.name(), "text": text, "mend": mend })
}

#[cfg(test)]
mod tests {
    use super::{Part, document, table};

    #[test]
    fn a_table_is_aligned_and_says_below_a_check_how_to_mend_it() {
        let checks = [
            Part::STORE.ok("connection", "there"),
            Part::MAIL.failed("login", "no", "set mail.url"),
        ];
        let expected = "\
object store  connection  ok       there
mail          login       FAILED   no
              -> set mail.url

";
        assert_eq!(table(&checks, false), expected);
        assert!(table(&checks, true).contains("\x1b[1;31mFAILED \x1b[0m"));
    }

    #[test]
    fn without_a_failure_all_is_well_and_warnings_are_counted() {
        let warning = Part::CONFIG.warning("key", "odd", "change it");
        assert!(table(&[Part::CONFIG.ok("a", "b")], false).ends_with("\nAll is well.\n"));
        assert!(table(&[warning], false).ends_with("\nAll is well, but for 1 warning.\n"));
    }

    #[test]
    fn a_program_finds_the_same_words_always() {
        let document = document(&Part::MAIL.failed("login", "no", "set mail.url"));
        assert_eq!(
            document.to_string(),
            r#"{"check":"login","mend":"set mail.url","part":"mail","state":"failed","text":"no"}"#
        );
        assert!(super::document(&Part::MAIL.ok("login", "yes"))["mend"].is_null());
    }
}
