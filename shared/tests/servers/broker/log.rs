//! What this process logs, kept to be looked at.

use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Kept;

impl Write for Kept {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let filter = "info,lapin=off";
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(|| Kept)
            .init();
    });
}

/// The lines so far that hold all of `words`.
pub fn lines(words: &[&str]) -> Vec<String> {
    let text = LINES.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let text = String::from_utf8_lossy(&text).into_owned();
    let fits = |line: &&str| words.iter().all(|word| line.contains(word));
    text.lines().filter(fits).map(str::to_owned).collect()
}
