//! One stroke of the brush: where it goes, how wide it is, and what paint it carries.

use shared::scene::{Dice, Oklab};

use super::composition::Composition;
use super::point::Point;

/// Bristles of a brush.
pub(super) const BRISTLES: usize = 14;

/// A stroke, in lengths of the canvas's shorter side.
pub(super) struct Stroke {
    pub(super) path: Vec<Point>,
    pub(super) radius: f32,
    pub(super) tip: Tip,
    pub(super) colour: Oklab,
    /// How much paint each bristle carries, from 0 to 1.
    pub(super) bristles: [f32; BRISTLES],
    /// How opaque the paint is, from 0 to 1.
    pub(super) body: f32,
}

/// How a brush is pressed along its stroke.
#[derive(Clone, Copy)]
pub(super) enum Tip {
    /// Put down flat, and lifted a little towards the end.
    Flat,
    /// Put down and lifted slowly: the stroke is a petal.
    Petal,
}

impl Tip {
    /// How wide it is pressed, of its radius, at a part (0 to 1) of the stroke.
    #[inline]
    pub(super) fn width(self, along: f32) -> f32 {
        match self {
            Self::Flat => {
                let lift = ((along - 0.35) / 0.65).max(0.0);
                1.0 - 0.45 * lift * lift
            }
            Self::Petal => {
                let off = 2.0 * along - 0.9;
                (1.05 - off * off).max(0.06)
            }
        }
    }
}

impl Stroke {
    /// Follows the flow from a place, back and forth, without leaving the area it is in.
    pub(super) fn follow(
        composition: &Composition,
        start: Point,
        radius: f32,
        steps: u8,
        dice: &mut Dice,
    ) -> Vec<Point> {
        let area = composition.at(start).area;
        let half = |forth: f32| {
            let mut path = Vec::new();
            let mut at = start;
            let mut way = composition.at(start).way * forth;
            for _ in 0..steps {
                let next = at + way * (radius * 0.9);
                let spot = composition.at(next);
                if spot.area != area {
                    break;
                }
                // The flow has no sign: keep going the way the brush is going.
                let turn = if spot.way.dot(way) < 0.0 { -1.0 } else { 1.0 };
                let turned = (spot.way * turn + way * 0.4).direction();
                if turned.dot(way) < 0.75 {
                    break; // A brush this wide cannot turn as sharply.
                }
                way = turned;
                at = next;
                path.push(at);
            }
            path
        };
        let mut path = half(-1.0);
        path.reverse();
        path.push(start);
        path.extend(half(1.0));
        if dice.chance(0.5) {
            path.reverse();
        }
        path
    }

    /// A brush freshly dipped.
    pub(super) fn dip(dice: &mut Dice) -> [f32; BRISTLES] {
        std::array::from_fn(|_| dice.unit())
    }
}
