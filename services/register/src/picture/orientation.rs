//! The one thing worth keeping of a picture's EXIF: which way is up (Exif 3.0, 4.6.5.1).

/// What precedes the TIFF block in JPEG, and in WebP files of careless writers.
pub(super) const EXIF_PREFIX: &[u8] = b"Exif\0\0";

/// The tag `Orientation`, and the type `SHORT` that its value must have.
const TAG: u16 = 0x0112;
const SHORT: u16 = 3;

/// An orientation other than upright: 2 to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Orientation(u8);

impl Orientation {
    /// Finds the orientation in a TIFF block, with or without the EXIF prefix; `None` where the
    /// picture is upright or the block unreadable.
    ///
    /// Only the first directory is read, once, and no offset in it is followed: hostile blocks
    /// have nowhere to lead to.
    pub(super) fn read(block: &[u8]) -> Option<Self> {
        let tiff = block.strip_prefix(EXIF_PREFIX).unwrap_or(block);
        let (&order, after) = tiff.split_first_chunk::<4>()?;
        let big_endian = match &order {
            b"MM\0\x2A" => true,
            b"II\x2A\0" => false,
            _ => return None,
        };
        let short = |bytes: [u8; 2]| {
            if big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
        };
        let long = |bytes: [u8; 4]| {
            if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
        };
        let offset = usize::try_from(long(*after.first_chunk()?)).ok()?;
        let (&count, entries) = tiff.get(offset..)?.split_first_chunk::<2>()?;
        let (entries, _) = entries.as_chunks::<12>();
        let value = entries.iter().take(usize::from(short(count))).find_map(|entry| {
            let [t0, t1, k0, k1, c0, c1, c2, c3, v0, v1, _, _] = *entry;
            let wanted =
                short([t0, t1]) == TAG && short([k0, k1]) == SHORT && long([c0, c1, c2, c3]) == 1;
            wanted.then(|| short([v0, v1]))
        })?;
        u8::try_from(value).ok().filter(|value| (2..=8).contains(value)).map(Self)
    }

    /// A TIFF block of one directory with this one entry.
    pub(super) fn tiff(self) -> [u8; 26] {
        // Byte order, directory at 8; one entry: tag, type, count, value; no further directory.
        [
            b'I', b'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, self.0, 0, 0, 0, 0, 0,
            0, 0,
        ]
    }
}
