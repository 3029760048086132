//! Extension blocks: how frames are shown is kept, what is written beside them is dropped.

use super::super::reader::Reader;
use super::super::{MAX_PROFILE_BYTES, Refusal};
use super::{EXTENSION, corrupt, sub_blocks_length};

const PLAIN_TEXT: u8 = 0x01;
const CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// What extensions leave behind for the frames that follow.
#[derive(Default)]
pub(super) struct Extensions {
    /// The fields of a graphic control that waits for its frame.
    control: Option<[u8; 4]>,
    /// Whether a loop count and a colour profile were kept: the first of each counts.
    looped: bool,
    profiled: bool,
}

impl Extensions {
    /// Reads the rest of an extension block, and writes what is kept of it at once to `body`.
    pub(super) fn read(&mut self, reader: &mut Reader, body: &mut Vec<u8>) -> Result<(), Refusal> {
        let label = reader.u8()?;
        let blocks = reader.take_found(sub_blocks_length(reader.rest()))?;
        match label {
            CONTROL => match blocks {
                [4, flags, low, high, colour, 0] => {
                    self.control = Some([*flags, *low, *high, *colour]);
                }
                _ => return Err(corrupt("a graphic control has an impossible length")),
            },
            // The control before a text is the text's, and goes with it.
            PLAIN_TEXT => self.control = None,
            APPLICATION => match blocks.split_at_checked(12) {
                // Only the loop count; other sub-blocks could hold anything.
                Some((b"\x0BNETSCAPE2.0", [3, 1, low, high, ..])) if !self.looped => {
                    self.looped = true;
                    body.extend_from_slice(b"\x21\xFF\x0BNETSCAPE2.0\x03\x01");
                    body.extend_from_slice(&[*low, *high, 0]);
                }
                Some((b"\x0BICCRGBG1012", _))
                    if !self.profiled && blocks.len() <= MAX_PROFILE_BYTES =>
                {
                    self.profiled = true;
                    body.extend_from_slice(&[EXTENSION, label]);
                    body.extend_from_slice(blocks);
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    /// Writes the control that waits, before its frame.
    pub(super) fn write_control(&mut self, body: &mut Vec<u8>) {
        if let Some(fields) = self.control.take() {
            body.extend_from_slice(&[EXTENSION, CONTROL, 4]);
            body.extend_from_slice(&fields);
            body.push(0);
        }
    }
}
