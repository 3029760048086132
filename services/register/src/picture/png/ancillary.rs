//! The ancillary chunks that matter to how a picture looks; all others are dropped.

use super::super::MAX_PROFILE_BYTES;
use super::chunk::Kind;

/// Which ancillary chunks have been kept: each kind once, as the format demands (W3C PNG, 5.6).
#[derive(Default)]
pub(super) struct Ancillary {
    kept: Vec<Kind>,
}

impl Ancillary {
    /// Whether a chunk is to be kept. One longer than its kind can be would hide something.
    pub(super) fn admits(&mut self, kind: Kind, data: &[u8]) -> bool {
        let fits = match &kind {
            b"tRNS" => (1..=256).contains(&data.len()),
            b"gAMA" | b"cICP" => data.len() == 4,
            b"cHRM" => data.len() == 32,
            b"sRGB" => data.len() == 1,
            b"sBIT" => (1..=4).contains(&data.len()),
            b"iCCP" => data.len() <= MAX_PROFILE_BYTES,
            _ => false,
        };
        let admitted = fits && !self.kept.contains(&kind);
        if admitted {
            self.kept.push(kind);
        }
        admitted
    }
}
