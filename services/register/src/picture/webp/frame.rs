//! One frame of an animation, `ANMF` (RFC 9649, 2.7.1.2), with chunks of its own inside.

use super::super::Refusal;
use super::super::reader::Reader;
use super::canvas::Canvas;
use super::chunk::{Chunk, write_chunk};
use super::corrupt;
use super::still::Still;

/// The length of what precedes the frame's chunks: place, size, duration, flags.
const HEADER_LENGTH: usize = 16;

/// Checks the content of a frame, and writes the frame anew with its picture alone.
pub(super) fn clean(data: &[u8], canvas: &Canvas, to: &mut Vec<u8>) -> Result<(), Refusal> {
    let mut reader = Reader::new(data, corrupt("a frame is too short"));
    let mut cleaned = reader.take(HEADER_LENGTH)?.to_vec();
    let mut header = Reader::new(data, corrupt("a frame is too short"));
    let left = 2 * header.le24()?;
    let top = 2 * header.le24()?;
    let width = header.le24()? + 1;
    let height = header.le24()? + 1;
    if left + width > canvas.width || top + height > canvas.height {
        return Err(corrupt("a frame reaches beyond the canvas"));
    }
    let mut still = Still::default();
    while !reader.rest().is_empty() {
        still.offer(&Chunk::read(&mut reader)?)?;
    }
    still.write((width, height), &mut cleaned)?;
    write_chunk(to, *b"ANMF", &cleaned);
    Ok(())
}
