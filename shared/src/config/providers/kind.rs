//! The kinds of providers: which protocol each speaks.

use std::fmt::Debug;

use serde::Deserialize;

/// How a picture becomes a sentence.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum CaptionerKind {
    /// No model: arithmetic that says so.
    #[default]
    Builtin,
    /// Chat completions with a vision model.
    Chat,
    /// The classic task `image-to-text`.
    ImageToText,
}

/// How a sentence becomes a picture.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PainterKind {
    /// No model: arithmetic that says so.
    #[default]
    Builtin,
    /// The shape of OpenAI's images.
    Images,
    /// The classic task `text-to-image`.
    TextToImage,
    /// fal's queue.
    Fal,
}

/// A kind of provider, and whether it calls anybody.
pub trait ProviderKind: Copy + Debug {
    /// Whether it is a server that has to be called.
    fn is_remote(self) -> bool;

    /// Whether it is one that says which models it serves, as OpenAI's API does.
    fn lists_models(self) -> bool;
}

impl ProviderKind for CaptionerKind {
    fn is_remote(self) -> bool {
        self != Self::Builtin
    }

    fn lists_models(self) -> bool {
        self == Self::Chat
    }
}

impl ProviderKind for PainterKind {
    fn is_remote(self) -> bool {
        self != Self::Builtin
    }

    fn lists_models(self) -> bool {
        self == Self::Images
    }
}
