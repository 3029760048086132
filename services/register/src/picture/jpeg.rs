//! JPEG: a walk over markers, segments and scans (ITU-T T.81, annex B).

mod frame;
mod head;

use self::frame::Frame;
use self::head::Head;
use super::reader::Reader;
use super::{Cleaned, Format, Limits, Refusal};

/// The most scans. Encoders write about ten; each costs the decoder a pass over all pixels, so that
/// a small file of many scans could hold it up for minutes. The decoder has the same limit.
const MAX_SCANS: u32 = 100;

const START_OF_IMAGE: [u8; 2] = [0xFF, 0xD8];
const END_OF_IMAGE: [u8; 2] = [0xFF, 0xD9];

fn corrupt(what: &'static str) -> Refusal {
    Refusal::Corrupt { format: Format::Jpeg, what }
}

/// Walks a JPEG from its first marker to its last, and writes it anew without metadata.
pub(super) fn clean(bytes: &[u8], limits: &Limits) -> Result<Cleaned, Refusal> {
    let mut reader = Reader::new(bytes, Refusal::Truncated { format: Format::Jpeg });
    reader.take(START_OF_IMAGE.len())?;
    let mut walk = Walk { head: Head::default(), frame: None, scans: 0, body: Vec::new() };
    walk.body.reserve(bytes.len());
    loop {
        match marker(&mut reader)? {
            0xD9 => return walk.finish(),
            // TEM, a leftover of arithmetic coders, stands alone and means nothing here.
            0x01 => {}
            code => walk.segment(code, &mut reader, limits)?,
        }
    }
}

/// Reads a marker's code. Any number of 0xFF may come before it (B.1.1.2); they are not kept.
fn marker(reader: &mut Reader) -> Result<u8, Refusal> {
    if reader.u8()? != 0xFF {
        return Err(corrupt("something else stands where a marker is due"));
    }
    loop {
        match reader.u8()? {
            0xFF => {}
            code => return Ok(code),
        }
    }
}

struct Walk {
    head: Head,
    frame: Option<Frame>,
    scans: u32,
    /// Everything from the first table on.
    body: Vec<u8>,
}

impl Walk {
    fn segment(&mut self, code: u8, reader: &mut Reader, limits: &Limits) -> Result<(), Refusal> {
        match code {
            // DHT, DQT, DRI: the tables.
            0xC4 | 0xDB | 0xDD => self.keep(code, payload(reader)?),
            0xC0..=0xC2 => {
                let payload = payload(reader)?;
                if self.frame.is_some() {
                    return Err(corrupt("it has two frame headers"));
                }
                self.frame = Some(Frame::read(payload, limits)?);
                self.keep(code, payload);
            }
            0xC9..=0xCC => {
                return Err(Refusal::Unsupported {
                    what: "Arithmetic-coded JPEG pictures cannot be read yet",
                });
            }
            0xC3 | 0xC5..=0xC7 | 0xCD..=0xCF | 0xDE | 0xF7 | 0xF8 => {
                return Err(Refusal::Unsupported {
                    what: "Lossless and hierarchical JPEG pictures cannot be read yet",
                });
            }
            0xDA => self.scan(reader)?,
            0xE0..=0xEF => self.head.application(code, payload(reader)?),
            // COM.
            0xFE => {
                payload(reader)?;
            }
            _ => return Err(corrupt("it has a marker that does not belong there")),
        }
        Ok(())
    }

    /// Reads a scan: its header, and the entropy-coded data up to the next marker.
    fn scan(&mut self, reader: &mut Reader) -> Result<(), Refusal> {
        let header = payload(reader)?;
        let frame = self.frame.as_ref().ok_or_else(|| corrupt("a scan precedes the header"))?;
        frame.check_scan(header)?;
        self.scans += 1;
        if self.scans > MAX_SCANS {
            return Err(corrupt("it has more scans than any encoder writes"));
        }
        let data = reader.take_found(scan_length(reader.rest()))?;
        if data.is_empty() {
            return Err(corrupt("a scan holds no data"));
        }
        self.keep(0xDA, header);
        self.body.extend_from_slice(data);
        Ok(())
    }

    fn keep(&mut self, code: u8, payload: &[u8]) {
        write_segment(&mut self.body, code, payload);
    }

    fn finish(self) -> Result<Cleaned, Refusal> {
        let frame = self.frame.ok_or_else(|| corrupt("it has no frame header"))?;
        if self.scans == 0 {
            return Err(corrupt("it has no scan"));
        }
        let mut bytes = Vec::with_capacity(self.head.max_length() + self.body.len() + 4);
        bytes.extend_from_slice(&START_OF_IMAGE);
        self.head.write(&mut bytes);
        bytes.extend_from_slice(&self.body);
        bytes.extend_from_slice(&END_OF_IMAGE);
        Ok(Cleaned { bytes, width: frame.width, height: frame.height })
    }
}

/// Reads a segment's length, which counts itself, and then its content.
fn payload<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Refusal> {
    let length = usize::from(reader.be16()?);
    let length = length.checked_sub(2).ok_or_else(|| corrupt("a segment's length is wrong"))?;
    reader.take(length)
}

/// Writes a segment. `payload` came out of one, or is shorter, so its length fits.
fn write_segment(to: &mut Vec<u8>, code: u8, payload: &[u8]) {
    let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    to.extend_from_slice(&[0xFF, code]);
    to.extend_from_slice(&length.to_be_bytes());
    to.extend_from_slice(payload);
}

/// The length of entropy-coded data: up to the first marker that is no restart. In the data an
/// 0xFF is followed by a zero (B.1.1.5); `None` where the bytes end first.
fn scan_length(data: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let start = from + data.get(from..)?.iter().position(|byte| *byte == 0xFF)?;
        let code = start + data.get(start..)?.iter().position(|byte| *byte != 0xFF)?;
        match data.get(code)? {
            0x00 | 0xD0..=0xD7 => from = code + 1,
            _ => return Some(start),
        }
    }
}
