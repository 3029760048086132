//! Admission as a whole, on real pictures made on the spot.

mod animation;
mod damage;
mod fixtures;
mod hostile;
mod jpeg_structure;
mod metadata;
mod names;
mod refusals;

use std::io::Cursor;

use bytes::Bytes;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader};

use super::{Limits, Picture, Refusal, admit};

const LIMITS: Limits = Limits { max_pixels: 40_000_000, max_side: 12_000, max_frames: 300 };

fn admitted(bytes: &[u8]) -> Result<Picture, Refusal> {
    admit(Bytes::copy_from_slice(bytes), None, None, &LIMITS)
}

fn code(bytes: &[u8]) -> &'static str {
    admitted(bytes).map_or_else(|refusal| refusal.code(), |_| "admitted")
}

fn decoder(bytes: &[u8]) -> impl ImageDecoder {
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap().into_decoder().unwrap()
}

fn pixels(bytes: &[u8]) -> DynamicImage {
    DynamicImage::from_decoder(decoder(bytes)).unwrap()
}

/// The orientation as a decoder finds it, by way of the EXIF block itself.
fn orientation(bytes: &[u8]) -> Option<Orientation> {
    Orientation::from_exif_chunk(&decoder(bytes).exif_metadata().unwrap()?)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn plain_pictures_are_admitted_with_their_size_and_the_same_pixels() {
    for (name, bytes) in fixtures::all() {
        let picture = admitted(&bytes).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let before = pixels(&bytes);
        assert_eq!(pixels(&picture.bytes), before, "{name}");
        assert_eq!((picture.width, picture.height), (before.width(), before.height()), "{name}");
        let again = admit(
            picture.bytes.clone(),
            Some(&format!("a.{}", picture.format.extension())),
            Some(picture.format.media_type()),
            &LIMITS,
        );
        assert_eq!(again, Ok(picture), "{name}");
    }
}
