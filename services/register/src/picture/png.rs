//! PNG: a walk over chunks (W3C PNG, third edition, 5).

mod ancillary;
mod chunk;
mod header;

use self::ancillary::Ancillary;
use self::chunk::Chunk;
use self::header::Header;
use super::orientation::Orientation;
use super::reader::Reader;
use super::{Cleaned, Format, Limits, Refusal};

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1A\n";

fn corrupt(what: &'static str) -> Refusal {
    Refusal::Corrupt { format: Format::Png, what }
}

/// Walks a PNG from `IHDR` to `IEND`, and writes it anew without metadata. Of an APNG the default
/// image remains.
pub(super) fn clean(bytes: &[u8], limits: &Limits) -> Result<Cleaned, Refusal> {
    let mut reader = Reader::new(bytes, Refusal::Truncated { format: Format::Png });
    reader.take(SIGNATURE.len())?;
    let (header, chunk) = Header::read(&mut reader)?;
    limits.check_size(Format::Png, header.width, header.height)?;
    let mut walk = Walk::new(bytes.len());
    loop {
        let chunk = Chunk::read(&mut reader)?;
        if walk.step(&chunk, &header, limits)? {
            break;
        }
    }
    let orientation = walk.orientation.map(Orientation::tiff);
    let mut cleaned = Vec::with_capacity(walk.body.len() + 128);
    cleaned.extend_from_slice(SIGNATURE);
    chunk.write(&mut cleaned);
    if let Some(tiff) = &orientation {
        // Before the pixels, because decoders look no further.
        Chunk::new(*b"eXIf", tiff).write(&mut cleaned);
    }
    cleaned.extend_from_slice(&walk.body);
    Ok(Cleaned { bytes: cleaned, width: header.width, height: header.height })
}

/// How far the pixel data has come. Its chunks follow each other without a break (5.6).
#[derive(PartialEq)]
enum Pixels {
    Due,
    Flowing,
    Past,
}

struct Walk {
    pixels: Pixels,
    pixel_bytes: usize,
    palette: bool,
    frames: u32,
    ancillary: Ancillary,
    /// Whether an `eXIf` chunk was seen: the first one counts.
    exif: bool,
    orientation: Option<Orientation>,
    /// Everything behind the header.
    body: Vec<u8>,
}

impl Walk {
    fn new(length: usize) -> Self {
        Self {
            pixels: Pixels::Due,
            pixel_bytes: 0,
            palette: false,
            frames: 0,
            ancillary: Ancillary::default(),
            exif: false,
            orientation: None,
            body: Vec::with_capacity(length),
        }
    }

    /// Takes one chunk; true for the last.
    fn step(&mut self, chunk: &Chunk, header: &Header, limits: &Limits) -> Result<bool, Refusal> {
        if self.pixels == Pixels::Flowing && chunk.kind != *b"IDAT" {
            self.pixels = Pixels::Past;
        }
        match &chunk.kind {
            b"IDAT" => self.data(chunk, header)?,
            b"IEND" => return self.end(chunk).map(|()| true),
            b"PLTE" => self.palette(chunk)?,
            b"eXIf" if !self.exif => {
                self.exif = true;
                self.orientation = Orientation::read(chunk.data);
            }
            b"acTL" => {
                let frames = chunk.data.first_chunk().copied().map_or(0, u32::from_be_bytes);
                limits.check_frames(frames)?;
            }
            b"fcTL" => {
                self.frames = self.frames.saturating_add(1);
                limits.check_frames(self.frames)?;
            }
            _ if chunk::is_critical(chunk.kind) => {
                return Err(corrupt("it has a chunk that no reader knows but all must"));
            }
            _ => {
                if self.pixels == Pixels::Due && self.ancillary.admits(chunk.kind, chunk.data) {
                    chunk.write(&mut self.body);
                }
            }
        }
        Ok(false)
    }

    fn data(&mut self, chunk: &Chunk, header: &Header) -> Result<(), Refusal> {
        if self.pixels == Pixels::Past {
            return Err(corrupt("its pixel data is interrupted"));
        }
        if header.indexed && !self.palette {
            return Err(corrupt("its palette is missing"));
        }
        self.pixels = Pixels::Flowing;
        self.pixel_bytes += chunk.data.len();
        chunk.write(&mut self.body);
        Ok(())
    }

    fn palette(&mut self, chunk: &Chunk) -> Result<(), Refusal> {
        let length = chunk.data.len();
        if self.palette || self.pixels != Pixels::Due {
            return Err(corrupt("its palette is not where it belongs"));
        }
        if !(3..=3 * 256).contains(&length) || !length.is_multiple_of(3) {
            return Err(corrupt("its palette has an impossible length"));
        }
        self.palette = true;
        chunk.write(&mut self.body);
        Ok(())
    }

    fn end(&mut self, chunk: &Chunk) -> Result<(), Refusal> {
        if self.pixel_bytes == 0 {
            return Err(corrupt("it holds no pixel data"));
        }
        if !chunk.data.is_empty() {
            return Err(corrupt("its last chunk is not empty"));
        }
        chunk.write(&mut self.body);
        Ok(())
    }
}
