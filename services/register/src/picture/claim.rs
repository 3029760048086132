//! What a file's name and its declared content type say it is: nothing, or a type to hold it to.

use super::{Format, Refusal};

/// A type that was named.
pub(super) enum Claim {
    Ours(Format),
    /// Anything else whose name is well known, so that it on a picture is a lie.
    Other(&'static str),
}

impl Claim {
    /// Reads the extension of a file name. One that is missing or not well known, such as `.tmp`
    /// or `.orig`, says nothing: people and programs put anything there without meaning a type.
    pub(super) fn of_file_name(file_name: &str) -> Option<Self> {
        // A browser may send a whole path, with the separators of its system.
        let base = file_name.rsplit(['/', '\\']).next()?;
        let (_, extension) = base.trim().rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" | "pjpeg" | "pjp" => Self::Ours(Format::Jpeg),
            "png" | "apng" => Self::Ours(Format::Png),
            "webp" => Self::Ours(Format::WebP),
            "gif" => Self::Ours(Format::Gif),
            "svg" | "svgz" => Self::Other("SVG"),
            "bmp" | "dib" => Self::Other("BMP"),
            "tif" | "tiff" => Self::Other("TIFF"),
            "heic" | "heif" | "hif" => Self::Other("HEIC"),
            "avif" => Self::Other("AVIF"),
            "jxl" => Self::Other("JPEG XL"),
            "jp2" | "j2k" | "jpx" => Self::Other("JPEG 2000"),
            "ico" | "cur" => Self::Other("ICO"),
            "psd" => Self::Other("Photoshop"),
            "dng" | "cr2" | "cr3" | "nef" | "arw" | "raw" => Self::Other("camera raw"),
            "pdf" => Self::Other("PDF"),
            "htm" | "html" | "xhtml" | "mhtml" => Self::Other("HTML"),
            "xml" => Self::Other("XML"),
            "txt" | "text" | "md" | "csv" => Self::Other("text"),
            "js" | "mjs" | "css" | "json" | "php" | "py" | "sh" => Self::Other("program text"),
            "zip" | "gz" | "tar" | "7z" | "rar" => Self::Other("archive"),
            "exe" | "dll" | "bat" | "cmd" | "jar" | "msi" | "apk" => Self::Other("program"),
            "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "odt" => Self::Other("document"),
            "mp4" | "mov" | "m4v" | "avi" | "mkv" | "webm" => Self::Other("video"),
            "mp3" | "wav" | "ogg" | "flac" | "m4a" => Self::Other("sound"),
            _ => return None,
        })
    }

    /// Reads a media type (RFC 9110, 8.3.1); its parameters do not matter here. The types of
    /// `application` say nothing unless well known: `octet-stream` means "some bytes".
    pub(super) fn of_media_type(declared: &str) -> Option<Self> {
        let essence = declared.split(';').next()?.trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        Some(match (kind, subtype) {
            ("image", "jpeg" | "jpg" | "pjpeg" | "jfif") => Self::Ours(Format::Jpeg),
            ("image", "png" | "x-png" | "apng" | "vnd.mozilla.apng") => Self::Ours(Format::Png),
            ("image", "webp" | "x-webp") => Self::Ours(Format::WebP),
            ("image", "gif") => Self::Ours(Format::Gif),
            ("image", "*" | "") => return None,
            ("image", "svg+xml" | "svg") => Self::Other("SVG"),
            ("image", "bmp" | "x-bmp" | "x-ms-bmp") => Self::Other("BMP"),
            ("image", "tiff") => Self::Other("TIFF"),
            ("image", "heic" | "heif" | "heic-sequence") => Self::Other("HEIC"),
            ("image", "avif") => Self::Other("AVIF"),
            ("image", _) => Self::Other("another kind of picture"),
            ("text", "html") | ("application", "xhtml+xml") => Self::Other("HTML"),
            ("text" | "application", "xml") => Self::Other("XML"),
            ("text", _) => Self::Other("text"),
            ("application", "pdf") => Self::Other("PDF"),
            ("application", "json" | "javascript") => Self::Other("program text"),
            ("application", "zip" | "gzip") => Self::Other("archive"),
            ("video", _) => Self::Other("video"),
            ("audio", _) => Self::Other("sound"),
            _ => return None,
        })
    }

    /// Holds the claim, made by `said_by`, to what the bytes are.
    pub(super) fn check(&self, said_by: &'static str, found: Format) -> Result<(), Refusal> {
        let claimed = match self {
            Self::Ours(format) if *format == found => return Ok(()),
            Self::Ours(format) => format.name(),
            Self::Other(name) => name,
        };
        Err(Refusal::Mismatch { said_by, claimed, found })
    }
}
