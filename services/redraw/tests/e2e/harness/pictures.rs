//! Pictures to send, made on the spot.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// A picture that no other seed makes: a sky, a ground and a disc.
fn picture(seed: u32) -> RgbImage {
    let (sky, ground) = ([40, 90, 200 - (seed % 60) as u8], [60, 120, (seed % 50) as u8]);
    RgbImage::from_fn(120, 80, |x, y| {
        let disc = (i64::from(x) - 60).pow(2) + (i64::from(y) - 30).pow(2) < 200;
        Rgb(if disc {
            [220, 40, 40]
        } else if y < 50 {
            sky
        } else {
            ground
        })
    })
}

pub fn jpeg(seed: u32) -> Vec<u8> {
    encode(seed, ImageFormat::Jpeg)
}

pub fn png(seed: u32) -> Vec<u8> {
    encode(seed, ImageFormat::Png)
}

pub fn webp(seed: u32) -> Vec<u8> {
    encode(seed, ImageFormat::WebP)
}

fn encode(seed: u32, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture(seed).write_to(&mut file, format).unwrap();
    file.into_inner()
}
