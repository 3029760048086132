//! The frame header, and the scan headers that must agree with it (ITU-T T.81, B.2.2 and B.2.3).

use super::super::reader::Reader;
use super::super::{Format, Limits, Refusal};
use super::corrupt;

/// What a frame header says.
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    /// The identifiers of the components: one, three or four.
    components: Vec<u8>,
}

impl Frame {
    /// Reads the content of a SOF0, SOF1 or SOF2 segment.
    pub(super) fn read(payload: &[u8], limits: &Limits) -> Result<Self, Refusal> {
        let mut reader = Reader::new(payload, corrupt("its frame header is too short"));
        if reader.u8()? != 8 {
            return Err(Refusal::Unsupported {
                what: "JPEG pictures of more than eight bits a sample cannot be read yet",
            });
        }
        let height = u32::from(reader.be16()?);
        let width = u32::from(reader.be16()?);
        limits.check_size(Format::Jpeg, width, height)?;
        let count = reader.u8()?;
        let (parts, rest) = reader.rest().as_chunks::<3>();
        if !matches!(count, 1 | 3 | 4) || parts.len() != usize::from(count) || !rest.is_empty() {
            return Err(corrupt("its frame header counts its components wrongly"));
        }
        let mut components = Vec::with_capacity(4);
        for [component, sampling, _] in parts {
            if components.contains(component) {
                return Err(corrupt("its frame header names a component twice"));
            }
            if !(1..=4).contains(&(sampling >> 4)) || !(1..=4).contains(&(sampling & 15)) {
                return Err(corrupt("its frame header has an impossible sampling factor"));
            }
            components.push(*component);
        }
        Ok(Self { width, height, components })
    }

    /// Checks the content of a SOS segment: the components it names are there, each once.
    pub(super) fn check_scan(&self, payload: &[u8]) -> Result<(), Refusal> {
        let mut reader = Reader::new(payload, corrupt("a scan header is too short"));
        let count = reader.u8()?;
        let (parts, _) = reader.take(2 * usize::from(count))?.as_chunks::<2>();
        // The spectral selection, and the successive approximation.
        reader.take(3)?;
        let mut components = self.components.iter();
        // A scan's components follow in the order of the frame's.
        let known = parts.iter().all(|[part, _]| components.any(|component| component == part));
        if count == 0 || !known || !reader.rest().is_empty() {
            return Err(corrupt("a scan header does not agree with the frame header"));
        }
        Ok(())
    }
}
