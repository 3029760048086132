//! The extended header, `VP8X` (RFC 9649, 2.7.1.1).

use super::super::Refusal;
use super::super::reader::Reader;
use super::chunk::{le24, write_chunk};
use super::corrupt;

const PROFILE: u8 = 0x20;
const ALPHA: u8 = 0x10;
const EXIF: u8 = 0x08;
const ANIMATION: u8 = 0x02;

/// What the extended header says that outlives the cleaning.
pub(super) struct Canvas {
    pub(super) animated: bool,
    pub(super) alpha: bool,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Canvas {
    /// Reads the content of the chunk.
    pub(super) fn read(data: &[u8]) -> Result<Self, Refusal> {
        let mut reader = Reader::new(data, corrupt("its extended header is too short"));
        let [flags, _, _, _] = reader.array()?;
        Ok(Self {
            animated: flags & ANIMATION != 0,
            alpha: flags & ALPHA != 0,
            width: reader.le24()? + 1,
            height: reader.le24()? + 1,
        })
    }

    /// Writes the chunk, with the flags of what is still there.
    pub(super) fn write(&self, profile: bool, exif: bool, to: &mut Vec<u8>) {
        let flags =
            [(profile, PROFILE), (self.alpha, ALPHA), (exif, EXIF), (self.animated, ANIMATION)];
        let flags = flags.iter().filter(|(set, _)| *set).fold(0, |all, (_, flag)| all | flag);
        let mut data = vec![flags, 0, 0, 0];
        data.extend_from_slice(&le24(self.width.saturating_sub(1)));
        data.extend_from_slice(&le24(self.height.saturating_sub(1)));
        write_chunk(to, *b"VP8X", &data);
    }
}
