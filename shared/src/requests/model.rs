//! A request as it stands in the database.

use std::str::FromStr;

use time::OffsetDateTime;
use uuid::Uuid;

/// What the person sees. There are no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Pending,
    Ready,
    Done,
    Failure,
}

/// The language of the mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    Persian,
}

/// A word that stands for nothing here.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not known here")]
pub struct UnknownWord(String);

impl Status {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ready => "ready",
            Self::Done => "done",
            Self::Failure => "failure",
        }
    }

    /// Whether nothing will change any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failure)
    }
}

impl FromStr for Status {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        [Self::Pending, Self::Ready, Self::Done, Self::Failure]
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned()))
    }
}

impl Language {
    /// BCP 47.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Persian => "fa",
        }
    }
}

impl FromStr for Language {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        [Self::English, Self::Persian]
            .into_iter()
            .find(|language| language.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned()))
    }
}

/// Everything about a request but the address, which only the mail needs.
#[derive(Clone, Debug)]
pub struct Request {
    pub id: Uuid,
    pub status: Status,
    pub image_caption: Option<String>,
    pub new_image_url: Option<String>,
    pub language: Language,
    pub image_key: String,
    pub image_media_type: String,
    pub new_image_key: Option<String>,
    pub new_image_media_type: Option<String>,
    /// Grows with each change that a person can see.
    pub version: u64,
    pub error_code: Option<String>,
    pub error_text: Option<String>,
    pub erased_at: Option<OffsetDateTime>,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
}

/// How a request ended, for its owner.
#[derive(Clone, Debug)]
pub enum Ending {
    Done { caption: String, new_image_url: String },
    Failure { text: String },
}

/// What the mail needs to know. `Debug` shows no address.
#[derive(Clone)]
pub struct Tidings {
    pub email: String,
    pub language: Language,
    pub ending: Ending,
}
