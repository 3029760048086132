//! What the bytes are, told from their beginning alone.

use super::Format;

/// How far into a text file its root element is looked for, in bytes.
const TEXT_WINDOW: usize = 4096;

/// What was recognised.
pub(super) enum Content {
    Empty,
    Picture(Format),
    /// A known kind of file that cannot be taken, and why: the first half of a sentence.
    Foreign(&'static str),
    Unknown,
}

impl Content {
    /// Recognises `bytes` by their first few.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [] => Self::Empty,
            [0xFF, 0xD8, 0xFF, ..] => Self::Picture(Format::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Self::Picture(Format::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Picture(Format::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
                Self::Picture(Format::WebP)
            }
            _ => binary(bytes).or_else(|| text(bytes)).map_or(Self::Unknown, Self::Foreign),
        }
    }
}

fn binary(bytes: &[u8]) -> Option<&'static str> {
    Some(match bytes {
        [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] => base_media(brands),
        // The reserved bytes of the header tell a bitmap from a text that begins with "BM".
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => "BMP pictures cannot be read yet",
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => {
            "TIFF and camera raw pictures cannot be read yet"
        }
        [0xFF, 0x0A, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => {
            "JPEG XL pictures cannot be read yet"
        }
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xFF, 0x4F, 0xFF, 0x51, ..] => {
            "JPEG 2000 pictures cannot be read yet"
        }
        [0, 0, 1, 0, _, 0, ..] => "ICO pictures cannot be read yet",
        [b'8', b'B', b'P', b'S', ..] => "Photoshop documents cannot be read yet",
        [b'%', b'P', b'D', b'F', b'-', ..] => "PDF documents are not pictures",
        [b'P', b'K', 3, 4, ..] => "ZIP archives are not pictures",
        [0x1F, 0x8B, 8, ..] => "gzip archives, SVGZ among them, are not pictures",
        _ => return None,
    })
}

/// Tells ISO base media files (ISO/IEC 14496-12) apart by their brands.
fn base_media(brands: &[u8]) -> &'static str {
    // The major brand, a version, and the first few compatible brands.
    let mut brands = brands.chunks_exact(4).take(8);
    let any = |wanted: fn(&[u8]) -> bool| brands.clone().any(wanted);
    if any(|brand| matches!(brand, b"avif" | b"avis")) {
        "AVIF pictures cannot be read yet"
    } else if any(|brand| matches!(brand, b"heic" | b"heix" | b"hevc" | b"heim" | b"mif1")) {
        "HEIC pictures cannot be read yet"
    } else if brands.next() == Some(b"crx ") {
        "TIFF and camera raw pictures cannot be read yet"
    } else {
        "Videos are not pictures"
    }
}

fn text(bytes: &[u8]) -> Option<&'static str> {
    // Without the zeros, UTF-16 markup reads like ASCII.
    let window: Vec<u8> = bytes
        .iter()
        .take(TEXT_WINDOW)
        .filter(|byte| **byte != 0)
        .map(u8::to_ascii_lowercase)
        .collect();
    let start = window.iter().position(|byte| {
        !matches!(byte, 0xEF | 0xBB | 0xBF | 0xFE | 0xFF) && !byte.is_ascii_whitespace()
    })?;
    let markup = window.get(start..).filter(|markup| markup.starts_with(b"<"))?;
    let begins = |names: &[&[u8]]| names.iter().any(|name| markup.starts_with(name));
    if begins(&[b"<!doctype html", b"<html", b"<head", b"<body", b"<script"]) {
        Some("HTML pages are not pictures")
    } else if markup.windows(4).any(|part| part == b"<svg") {
        Some("SVG drawings cannot be read")
    } else if begins(&[b"<?xml", b"<!doctype", b"<!--"]) {
        Some("XML documents are not pictures")
    } else {
        None
    }
}
