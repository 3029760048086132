//! The subject of a picture: one compact piece of a colour that the ground does not have.

use shared::scene::{Colour, Ground, Orientation, Place, Scene, Size, Subject};

use super::mask::{Mask, Piece};
use super::thumbnail::Thumbnail;

/// How far a shade may be from the pure colour of its piece.
const SHADE: f32 = 0.16;
/// The least and the largest part of the picture that a subject covers.
const LEAST: f32 = 0.008;
const MOST: f32 = 0.25;
/// The least part of its bounding box that a subject fills, and the most of either side of the
/// picture that the box takes: thinner or longer things are ground, not subject.
const FULLNESS: f32 = 0.45;
const LONGEST: f32 = 0.6;
/// How different a subject is from what lies right around it.
const EDGE: f32 = 0.16;

/// A subject, and the pixels it covers.
pub(super) struct Found {
    pub(super) subject: Subject,
    pub(super) mask: Mask,
}

/// The piece that stands out most: the larger, and the purer its colour, the more.
pub(super) fn find(thumbnail: &Thumbnail, ground: Ground) -> Option<Found> {
    let thinnest = (thumbnail.width.min(thumbnail.height) / 48).min(2);
    let (_, colour, piece, mask) = Colour::ALL
        .iter()
        .copied()
        .filter(|colour| stands_out(*colour, ground))
        .flat_map(|colour| {
            let shades = shades(thumbnail, colour, ground);
            let pieces = shades.opened(thinnest).pieces();
            pieces.into_iter().map(move |piece| (colour, piece))
        })
        .filter(|(_, piece)| is_compact(piece, thumbnail))
        .map(|(colour, piece)| {
            let mask = Mask::of(&piece, thumbnail.width, thumbnail.height);
            (purity(&piece, colour, thumbnail), colour, piece, mask)
        })
        .filter(|(.., mask)| is_edged(mask, thumbnail, thinnest))
        .max_by(|(one, ..), (other, ..)| one.total_cmp(other))?;
    Some(Found {
        subject: Subject {
            size: Size::of(part(piece.pixels.len(), thumbnail.pixels.len())),
            colour,
            place: place(&piece, thumbnail),
        },
        mask,
    })
}

/// Whether a scene on this ground keeps a subject of this colour.
fn stands_out(colour: Colour, ground: Ground) -> bool {
    let subject = Subject { size: Size::Small, colour, place: Place::Centre };
    Scene::new(Orientation::Square, ground, None, Some(subject)).subject().is_some()
}

/// The pixels that are shades of this colour rather than of the ground's.
fn shades(thumbnail: &Thumbnail, colour: Colour, ground: Ground) -> Mask {
    let others: Vec<_> = ground.parts().map(|(part, _)| thumbnail.distances(part)).collect();
    let is_shade = |(at, near): (usize, &f32)| {
        let is_nearer = |other: &&[f32]| other.get(at).is_some_and(|far| near < far);
        *near < SHADE && others.iter().all(is_nearer)
    };
    let covered = thumbnail.distances(colour).iter().enumerate().map(is_shade).collect();
    Mask::new(thumbnail.width, thumbnail.height, covered)
}

fn is_compact(piece: &Piece, thumbnail: &Thumbnail) -> bool {
    let across = piece.columns.end() - piece.columns.start() + 1;
    let down = piece.rows.end() - piece.rows.start() + 1;
    (LEAST..=MOST).contains(&part(piece.pixels.len(), thumbnail.pixels.len()))
        && part(piece.pixels.len(), across * down) >= FULLNESS
        && part(across, thumbnail.width) <= LONGEST
        && part(down, thumbnail.height) <= LONGEST
}

/// Whether the piece is unlike what lies around it: a patch of haze that fades away is not.
fn is_edged(mask: &Mask, thumbnail: &Thumbnail, margin: usize) -> bool {
    let (near, far) = (mask.grown(margin), mask.grown(2 * margin + 1));
    let inside = thumbnail.mean_where(|at| mask.contains(at));
    // Pixel by pixel: two grounds around a subject may have its colour for a mean.
    let around: Vec<_> = thumbnail
        .pixels
        .iter()
        .enumerate()
        .filter(|(at, _)| far.contains(*at) && !near.contains(*at))
        .map(|(_, pixel)| inside.difference(*pixel))
        .collect();
    around.iter().sum::<f32>() >= EDGE * part(around.len(), 1)
}

/// How many pixels of the pure colour the piece is worth.
fn purity(piece: &Piece, colour: Colour, thumbnail: &Thumbnail) -> f32 {
    let distances = thumbnail.distances(colour);
    let distances = piece.pixels.iter().filter_map(|at| distances.get(*at));
    distances.map(|distance| 1.0 - distance / SHADE).sum()
}

/// Where the middle of a piece lies.
fn place(piece: &Piece, thumbnail: &Thumbnail) -> Place {
    let count = piece.pixels.len();
    let columns: usize = piece.pixels.iter().map(|at| at % thumbnail.width).sum();
    let rows: usize = piece.pixels.iter().map(|at| at / thumbnail.width).sum();
    // Half a pixel on, to the pixels' middles.
    Place::of(
        part(2 * columns + count, 2 * count * thumbnail.width),
        part(2 * rows + count, 2 * count * thumbnail.height),
    )
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a thumbnail's pixels; the seventh digit does not matter"
)]
pub(super) fn part(some: usize, all: usize) -> f32 {
    some as f32 / all.max(1) as f32
}
