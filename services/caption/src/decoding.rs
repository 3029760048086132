//! From a stored file to an upright picture: the first time that pixels are decoded, under limits.

use std::io::Cursor;

use anyhow::Context;
use bytes::Bytes;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};
use shared::config::RegisterConfig;
use shared::worker::StepError;

/// What a picture may cost to look at.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Longest side, in pixels.
    pub max_side: u32,
    /// Most memory that a decoder may ask for, in bytes.
    pub max_alloc: u64,
}

impl Bounds {
    /// The same pictures as the door lets in: 16 bits in each of four channels at the most, once
    /// for the pixels and once for the decoder's own needs.
    pub fn of(door: &RegisterConfig) -> Self {
        Self { max_side: door.max_side, max_alloc: door.max_pixels.saturating_mul(16) }
    }
}

/// Decodes off the runtime's threads. A decoder that panics has met a picture that cannot be read:
/// some do, on files that are well-formed and rare.
pub async fn decode(file: Bytes, bounds: Bounds) -> Result<RgbImage, StepError> {
    let decoded = tokio::task::spawn_blocking(move || decode_now(&file, bounds)).await;
    let decoded = decoded.context("the decoder died").and_then(|picture| picture);
    decoded.map_err(|error| {
        StepError::fail("image_unreadable", "The picture is damaged and cannot be read.", error)
    })
}

fn decode_now(file: &[u8], bounds: Bounds) -> anyhow::Result<RgbImage> {
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(bounds.max_side);
    limits.max_image_height = Some(bounds.max_side);
    limits.max_alloc = Some(bounds.max_alloc);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(on_white(picture))
}

/// What is transparent is seen on white, as on a page.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        let over = |channel: u32| u8::try_from((channel * alpha + 255 * (255 - alpha)) / 255);
        Rgb([red, green, blue].map(|channel| over(channel).unwrap_or(u8::MAX)))
    })
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgba, RgbaImage};

    use super::*;

    const BOUNDS: Bounds = Bounds { max_side: 100, max_alloc: 1 << 20 };

    fn png(picture: &RgbaImage) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
    }

    #[test]
    fn transparency_is_seen_on_white() {
        let picture = RgbaImage::from_pixel(1, 1, Rgba([255, 0, 0, 0]));
        assert_eq!(decode_now(&png(&picture), BOUNDS).unwrap().get_pixel(0, 0).0, [255; 3]);
        let picture = RgbaImage::from_pixel(1, 1, Rgba([0, 0, 0, 128]));
        assert_eq!(decode_now(&png(&picture), BOUNDS).unwrap().get_pixel(0, 0).0, [127; 3]);
    }

    #[tokio::test]
    async fn a_picture_beyond_the_bounds_or_damaged_fails_for_good() {
        let large = png(&RgbaImage::new(101, 1));
        let mut damaged = png(&RgbaImage::new(9, 9));
        damaged.truncate(60);
        for file in [large, damaged] {
            let error = decode(Bytes::from(file), BOUNDS).await.unwrap_err();
            assert!(matches!(error, StepError::Fail { .. }), "{error:?}");
        }
    }
}
