//! What is logged, kept to be looked at: by one thread, or by all.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracing::subscriber::DefaultGuard;

static OF_ALL: OnceLock<Lines> = OnceLock::new();

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

/// What this thread logs, until it is dropped.
pub struct Log {
    lines: Lines,
    _listening: DefaultGuard,
}

impl Log {
    pub fn listen() -> Self {
        let lines = Lines::default();
        let subscriber = lines.subscriber();
        Self { lines, _listening: tracing::subscriber::set_default(subscriber) }
    }

    pub fn text(&self) -> String {
        self.lines.text()
    }
}

/// Keeps what all threads log from now on, but for those with a [`Log`] of their own.
pub fn keep() {
    OF_ALL.get_or_init(|| {
        let lines = Lines::default();
        tracing::subscriber::set_global_default(lines.subscriber()).unwrap();
        lines
    });
}

/// The lines kept so far that hold all of `words`.
pub fn lines(words: &[&str]) -> Vec<String> {
    let text = OF_ALL.get().map(Lines::text).unwrap_or_default();
    let fits = |line: &&str| words.iter().all(|word| line.contains(word));
    text.lines().filter(fits).map(str::to_owned).collect()
}

impl Lines {
    fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        let writer = self.clone();
        tracing_subscriber::fmt()
            .with_env_filter("info,lapin=off")
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish()
    }

    fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&lines).into_owned()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
