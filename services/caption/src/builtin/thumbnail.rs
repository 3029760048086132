//! A picture at the size it is measured at, in `OKLab`.

use image::RgbImage;
use shared::scene::{Colour, Oklab};

/// The longest side, in pixels: fine enough for a small subject, coarse enough to be quick.
const LONGEST_SIDE: u32 = 128;
/// At most so many pixels by so many are averaged into one.
const SAMPLES: u32 = 4;

/// Row by row from the upper left; has at least one pixel.
pub(super) struct Thumbnail {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<Oklab>,
    /// How far each pixel is from each named colour; worked out once, used many times.
    distances: Vec<(Colour, Vec<f32>)>,
}

impl Thumbnail {
    /// Averages the pixels' own sRGB values: in linear light, dark touches would drown.
    pub(super) fn of(picture: &RgbImage) -> Self {
        let (width, height) = size(picture.width(), picture.height());
        let across = samples(picture.width(), width);
        let down = samples(picture.height(), height);
        let pixel = |rows: &Vec<u32>, columns: &Vec<u32>| {
            let mut sum = [0.0; 3];
            let mut count = 0.0;
            for y in rows {
                for x in columns {
                    let Some(pixel) = picture.get_pixel_checked(*x, *y) else {
                        continue;
                    };
                    for (sum, value) in sum.iter_mut().zip(pixel.0) {
                        *sum += f32::from(value);
                    }
                    count += 1.0;
                }
            }
            Oklab::from_encoded(sum.map(|sum| sum / f32::max(count, 1.0) / 255.0))
        };
        let pixels: Vec<_> = down
            .iter()
            .flat_map(|rows| across.iter().map(move |columns| (rows, columns)))
            .map(|(rows, columns)| pixel(rows, columns))
            .collect();
        let distances = Colour::ALL.iter().map(|colour| {
            let distance = colour.distance();
            (*colour, pixels.iter().map(|pixel| distance(*pixel)).collect())
        });
        let distances = distances.collect();
        Self { width: across.len(), height: down.len(), pixels, distances }
    }

    /// How far each pixel is from a named colour, as [`Colour::distance`] has it.
    pub(super) fn distances(&self, colour: Colour) -> &[f32] {
        let of = self.distances.iter().find(|(known, _)| *known == colour);
        of.map_or(&[], |(_, distances)| distances)
    }

    /// Its mean lightness, from 0 to 1; what is darker than the colour named black counts as that.
    pub(super) fn lightness(&self) -> f32 {
        let black = Colour::Black.oklab().lightness;
        let (sum, count) = self.pixels.iter().fold((0.0, 0.0_f32), |(sum, count), pixel| {
            (sum + pixel.lightness.max(black), count + 1.0)
        });
        sum / count.max(1.0)
    }

    /// The mean of all its pixels.
    pub(super) fn mean(&self) -> Oklab {
        self.mean_where(|_| true)
    }

    /// The mean of the pixels at some of its indices; black if there are none.
    pub(super) fn mean_where(&self, counts: impl Fn(usize) -> bool) -> Oklab {
        let some = self.pixels.iter().enumerate().filter(|(at, _)| counts(*at));
        let (sum, count) = some.fold((Oklab::default(), 0.0_f32), |(sum, count), (_, pixel)| {
            let sum = Oklab {
                lightness: sum.lightness + pixel.lightness,
                a: sum.a + pixel.a,
                b: sum.b + pixel.b,
            };
            (sum, count + 1.0)
        });
        Oklab::default().mixed(sum, count.max(1.0).recip())
    }
}

/// The sides to measure at; small pictures are not enlarged.
fn size(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    let side = |side: u32| {
        let shrunk = u64::from(side) * u64::from(LONGEST_SIDE) / u64::from(longest);
        u32::try_from(shrunk).unwrap_or(side).clamp(1, side.max(1))
    };
    (side(width), side(height))
}

/// For each of `count` equal parts of a side, the positions in pixels to sample.
fn samples(side: u32, count: u32) -> Vec<Vec<u32>> {
    let position = |part: u32, sample: u32| {
        // The middle of the sample-th quarter of the part-th part.
        let quarters = u64::from(count) * u64::from(SAMPLES) * 2;
        let quarter = (u64::from(part) * u64::from(SAMPLES) + u64::from(sample)) * 2 + 1;
        u32::try_from(u64::from(side) * quarter / quarters).unwrap_or(0)
    };
    (0..count)
        .map(|part| {
            let mut positions: Vec<_> = (0..SAMPLES).map(|sample| position(part, sample)).collect();
            positions.dedup();
            positions
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_kept_in_proportion_and_never_nothing() {
        for (sides, shrunk) in [
            ((4000, 3000), (128, 96)),
            ((3000, 4000), (96, 128)),
            ((1, 5000), (1, 128)),
            ((7, 3), (7, 3)),
            ((1, 1), (1, 1)),
            ((0, 0), (1, 1)),
        ] {
            assert_eq!(size(sides.0, sides.1), shrunk, "{sides:?}");
        }
    }

    #[test]
    fn a_plain_picture_keeps_its_colour() {
        let picture = RgbImage::from_pixel(1000, 700, image::Rgb([42, 99, 200]));
        let thumbnail = Thumbnail::of(&picture);
        assert_eq!((thumbnail.width, thumbnail.height), (128, 89));
        assert_eq!(thumbnail.pixels.len(), 128 * 89);
        for pixel in &thumbnail.pixels {
            assert_eq!(pixel.to_srgb(), [42, 99, 200]);
        }
    }
}
