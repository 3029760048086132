//! The canvas: paint with a thickness, and how it looks when light falls on it.

use std::ops::RangeInclusive;

use image::{Rgb, RgbImage};
use shared::scene::{Dice, Oklab};

use super::noise::Noise;
use super::point::Point;

/// Paint, row by row from the upper left.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    paint: Vec<Oklab>,
    /// How thick the paint lies.
    relief: Vec<f32>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let pixels = index(width) * index(height);
        Self { width, height, paint: vec![Oklab::default(); pixels], relief: vec![0.0; pixels] }
    }

    pub(super) fn width(&self) -> usize {
        index(self.width)
    }

    pub(super) fn height(&self) -> usize {
        index(self.height)
    }

    /// Pixels in a length of 1, which is the shorter side.
    pub(super) fn scale(&self) -> f32 {
        length(index(self.width.min(self.height)))
    }

    /// The lower right corner, in lengths of the shorter side.
    pub(super) fn extent(&self) -> Point {
        Point::new(length(self.width()), length(self.height())) * self.scale().recip()
    }

    /// The middle of a pixel, in pixels.
    #[expect(clippy::unused_self, reason = "pixels are the canvas's own")]
    pub(super) fn middle(&self, column: usize, row: usize) -> Point {
        Point::new(length(column) + 0.5, length(row) + 0.5)
    }

    /// The columns and rows within `radius` pixels of the way between two points.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the canvas before the cast"
    )]
    pub(super) fn around(
        &self,
        start: Point,
        end: Point,
        radius: f32,
    ) -> (RangeInclusive<usize>, RangeInclusive<usize>) {
        let span = |one: f32, other: f32, side: usize| {
            let last = length(side) - 1.0;
            let from = (one.min(other) - radius).clamp(0.0, last);
            let to = (one.max(other) + radius).clamp(0.0, last);
            from as usize..=to as usize
        };
        (span(start.x, end.x, self.width()), span(start.y, end.y, self.height()))
    }

    /// Fills the canvas with what `colour` says of each place (in lengths of the shorter side).
    pub(super) fn prime(&mut self, colour: impl Fn(Point) -> Oklab) {
        // A coarse ground: brushes go over all of it.
        const BLOCK: usize = 8;
        let (columns, scale) = (self.width(), self.scale());
        for (row, rows) in self.paint.chunks_mut(columns * BLOCK).enumerate() {
            for column in (0..columns).step_by(BLOCK) {
                let middle = Point::new(length(column), length(row * BLOCK)) + Point::new(4.0, 4.0);
                let paint = colour(middle * scale.recip());
                for line in rows.chunks_mut(columns) {
                    line.iter_mut().skip(column).take(BLOCK).for_each(|p| *p = paint);
                }
            }
        }
    }

    /// Mixes `alpha` (0 to 1) of a paint into the pixel at an index.
    pub(super) fn put(&mut self, at: usize, paint: Oklab, thickness: f32, alpha: f32) {
        if let Some(pixel) = self.paint.get_mut(at) {
            *pixel = pixel.mixed(paint, alpha);
        }
        if let Some(relief) = self.relief.get_mut(at) {
            *relief += (thickness - *relief) * alpha;
        }
    }

    /// The painting in the light of a window to the upper left, on paper with a grain.
    pub(super) fn finish(&self, dice: &mut Dice) -> RgbImage {
        let (grain, fibre) = (Noise::new(dice), Noise::new(dice));
        let codes = codes();
        let columns = self.width();
        let thickness = |at: usize| self.relief.get(at).copied().unwrap_or(0.0);
        RgbImage::from_fn(self.width, self.height, |x, y| {
            let (column, row) = (index(x), index(y));
            let at = row * columns + column;
            let left = at - usize::from(column > 0);
            let above = at - if row > 0 { columns } else { 0 };
            let slope = 2.0 * thickness(at) - thickness(left) - thickness(above);
            let place = self.middle(column, row);
            let paper = 0.010 * grain.at(place * 0.55)
                + 0.007 * fibre.at(Point::new(place.x * 0.09, place.y * 0.6));
            let mut paint = self.paint.get(at).copied().unwrap_or_default();
            paint.lightness += (0.035 * slope).clamp(-0.07, 0.07) + paper;
            Rgb(paint.to_linear().map(|light| code(&codes, light)))
        })
    }
}

/// Steps of light between 0 and 1 in the table of codes.
const STEPS: u16 = 4095;

/// The 8-bit sRGB value of each step of linear light.
fn codes() -> Vec<u8> {
    (0..=STEPS)
        .map(|step| {
            let light = f32::from(step) / f32::from(STEPS);
            // A grey's lightness is the cube root of its light.
            let grey = Oklab { lightness: light.cbrt(), ..Oklab::default() };
            let [code, ..] = grey.to_srgb();
            code
        })
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the table before the cast"
)]
fn code(codes: &[u8], light: f32) -> u8 {
    let step = (light.clamp(0.0, 1.0) * f32::from(STEPS)).round() as usize;
    codes.get(step).copied().unwrap_or(u8::MAX)
}

/// A side or a coordinate, at most 2048, as an index.
fn index(side: u32) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a side, at most 2048")]
const fn length(side: usize) -> f32 {
    side as f32
}
