//! One picture: a whole still file's, or that of one frame of an animation (RFC 9649, 2.7.1).

use super::super::Refusal;
use super::bitstream::Bitstream;
use super::chunk::{Chunk, write_chunk};
use super::corrupt;

/// The chunks of one picture.
#[derive(Default)]
pub(super) struct Still<'a> {
    /// The transparency of a lossy picture.
    alpha: Option<&'a [u8]>,
    pixels: Option<(Bitstream, Chunk<'a>)>,
}

impl<'a> Still<'a> {
    /// Takes a chunk, if it belongs to a picture.
    pub(super) fn offer(&mut self, chunk: &Chunk<'a>) -> Result<(), Refusal> {
        if let Some(bitstream) = Bitstream::read(chunk)? {
            if self.pixels.is_some() {
                return Err(corrupt("two pictures stand where one is due"));
            }
            self.pixels = Some((bitstream, Chunk { kind: chunk.kind, data: chunk.data }));
        } else if chunk.kind == *b"ALPH" && self.pixels.is_none() {
            self.alpha = self.alpha.or(Some(chunk.data));
        }
        Ok(())
    }

    /// What the pixels say of themselves, if there are any.
    pub(super) fn bitstream(&self) -> Option<&Bitstream> {
        self.pixels.as_ref().map(|(bitstream, _)| bitstream)
    }

    /// Writes the chunks, if the picture is there and has the size that was announced.
    pub(super) fn write(&self, size: (u32, u32), to: &mut Vec<u8>) -> Result<(), Refusal> {
        let (bitstream, chunk) =
            self.pixels.as_ref().ok_or_else(|| corrupt("it holds no pixel data"))?;
        if (bitstream.width, bitstream.height) != size {
            return Err(corrupt("its headers do not agree about its size"));
        }
        if let Some(alpha) = self.alpha.filter(|_| chunk.kind == *b"VP8 ") {
            write_chunk(to, *b"ALPH", alpha);
        }
        write_chunk(to, chunk.kind, chunk.data);
        Ok(())
    }
}
