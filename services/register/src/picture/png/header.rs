//! The header chunk, `IHDR` (W3C PNG, 11.2.1).

use super::super::Refusal;
use super::super::reader::Reader;
use super::chunk::Chunk;
use super::corrupt;

/// What `IHDR` says, as far as the walk needs it.
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Whether the pixels are numbers of palette entries.
    pub(super) indexed: bool,
}

impl Header {
    /// Reads the first chunk, which must be the header.
    pub(super) fn read<'a>(reader: &mut Reader<'a>) -> Result<(Self, Chunk<'a>), Refusal> {
        // Length and kind are always the same: whatever else follows the signature is no PNG.
        let start = reader.rest();
        if start.len() >= 8 && !start.starts_with(b"\0\0\0\x0DIHDR") {
            return Err(corrupt("it does not begin with its header"));
        }
        let chunk = Chunk::read(reader)?;
        let mut fields = Reader::new(chunk.data, corrupt("its header is too short"));
        let width = fields.be32()?;
        let height = fields.be32()?;
        let [depth, colour, compression, filter, interlace] = fields.array()?;
        if !matches!(
            (colour, depth),
            (0, 1 | 2 | 4 | 8 | 16) | (2 | 4 | 6, 8 | 16) | (3, 1 | 2 | 4 | 8)
        ) {
            return Err(corrupt("its header names an impossible kind of colour"));
        }
        if compression != 0 || filter != 0 || interlace > 1 {
            return Err(corrupt("its header names an unknown method"));
        }
        Ok((Self { width, height, indexed: colour == 3 }, chunk))
    }
}
