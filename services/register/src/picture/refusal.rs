//! Why a picture is not admitted, in words that help to mend it.

use super::Format;

/// A picture was refused. `Display` is one sentence for the person who sent it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No bytes at all.
    #[error("The picture is empty; choose a file that has something in it.")]
    Empty,
    /// A known kind of file, but not one that the pipeline reads.
    #[error("{what}; send a JPEG, PNG, WebP or GIF.")]
    Unsupported {
        /// What it is and why not: the first half of the sentence.
        what: &'static str,
    },
    /// Nothing known.
    #[error("The file is not a picture, whatever its name; send a JPEG, PNG, WebP or GIF.")]
    NotAnImage,
    /// The file name or the declared content type names another type than the bytes hold.
    #[error(
        "The file's {said_by} says {claimed}, but it holds a {found} picture; \
         correct the {said_by} or send the file that was meant."
    )]
    Mismatch {
        /// `name` or `content type`.
        said_by: &'static str,
        /// The type that was named.
        claimed: &'static str,
        /// What the bytes are.
        found: Format,
    },
    /// More pixels, or a longer side, than allowed.
    #[error(
        "The picture is {width} by {height} pixels, but at most {max_side} on a side and \
         {max_pixels} in all can be taken; make it smaller and send it again."
    )]
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// The most pixels on a side.
        max_side: u32,
        /// The most pixels in all.
        max_pixels: u64,
    },
    /// More frames than allowed.
    #[error(
        "The animation has more than {max_frames} frames; send one of them, or a shorter animation."
    )]
    TooManyFrames {
        /// The most frames.
        max_frames: u32,
    },
    /// The bytes stop before the picture does.
    #[error("The {format} picture is cut off before its end; send the whole file again.")]
    Truncated {
        /// What it would have been.
        format: Format,
    },
    /// The bytes are all there, but not as the format demands.
    #[error(
        "The {format} picture is damaged: {what}; open it in a picture editor, save it anew and \
         send that."
    )]
    Corrupt {
        /// What it would have been.
        format: Format,
        /// What is wrong: half a sentence.
        what: &'static str,
    },
}

impl Refusal {
    /// The `code` of the problem document (RFC 9457); never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "image_empty",
            Self::Unsupported { .. } => "image_type_unsupported",
            Self::NotAnImage => "not_an_image",
            Self::Mismatch { .. } => "image_type_mismatch",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::TooManyFrames { .. } => "too_many_frames",
            Self::Truncated { .. } => "image_truncated",
            Self::Corrupt { .. } => "image_corrupt",
        }
    }

    /// The HTTP status: 415 where the type is wrong, 422 where the content is (RFC 9110,
    /// 15.5.16 and 15.5.21).
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Unsupported { .. } | Self::NotAnImage | Self::Mismatch { .. } => 415,
            Self::Empty
            | Self::TooManyPixels { .. }
            | Self::TooManyFrames { .. }
            | Self::Truncated { .. }
            | Self::Corrupt { .. } => 422,
        }
    }
}
