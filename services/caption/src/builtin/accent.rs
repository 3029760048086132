//! Touches of a colour scattered over a picture, beside its ground and its subject.

use shared::scene::{Colour, Ground, Orientation, Scene};

use super::subject::{Found, part};
use super::thumbnail::Thumbnail;

/// How far a shade may be from the pure colour of its touches.
const SHADE: f32 = 0.1;
/// The least part of the picture worth mentioning: edges between two colours mix to less.
const LEAST: f32 = 0.035;
/// So many pixels around the subject are its edge.
const EDGE: usize = 2;

/// The colour that covers most of what is neither ground nor subject.
pub(super) fn find(thumbnail: &Thumbnail, ground: Ground, found: Option<&Found>) -> Option<Colour> {
    let subject = found.map(|found| found.subject);
    let around = found.map(|found| found.mask.grown(EDGE));
    let is_edge = |at: usize| around.as_ref().is_some_and(|mask| mask.contains(at));
    let rest: Vec<_> = thumbnail
        .pixels
        .iter()
        .enumerate()
        .filter(|(at, _)| !is_edge(*at))
        .map(|(_, pixel)| *pixel)
        .collect();
    let shades = |colour: Colour| {
        let distance = colour.distance();
        rest.iter().map(move |pixel| distance(*pixel)).filter(|difference| *difference < SHADE)
    };
    Colour::ALL
        .iter()
        .copied()
        .filter(|colour| {
            // A colour too near to another of the scene is a shade of that one.
            Scene::new(Orientation::Square, ground, Some(*colour), subject).accent().is_some()
        })
        .filter(|colour| part(shades(*colour).count(), thumbnail.pixels.len()) >= LEAST)
        .max_by(|one, other| {
            let purity = |colour| shades(colour).map(|d| 1.0 - d / SHADE).sum::<f32>();
            purity(*one).total_cmp(&purity(*other))
        })
}
