//! The headers of the two kinds of compressed pixels: `VP8 ` (RFC 6386, 9.1) and `VP8L`
//! (RFC 9649, 3.4).

use super::super::Refusal;
use super::super::reader::Reader;
use super::chunk::Chunk;
use super::corrupt;

/// What compressed pixels say of themselves.
pub(super) struct Bitstream {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Whether the lossless pixels hold transparency; lossy ones have it in a chunk of its own.
    pub(super) alpha: bool,
}

impl Bitstream {
    /// Reads the header of a `VP8 ` or `VP8L` chunk; `None` for other chunks.
    pub(super) fn read(chunk: &Chunk) -> Result<Option<Self>, Refusal> {
        let mut reader = Reader::new(chunk.data, corrupt("its pixel data is too short"));
        match &chunk.kind {
            b"VP8 " => lossy(&mut reader).map(Some),
            b"VP8L" => lossless(&mut reader).map(Some),
            _ => Ok(None),
        }
    }
}

fn lossy(reader: &mut Reader) -> Result<Bitstream, Refusal> {
    let tag = reader.le24()?;
    let start: [u8; 3] = reader.array()?;
    if tag & 1 != 0 || start != [0x9D, 0x01, 0x2A] {
        return Err(corrupt("its lossy pixel data does not begin with a key frame"));
    }
    // The two bits above each side are a hint for scaling.
    let width = u32::from(reader.le16()? & 0x3FFF);
    let height = u32::from(reader.le16()? & 0x3FFF);
    // The first partition's length; more partitions follow it.
    reader.take_u32(tag >> 5)?;
    if reader.rest().is_empty() {
        return Err(corrupt("its pixel data is too short"));
    }
    Ok(Bitstream { width, height, alpha: false })
}

fn lossless(reader: &mut Reader) -> Result<Bitstream, Refusal> {
    let signature = reader.u8()?;
    let header = reader.le32()?;
    if signature != 0x2F || header >> 29 != 0 {
        return Err(corrupt("its lossless pixel data does not begin as it must"));
    }
    if reader.rest().is_empty() {
        return Err(corrupt("its pixel data is too short"));
    }
    Ok(Bitstream {
        width: (header & 0x3FFF) + 1,
        height: (header >> 14 & 0x3FFF) + 1,
        alpha: header >> 28 & 1 != 0,
    })
}
