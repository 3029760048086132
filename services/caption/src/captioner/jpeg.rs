//! The picture as it is sent to a model: not larger than it can use, nor than its server takes.

use std::sync::Arc;

use anyhow::Context;
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{RgbImage, imageops};
use shared::providers::{CallError, Verdict};

/// Longest side, in pixels: vision models scale down what is larger.
pub const LONGEST_SIDE: u32 = 1536;

/// Largest file, in bytes: the router takes bodies of some 2 MB.
pub const MOST_BYTES: usize = 1_900_000;

/// Quality of the first try; of each further one so much less.
const QUALITY: u8 = 88;
const STEP: u8 = 12;

/// Longest side of the second try, for a server that finds the first too large.
pub fn half(picture: &RgbImage) -> u32 {
    (picture.width().max(picture.height()).min(LONGEST_SIDE) / 2).max(1)
}

/// Encodes a picture, off the runtime's threads.
pub async fn encode(picture: &Arc<RgbImage>, longest_side: u32) -> Result<Bytes, CallError> {
    let picture = Arc::clone(picture);
    let file = tokio::task::spawn_blocking(move || encode_now(&picture, longest_side)).await;
    let file = file.context("the encoder died").and_then(|file| file);
    file.map_err(|error| CallError::new(Verdict::Retry, "picture_not_encoded", error))
}

fn encode_now(picture: &RgbImage, longest_side: u32) -> anyhow::Result<Bytes> {
    let mut longest_side = longest_side;
    loop {
        let scaled = scaled(picture, longest_side);
        let scaled = scaled.as_ref().unwrap_or(picture);
        for quality in (1..=QUALITY).rev().step_by(STEP.into()).take(4) {
            let mut file = Vec::new();
            JpegEncoder::new_with_quality(&mut file, quality).encode_image(scaled)?;
            if file.len() <= MOST_BYTES {
                return Ok(file.into());
            }
        }
        // Noise from edge to edge; half the side is a quarter of the bytes.
        longest_side /= 2;
    }
}

/// A smaller copy, where one is needed.
fn scaled(picture: &RgbImage, longest_side: u32) -> Option<RgbImage> {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= longest_side {
        return None;
    }
    let scale = |side: u32| {
        let side = u64::from(side) * u64::from(longest_side) / u64::from(longest);
        u32::try_from(side).unwrap_or(longest_side).max(1)
    };
    let (width, height) = (scale(width), scale(height));
    // Averages first: a filter over fifty megapixels takes seconds, and nobody sees the difference.
    let coarse =
        (longest > 4 * longest_side).then(|| imageops::thumbnail(picture, width * 2, height * 2));
    Some(imageops::resize(coarse.as_ref().unwrap_or(picture), width, height, FilterType::Triangle))
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn noise(width: u32, height: u32) -> RgbImage {
        let mut seed = 7_u32;
        RgbImage::from_fn(width, height, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [red, green, blue, _] = seed.to_be_bytes();
            Rgb([red, green, blue])
        })
    }

    fn sides(file: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory(file).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn a_large_picture_is_scaled_and_a_small_one_left_alone() {
        let file = encode_now(&RgbImage::new(3072, 1000), LONGEST_SIDE).unwrap();
        assert_eq!(sides(&file), (1536, 500));
        assert_eq!(sides(&encode_now(&RgbImage::new(9000, 9), LONGEST_SIDE).unwrap()), (1536, 1));
        assert_eq!(sides(&encode_now(&RgbImage::new(30, 40), LONGEST_SIDE).unwrap()), (30, 40));
    }

    #[test]
    fn even_noise_is_brought_under_the_limit() {
        let file = encode_now(&noise(1536, 1536), LONGEST_SIDE).unwrap();
        assert!(file.len() <= MOST_BYTES, "{}", file.len());
    }
}
