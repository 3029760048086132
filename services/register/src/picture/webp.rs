//! WebP: a walk over RIFF chunks (RFC 9649, 2).

mod bitstream;
mod canvas;
mod chunk;
mod frame;
mod still;

use self::canvas::Canvas;
use self::chunk::{Chunk, write_chunk};
use self::still::Still;
use super::orientation::Orientation;
use super::reader::Reader;
use super::{Cleaned, Format, Limits, MAX_PROFILE_BYTES, Refusal};

fn corrupt(what: &'static str) -> Refusal {
    Refusal::Corrupt { format: Format::WebP, what }
}

/// Walks a WebP through all its chunks, and writes it anew without metadata. All frames of an
/// animation remain.
pub(super) fn clean(bytes: &[u8], limits: &Limits) -> Result<Cleaned, Refusal> {
    let mut reader = Reader::new(bytes, Refusal::Truncated { format: Format::WebP });
    reader.take(4)?;
    let size = reader.le32()?;
    let mut file = Reader::new(reader.take_u32(size)?, corrupt("its size is wrong"));
    file.take(4)?;
    let mut chunks = Reader::new(file.rest(), corrupt("a chunk reaches beyond the end"));
    let first = Chunk::read(&mut chunks)?;
    let mut walk = if first.kind == *b"VP8X" {
        Walk::new(Some(Canvas::read(first.data)?))
    } else {
        let mut walk = Walk::new(None);
        walk.still.offer(&first)?;
        walk
    };
    walk.check_size(limits)?;
    while !chunks.rest().is_empty() {
        walk.step(&Chunk::read(&mut chunks)?, limits)?;
    }
    walk.finish(bytes.len())
}

struct Walk<'a> {
    /// The extended header, where there is one.
    canvas: Option<Canvas>,
    profile: Option<&'a [u8]>,
    /// Background and loop count of an animation.
    animation: Option<[u8; 6]>,
    frames: u32,
    /// The frames of an animation, cleaned.
    frame_chunks: Vec<u8>,
    /// The picture, where there is no animation.
    still: Still<'a>,
    /// Whether an EXIF chunk was seen: the first one counts.
    exif: bool,
    orientation: Option<Orientation>,
}

impl<'a> Walk<'a> {
    fn new(canvas: Option<Canvas>) -> Self {
        Self {
            canvas,
            profile: None,
            animation: None,
            frames: 0,
            frame_chunks: Vec::new(),
            still: Still::default(),
            exif: false,
            orientation: None,
        }
    }

    /// The size in pixels: the canvas', or else that of the picture itself.
    fn size(&self) -> Result<(u32, u32), Refusal> {
        match (&self.canvas, self.still.bitstream()) {
            (Some(canvas), _) => Ok((canvas.width, canvas.height)),
            (None, Some(bitstream)) => Ok((bitstream.width, bitstream.height)),
            (None, None) => Err(corrupt("it does not begin with a picture")),
        }
    }

    fn check_size(&self, limits: &Limits) -> Result<(), Refusal> {
        let (width, height) = self.size()?;
        limits.check_size(Format::WebP, width, height)
    }

    fn step(&mut self, chunk: &Chunk<'a>, limits: &Limits) -> Result<(), Refusal> {
        match (&chunk.kind, &self.canvas) {
            (b"EXIF", _) if !self.exif => {
                self.exif = true;
                self.orientation = Orientation::read(chunk.data);
            }
            (b"ICCP", Some(_)) if chunk.data.len() <= MAX_PROFILE_BYTES => {
                self.profile = self.profile.or(Some(chunk.data));
            }
            (b"ANIM", Some(canvas)) if canvas.animated => {
                self.animation = self.animation.or(chunk.data.first_chunk().copied());
            }
            (b"ANMF", Some(canvas)) if canvas.animated => {
                self.frames = self.frames.saturating_add(1);
                limits.check_frames(self.frames)?;
                if self.animation.is_none() {
                    return Err(corrupt("a frame precedes the animation's header"));
                }
                frame::clean(chunk.data, canvas, &mut self.frame_chunks)?;
            }
            (b"ALPH" | b"VP8 " | b"VP8L", Some(canvas)) if !canvas.animated => {
                self.still.offer(chunk)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(self, length: usize) -> Result<Cleaned, Refusal> {
        let (width, height) = self.size()?;
        let mut bytes = Vec::with_capacity(length + 64);
        bytes.extend_from_slice(b"RIFF\0\0\0\0WEBP");
        // A plain picture needs an extended header only where it has an orientation.
        let canvas = self.canvas.or_else(|| {
            let alpha = self.still.bitstream().is_some_and(|bitstream| bitstream.alpha);
            self.orientation.map(|_| Canvas { animated: false, alpha, width, height })
        });
        if let Some(canvas) = &canvas {
            canvas.write(self.profile.is_some(), self.orientation.is_some(), &mut bytes);
        }
        if let Some(profile) = self.profile {
            write_chunk(&mut bytes, *b"ICCP", profile);
        }
        if canvas.as_ref().is_some_and(|canvas| canvas.animated) {
            let animation = self.animation.ok_or_else(|| corrupt("it holds no animation"))?;
            if self.frames == 0 {
                return Err(corrupt("it holds no frame"));
            }
            write_chunk(&mut bytes, *b"ANIM", &animation);
            bytes.extend_from_slice(&self.frame_chunks);
        } else {
            self.still.write((width, height), &mut bytes)?;
        }
        if let Some(orientation) = self.orientation {
            write_chunk(&mut bytes, *b"EXIF", &orientation.tiff());
        }
        chunk::set_riff_size(&mut bytes)?;
        Ok(Cleaned { bytes, width, height })
    }
}
