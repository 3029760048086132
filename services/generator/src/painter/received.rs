//! A picture that a model sent: looked at before anybody else sees it.

use std::io::Cursor;

use anyhow::{Context, anyhow, ensure};
use bytes::Bytes;
use image::{DynamicImage, GenericImageView, ImageFormat, ImageReader, Limits};
use shared::providers::{CallError, Verdict};

/// Largest side of a picture that is taken, in pixels, and most memory to decode it, in bytes.
const MOST_SIDE: u32 = 8192;
const MOST_MEMORY: u64 = 512 << 20;

/// A picture, encoded.
#[derive(Clone, Debug)]
pub struct Painting {
    pub file: Bytes,
    pub media_type: &'static str,
    /// Of the file's name, without the dot.
    pub extension: &'static str,
}

/// Makes sure that these bytes are a picture that shows something, whatever the server calls them.
///
/// # Errors
///
/// `answer_too_large` for a file of more than `most` bytes; `unreadable_answer` for what is no picture; `blank_image` for one of a single colour, which is what
/// filters put in the place of what they hold back.
pub async fn look_at(file: Bytes, most: usize) -> Result<Painting, CallError> {
    if file.len() > most {
        let cause = anyhow!("a picture of {} bytes", file.len());
        return Err(CallError::new(Verdict::Retry, "answer_too_large", cause));
    }
    let looked = tokio::task::spawn_blocking(move || {
        let (format, picture) = decode(&file)?;
        Ok((file, format, is_blank(&picture)))
    });
    let looked = looked.await.context("the decoder died").and_then(|looked| looked);
    let (file, format, blank) = looked.map_err(CallError::unreadable)?;
    if blank {
        let cause = anyhow!("a picture of a single colour");
        return Err(CallError::new(Verdict::Next, "blank_image", cause).after_serving());
    }
    let (media_type, extension) = match format {
        ImageFormat::Png => ("image/png", "png"),
        ImageFormat::Jpeg => ("image/jpeg", "jpg"),
        ImageFormat::WebP => ("image/webp", "webp"),
        other => return Err(CallError::unreadable(anyhow!("a picture as {other:?}"))),
    };
    Ok(Painting { file, media_type, extension })
}

fn decode(file: &[u8]) -> anyhow::Result<(ImageFormat, DynamicImage)> {
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format()?;
    let format = reader.format().context("no picture")?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let picture = reader.decode()?;
    ensure!(picture.width() > 1 && picture.height() > 1, "a picture of one pixel");
    Ok((format, picture))
}

/// Whether all of it has one colour, but for what an encoder changes.
fn is_blank(picture: &DynamicImage) -> bool {
    const NOISE: u8 = 6;
    // A small copy averages a stray pixel away, and is quick to look at.
    let small = picture.thumbnail(64, 64).to_rgb8();
    let first = small.view(0, 0, 1, 1).get_pixel(0, 0);
    small.pixels().all(|pixel| {
        pixel.0.iter().zip(first.0).all(|(channel, first)| channel.abs_diff(first) <= NOISE)
    })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    const MOST: usize = 1 << 20;

    fn file(picture: &RgbImage, format: ImageFormat) -> Bytes {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner().into()
    }

    fn halves() -> RgbImage {
        RgbImage::from_fn(64, 64, |x, _| Rgb(if x < 32 { [200, 30, 30] } else { [30, 30, 200] }))
    }

    #[tokio::test]
    async fn the_bytes_say_what_a_picture_is() {
        let formats =
            [(ImageFormat::Png, "png"), (ImageFormat::Jpeg, "jpg"), (ImageFormat::WebP, "webp")];
        for (format, extension) in formats {
            let painting = look_at(file(&halves(), format), MOST).await.unwrap();
            assert_eq!(painting.extension, extension);
        }
    }

    #[tokio::test]
    async fn a_picture_of_one_colour_is_refused() {
        for colour in [[0, 0, 0], [255, 255, 255], [12, 90, 200]] {
            for format in [ImageFormat::Png, ImageFormat::Jpeg] {
                let picture = RgbImage::from_pixel(512, 512, Rgb(colour));
                let error = look_at(file(&picture, format), MOST).await.unwrap_err();
                assert_eq!((error.verdict, error.code), (Verdict::Next, "blank_image"));
            }
        }
    }

    #[tokio::test]
    async fn what_is_no_picture_is_refused() {
        let whole = file(&halves(), ImageFormat::Png);
        let bodies = [
            Bytes::from_static(b"<html>busy</html>"),
            Bytes::new(),
            whole.slice(..whole.len() / 2),
            file(&halves(), ImageFormat::Gif),
        ];
        for body in bodies {
            assert_eq!(look_at(body, MOST).await.unwrap_err().code, "unreadable_answer");
        }
    }

    #[tokio::test]
    async fn a_file_beyond_the_limit_is_refused_however_good_it_is() {
        let file = file(&halves(), ImageFormat::Png);
        assert!(look_at(file.clone(), file.len()).await.is_ok());
        let error = look_at(file.clone(), file.len() - 1).await.unwrap_err();
        assert_eq!((error.verdict, error.code), (Verdict::Retry, "answer_too_large"));
    }
}
