//! One chunk: length, kind, data and checksum (W3C PNG, 5.3 to 5.5).

use super::super::Refusal;
use super::super::reader::Reader;
use super::corrupt;

/// The four letters that name a chunk.
pub(super) type Kind = [u8; 4];

/// The largest length a chunk may have, in bytes.
const MAX_LENGTH: u32 = u32::MAX >> 1;

/// A chunk whose checksum is right.
pub(super) struct Chunk<'a> {
    pub(super) kind: Kind,
    pub(super) data: &'a [u8],
    checksum: u32,
}

impl<'a> Chunk<'a> {
    /// A new chunk.
    pub(super) fn new(kind: Kind, data: &'a [u8]) -> Self {
        Self { kind, data, checksum: checksum(kind, data) }
    }

    /// Reads a chunk and verifies its checksum.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Refusal> {
        let length = reader.be32()?;
        let kind: Kind = reader.array()?;
        // Before the length is believed, so that other text in place of a chunk is called damage.
        if length > MAX_LENGTH || !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err(corrupt("something else stands where a chunk is due"));
        }
        let data = reader.take_u32(length)?;
        let chunk = Self::new(kind, data);
        if reader.be32()? != chunk.checksum {
            return Err(corrupt("the checksum of a chunk is wrong"));
        }
        Ok(chunk)
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        // The data came out of a chunk, or is shorter than any, so its length fits.
        let length = u32::try_from(self.data.len()).unwrap_or(u32::MAX);
        to.extend_from_slice(&length.to_be_bytes());
        to.extend_from_slice(&self.kind);
        to.extend_from_slice(self.data);
        to.extend_from_slice(&self.checksum.to_be_bytes());
    }
}

/// Whether a reader that does not know the chunk must give up (5.4): its first letter is a capital.
pub(super) fn is_critical(kind: Kind) -> bool {
    kind.first().is_some_and(u8::is_ascii_uppercase)
}

fn checksum(kind: Kind, data: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&kind);
    hasher.update(data);
    hasher.finalize()
}
