//! RIFF chunks: kind, length, data, and a byte of padding after an odd length (RFC 9649, 2.3).

use super::super::Refusal;
use super::super::reader::Reader;
use super::corrupt;

/// The four characters that name a chunk.
pub(super) type Kind = [u8; 4];

/// A chunk as read.
pub(super) struct Chunk<'a> {
    pub(super) kind: Kind,
    pub(super) data: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Reads a chunk. Some writers leave out the padding of the last one.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Refusal> {
        let kind = reader.array()?;
        let length = reader.le32()?;
        let data = reader.take_u32(length)?;
        if !data.len().is_multiple_of(2) && !reader.rest().is_empty() {
            reader.take(1)?;
        }
        Ok(Self { kind, data })
    }
}

/// Writes a chunk, padded. `data` came out of a file's chunk, or is shorter, so its length fits.
pub(super) fn write_chunk(to: &mut Vec<u8>, kind: Kind, data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    to.extend_from_slice(&kind);
    to.extend_from_slice(&length.to_le_bytes());
    to.extend_from_slice(data);
    if !data.len().is_multiple_of(2) {
        to.push(0);
    }
}

/// Writes the size of a whole file, in which the first eight bytes do not count, to its place.
pub(super) fn set_riff_size(file: &mut [u8]) -> Result<(), Refusal> {
    let size = u32::try_from(file.len().saturating_sub(8));
    let size = size.map_err(|_| corrupt("it is larger than its format allows"))?;
    if let Some(field) = file.get_mut(4..8) {
        field.copy_from_slice(&size.to_le_bytes());
    }
    Ok(())
}

/// The low 24 bits of a number, as they are written.
pub(super) fn le24(number: u32) -> [u8; 3] {
    let [low, middle, high, _] = number.to_le_bytes();
    [low, middle, high]
}
