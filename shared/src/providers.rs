//! Model servers, and how to live with them: they are asked in order, none more often than it bears;
//! one that will not serve is left alone for a while; and what may have been paid for is not asked
//! for again and again.
//!
//! Knows nothing of what the models do: a service brings its own [`Model`]s.

mod addresses;
mod answer;
mod board;
mod breaker;
mod download;
mod error;
#[cfg(test)]
mod fixtures;
mod gate;
mod inspection;
mod roster;
mod server;
mod standing;
mod table;

use async_trait::async_trait;

use crate::jobs::Notes;

pub use self::answer::Answer;
pub use self::board::Board;
pub use self::download::Downloader;
pub use self::error::{CallError, Verdict};
pub use self::inspection::{Finding, inspect};
pub use self::roster::Roster;
pub use self::server::{Server, longest};
pub use self::standing::{Standing, State};
pub use self::table::{ROWS, Row, as_markdown};

/// One way to have something done by a model.
#[async_trait]
pub trait Model: Send + Sync {
    /// What it is given, such as a picture.
    type Input: Send + Sync;
    /// What it makes of it, such as a sentence.
    type Output: Send;

    /// Which of its server's models it asks, where there are several.
    fn model(&self) -> Option<&str>;

    /// Asks once. `notes` says what it cost, whatever comes of it.
    ///
    /// # Errors
    ///
    /// Classified: whether to ask again, or somebody else, or nobody.
    async fn ask(&self, input: &Self::Input, notes: &mut Notes) -> Result<Self::Output, CallError>;
}
