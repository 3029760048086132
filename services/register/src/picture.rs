//! The picture at the door: recognised by its bytes, walked to its end, and rid of its metadata.
//! Pixels are never decoded here; that is the caption worker's work, under its own limits.

mod claim;
mod content;
mod format;
mod gif;
mod jpeg;
mod limits;
mod orientation;
mod png;
mod reader;
mod refusal;
mod webp;

use bytes::Bytes;

use self::claim::Claim;
use self::content::Content;
pub use self::format::Format;
pub use self::limits::Limits;
pub use self::refusal::Refusal;

/// The most bytes of colour profile that are kept; a larger one is dropped, and colours read as
/// sRGB. Profiles of displays and papers take a few kilobytes, the largest print profiles about
/// this much, so that nothing honest is lost and a profile is no place to hide a file.
const MAX_PROFILE_BYTES: usize = 1024 * 1024;

/// A picture fit to be stored: whole, of a known format, and without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The cleaned file. Admitting it again gives the same bytes.
    pub bytes: Bytes,
    /// What the bytes are, whatever they were called.
    pub format: Format,
    /// Pixels across, as stored: before the orientation is applied.
    pub width: u32,
    /// Pixels down, as stored: before the orientation is applied.
    pub height: u32,
}

/// Recognises, checks and cleans a picture, in time and memory linear in its length.
///
/// `file_name` and `declared` (a `Content-Type`) may be missing or say nothing; where they name
/// another type than the bytes hold, the picture is refused. Kept are the pixels as encoded, what
/// their colours mean, the frames of GIF and WebP animations, and the orientation; everything else
/// is cut, as is whatever follows the end of the picture. Junk inside the compressed pixel data is
/// beyond what a walk can see.
///
/// # Errors
///
/// A [`Refusal`] says what is wrong, with a stable code, an HTTP status and a sentence.
pub fn admit(
    bytes: Bytes,
    file_name: Option<&str>,
    declared: Option<&str>,
    limits: &Limits,
) -> Result<Picture, Refusal> {
    let format = match Content::of(&bytes) {
        Content::Empty => return Err(Refusal::Empty),
        Content::Foreign(what) => return Err(Refusal::Unsupported { what }),
        Content::Unknown => return Err(Refusal::NotAnImage),
        Content::Picture(format) => format,
    };
    if let Some(claim) = file_name.and_then(Claim::of_file_name) {
        claim.check("name", format)?;
    }
    if let Some(claim) = declared.and_then(Claim::of_media_type) {
        claim.check("content type", format)?;
    }
    let cleaned = match format {
        Format::Jpeg => jpeg::clean(&bytes, limits),
        Format::Png => png::clean(&bytes, limits),
        Format::WebP => webp::clean(&bytes, limits),
        Format::Gif => gif::clean(&bytes, limits),
    }?;
    Ok(Picture {
        // A picture that had nothing to lose keeps its own buffer; the copy is freed.
        bytes: if cleaned.bytes == bytes { bytes } else { Bytes::from(cleaned.bytes) },
        format,
        width: cleaned.width,
        height: cleaned.height,
    })
}

/// What a format's walker hands back.
struct Cleaned {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

#[cfg(test)]
mod tests;
