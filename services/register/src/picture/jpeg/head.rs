//! What is kept of the application segments, written in one order at the front.

use super::super::MAX_PROFILE_BYTES;
use super::super::orientation::{EXIF_PREFIX, Orientation};
use super::write_segment;

const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;

/// JFIF's segment up to its thumbnail (ITU-T T.871, 10.1), and all of Adobe's (T.872, 6.5.3).
const JFIF_LENGTH: usize = 12;
const ADOBE_LENGTH: usize = 12;

/// The application segments that matter to how the picture looks.
#[derive(Default)]
pub(super) struct Head {
    jfif: Option<[u8; JFIF_LENGTH]>,
    adobe: Option<[u8; ADOBE_LENGTH]>,
    /// Whether an EXIF segment was seen: the first one counts.
    exif: bool,
    orientation: Option<Orientation>,
    /// The colour profile: whole segments, in their order.
    profile: Vec<u8>,
    /// The length of all profile segments' contents, kept or not.
    profile_length: usize,
}

impl Head {
    /// Looks at an application segment and keeps what is worth it.
    pub(super) fn application(&mut self, code: u8, payload: &[u8]) {
        match code {
            APP0 if payload.starts_with(b"JFIF\0") && payload.len() >= JFIF_LENGTH + 2 => {
                self.jfif = self.jfif.or(payload.first_chunk().copied());
            }
            APP1 if payload.starts_with(EXIF_PREFIX) && !self.exif => {
                self.exif = true;
                self.orientation = Orientation::read(payload);
            }
            APP2 if payload.starts_with(b"ICC_PROFILE\0") => {
                self.profile_length += payload.len();
                if self.profile_length <= MAX_PROFILE_BYTES {
                    write_segment(&mut self.profile, code, payload);
                }
            }
            APP14 if payload.starts_with(b"Adobe") => {
                // The last byte is the colour transform; a decoder would stumble over unknown ones.
                let adobe = payload.first_chunk::<ADOBE_LENGTH>();
                let adobe = adobe.filter(|adobe| adobe.last().is_some_and(|last| *last <= 2));
                self.adobe = self.adobe.or(adobe.copied());
            }
            _ => {}
        }
    }

    /// The most bytes that [`Head::write`] can write.
    pub(super) fn max_length(&self) -> usize {
        self.profile.len() + 128
    }

    /// Writes the segments that were kept.
    pub(super) fn write(&self, to: &mut Vec<u8>) {
        if let Some(jfif) = &self.jfif {
            let mut payload = jfif.to_vec();
            // No thumbnail: it may show more than the picture does.
            payload.extend_from_slice(&[0, 0]);
            write_segment(to, APP0, &payload);
        }
        if let Some(orientation) = self.orientation {
            write_segment(to, APP1, &[EXIF_PREFIX, &orientation.tiff()].concat());
        }
        if self.profile_length <= MAX_PROFILE_BYTES {
            to.extend_from_slice(&self.profile);
        }
        if let Some(adobe) = &self.adobe {
            write_segment(to, APP14, adobe);
        }
    }
}
