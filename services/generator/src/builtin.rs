//! The builtin painter: no model, a brush that follows a few rules. It reads the scene out of a
//! sentence and paints it; the sentence itself is the seed, so it always paints it the same.

mod brush;
mod canvas;
mod composition;
mod flow;
mod folds;
mod noise;
mod painting;
mod point;
mod shade;
mod shape;
mod stroke;

use std::ops::RangeInclusive;

use image::RgbImage;
use shared::scene::{Dice, Scene};

use canvas::Canvas;
use composition::Composition;

/// The longest sides a picture may have, in pixels: with less, its sentence can no longer be read
/// off it; more takes seconds.
const SIDES: RangeInclusive<u32> = 240..=2048;

/// Paints a sentence as an abstract picture, 4:3, 3:4 or square as the scene says. The longest side
/// is in pixels and kept between 240 and 2048. On one machine the same sentence gives the same
/// picture, byte for byte.
#[must_use]
pub fn paint(sentence: &str, longest_side_pixels: u32) -> RgbImage {
    let scene = Scene::imagine(sentence);
    let longest = longest_side_pixels.clamp(*SIDES.start(), *SIDES.end());
    let (width, height) = scene.orientation().sides(longest);
    let mut dice = Dice::of(sentence);
    let mut canvas = Canvas::new(width, height);
    let composition = Composition::new(&scene, canvas.extent(), &mut dice);
    painting::paint(&composition, &mut canvas, &mut dice);
    canvas.finish(&mut dice)
}

#[cfg(test)]
mod tests;
