//! Distinct JPEGs of about a given size: a few are encoded, the others are cheap variations.

use std::io::Write;

use anyhow::Context;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// How many pictures are encoded.
const BASES: u32 = 8;
const QUALITY: u8 = 85;

/// Colours of the upper left and the lower right corner, in turn.
const CORNERS: [[u8; 3]; 5] =
    [[200, 60, 40], [40, 90, 200], [230, 200, 90], [30, 120, 60], [90, 40, 120]];

pub struct Pictures {
    bases: Vec<Vec<u8>>,
}

impl Pictures {
    pub fn paint(kilobytes: usize) -> anyhow::Result<Self> {
        let wanted = u64::try_from(kilobytes)?.saturating_mul(1000);
        let mut width = 800;
        for _ in 0..3 {
            let found = u64::try_from(encode(0, width)?.len())?;
            let side = (u64::from(width).pow(2).saturating_mul(wanted) / found).isqrt();
            width = u32::try_from(side)?.clamp(16, 8000);
        }
        let bases = (0..BASES).map(|seed| encode(seed, width)).collect::<Result<_, _>>()?;
        Ok(Self { bases })
    }

    /// A valid picture that no other number gives, up to some ten thousand.
    ///
    /// What varies are the finest steps of the first quantisation table (ITU-T T.81, B.2.4.1): the
    /// bytes differ, and so do the pixels.
    pub fn get(&self, number: usize) -> anyhow::Result<Vec<u8>> {
        let base = self.bases.get(number % self.bases.len()).context("no picture")?;
        let mut picture = base.clone();
        let marker =
            picture.windows(2).position(|bytes| bytes == [0xFF, 0xDB]).context("no table")?;
        // Marker, length and precision take 5 bytes, then come 64 steps, the finest last.
        let steps = picture.get_mut(marker + 5 + 60..marker + 5 + 64).context("half a table")?;
        let mut rest = number / self.bases.len();
        for step in steps {
            *step = step.saturating_sub(8).max(1) + u8::try_from(rest % 8)?;
            rest /= 8;
        }
        Ok(picture)
    }
}

/// Noise over a gradient, three wide to two high.
fn encode(seed: u32, width: u32) -> anyhow::Result<Vec<u8>> {
    let height = (width * 2 / 3).max(1);
    let corner = |at: u32| CORNERS[(at as usize) % CORNERS.len()];
    let (from, to) = (corner(seed), corner(seed / 5 + seed * 2 + 1));
    let mut noise = 0x9E37_79B9_u32 ^ seed.wrapping_mul(0x85EB_CA6B);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let way = (x + y) * 255 / (width + height);
        let mix = |index: usize| {
            let plain = u32::from(from[index]) * (255 - way) + u32::from(to[index]) * way;
            (plain / 255 + (noise >> (8 * index) & 31)).min(255) as u8
        };
        Rgb([mix(0), mix(1), mix(2)])
    });
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, QUALITY).encode_image(&picture)?;
    file.flush()?;
    Ok(file)
}
