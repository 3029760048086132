//! The subject of a picture: one compact piece of a colour that the ground does not have.

use shared::scene::{Colour, Ground, Place, Scene, Size, Subject};

use super::mask::{Mask, Piece};
use super::thumbnail::Thumbnail;

/// How far a shade may be from the pure colour of its piece.
const SHADE: f32 = 0.12;
/// The least and the largest part of the picture that a subject covers.
const LEAST: f32 = 0.008;
const MOST: f32 = 0.25;
/// The least part of its bounding box that a subject fills, and the most of either side of the
/// picture that the box takes: thinner or longer things are ground, not subject.
const FULLNESS: f32 = 0.45;
const LONGEST: f32 = 0.6;

/// A subject, and the pixels it covers.
pub(super) struct Found {
    pub(super) subject: Subject,
    pub(super) mask: Mask,
}

/// The piece that stands out most: the larger, and the purer its colour, the more.
pub(super) fn find(thumbnail: &Thumbnail, ground: Ground) -> Option<Found> {
    let thinnest = (thumbnail.width.min(thumbnail.height) / 48).min(2);
    let (_, colour, piece) = Colour::ALL
        .iter()
        .copied()
        .filter(|colour| stands_out(*colour, ground))
        .flat_map(|colour| {
            let pieces = shades(thumbnail, colour).opened(thinnest).pieces();
            pieces.into_iter().map(move |piece| (colour, piece))
        })
        .filter(|(_, piece)| is_compact(piece, thumbnail))
        .map(|(colour, piece)| (purity(&piece, colour, thumbnail), colour, piece))
        .max_by(|(one, ..), (other, ..)| one.total_cmp(other))?;
    let mut covered = vec![false; thumbnail.pixels.len()];
    for at in &piece.pixels {
        if let Some(covered) = covered.get_mut(*at) {
            *covered = true;
        }
    }
    Some(Found {
        subject: Subject {
            size: Size::of(part(piece.pixels.len(), thumbnail.pixels.len())),
            colour,
            place: place(&piece, thumbnail),
        },
        mask: Mask::new(thumbnail.width, thumbnail.height, covered),
    })
}

/// Whether a scene on this ground keeps a subject of this colour.
fn stands_out(colour: Colour, ground: Ground) -> bool {
    let subject = Subject {
        size: Size::Small,
        colour,
        place: Place::Centre,
    };
    let orientation = shared::scene::Orientation::Square;
    Scene::new(orientation, ground, None, Some(subject))
        .subject()
        .is_some()
}

/// The pixels that are shades of this colour.
fn shades(thumbnail: &Thumbnail, colour: Colour) -> Mask {
    let pure = colour.oklab();
    let covered = thumbnail.pixels.iter();
    let covered = covered
        .map(|pixel| pure.difference(*pixel) < SHADE)
        .collect();
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

/// How many pixels of the pure colour the piece is worth.
fn purity(piece: &Piece, colour: Colour, thumbnail: &Thumbnail) -> f32 {
    let pure = colour.oklab();
    let pixels = piece
        .pixels
        .iter()
        .filter_map(|at| thumbnail.pixels.get(*at));
    pixels
        .map(|pixel| 1.0 - pure.difference(*pixel) / SHADE)
        .sum()
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
