//! Touches of a colour scattered over a picture, beside its ground and its subject.

use shared::scene::{Colour, Ground, Orientation, Scene};

use super::subject::{Found, part};
use super::thumbnail::Thumbnail;

/// How far a shade may be from the pure colour of its touches.
const SHADE: f32 = 0.1;
/// The least part of the picture worth mentioning: edges between two colours mix to less.
const LEAST: f32 = 0.03;
/// So many pixels around the subject are its edge.
const EDGE: usize = 2;

/// The colour that covers most of what is neither ground nor subject.
pub(super) fn find(thumbnail: &Thumbnail, ground: Ground, found: Option<&Found>) -> Option<Colour> {
    let subject = found.map(|found| found.subject);
    let around = found.map(|found| found.mask.grown(EDGE));
    let is_edge = |at: usize| around.as_ref().is_some_and(|mask| mask.contains(at));
    let rest: Vec<_> = (0..thumbnail.pixels.len()).filter(|at| !is_edge(*at)).collect();
    let shades = |colour: Colour| {
        let distances = thumbnail.distances(colour);
        let rest = rest.iter().filter_map(move |at| distances.get(*at).copied());
        rest.filter(|distance| *distance < SHADE)
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
            // Where touches are thin they mix with the ground: of the colours on the way from one
            // to the other, the far end is theirs.
            let purity =
                |colour| shades(colour).map(|distance| 1.0 - distance / SHADE).sum::<f32>();
            let worth = |colour| purity(colour) * farness(colour, ground);
            worth(*one).total_cmp(&worth(*other))
        })
}

/// How far a colour is from the nearest of the ground.
fn farness(colour: Colour, ground: Ground) -> f32 {
    ground.parts().map(|(part, _)| part.difference(colour)).fold(f32::INFINITY, f32::min)
}
