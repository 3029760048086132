//! GIF: a walk over blocks (the GIF specification, version 89a).

mod extension;

use self::extension::Extensions;
use super::reader::Reader;
use super::{Cleaned, Format, Limits, Refusal};

const IMAGE: u8 = 0x2C;
const EXTENSION: u8 = 0x21;
const TRAILER: u8 = 0x3B;

fn corrupt(what: &'static str) -> Refusal {
    Refusal::Corrupt { format: Format::Gif, what }
}

/// Walks a GIF from its header to its trailer, and writes it anew without comments. All frames
/// remain.
pub(super) fn clean(bytes: &[u8], limits: &Limits) -> Result<Cleaned, Refusal> {
    let mut reader = Reader::new(bytes, Refusal::Truncated { format: Format::Gif });
    let mut body = Vec::with_capacity(bytes.len());
    body.extend_from_slice(reader.take(6)?);
    let screen: [u8; 7] = reader.array()?;
    let [w0, w1, h0, h1, packed, _, _] = screen;
    let width = u32::from(u16::from_le_bytes([w0, w1]));
    let height = u32::from(u16::from_le_bytes([h0, h1]));
    limits.check_size(Format::Gif, width, height)?;
    body.extend_from_slice(&screen);
    let palette = reader.take(palette_length(packed))?;
    body.extend_from_slice(palette);
    let mut walk = Walk {
        global_palette: !palette.is_empty(),
        frames: 0,
        extensions: Extensions::default(),
        body,
    };
    loop {
        match reader.u8()? {
            IMAGE => walk.image(&mut reader, limits)?,
            EXTENSION => walk.extensions.read(&mut reader, &mut walk.body)?,
            TRAILER => break,
            _ => return Err(corrupt("something else stands where a block is due")),
        }
    }
    if walk.frames == 0 {
        return Err(corrupt("it holds no frame"));
    }
    walk.body.push(TRAILER);
    Ok(Cleaned { bytes: walk.body, width, height })
}

struct Walk {
    global_palette: bool,
    frames: u32,
    extensions: Extensions,
    body: Vec<u8>,
}

impl Walk {
    /// Reads one frame: descriptor, palette, and compressed pixels.
    fn image(&mut self, reader: &mut Reader, limits: &Limits) -> Result<(), Refusal> {
        self.frames = self.frames.saturating_add(1);
        limits.check_frames(self.frames)?;
        let descriptor: [u8; 9] = reader.array()?;
        let [_, _, _, _, w0, w1, h0, h1, packed] = descriptor;
        // A frame may reach beyond the screen, and a decoder makes room for all of it.
        limits.check_size(
            Format::Gif,
            u32::from(u16::from_le_bytes([w0, w1])),
            u32::from(u16::from_le_bytes([h0, h1])),
        )?;
        let palette = reader.take(palette_length(packed))?;
        if palette.is_empty() && !self.global_palette {
            return Err(corrupt("a frame has no palette"));
        }
        let code_size = reader.u8()?;
        if !(1..=11).contains(&code_size) {
            return Err(corrupt("a frame's codes have an impossible size"));
        }
        let pixels = reader.take_found(sub_blocks_length(reader.rest()))?;
        if pixels.len() <= 1 {
            return Err(corrupt("a frame holds no pixel data"));
        }
        self.extensions.write_control(&mut self.body);
        self.body.push(IMAGE);
        self.body.extend_from_slice(&descriptor);
        self.body.extend_from_slice(palette);
        self.body.push(code_size);
        self.body.extend_from_slice(pixels);
        Ok(())
    }
}

/// The length in bytes of the palette that a descriptor's packed fields announce.
fn palette_length(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

/// The length of a run of sub-blocks with its terminator, or `None` where the bytes end first.
fn sub_blocks_length(data: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let size = usize::from(*data.get(at)?);
        at += 1 + size;
        if size == 0 {
            return Some(at);
        }
    }
}
