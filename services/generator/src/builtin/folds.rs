//! The folds of a ground: soft ridges, one behind the other, each in its own shade.

use shared::scene::Dice;

use super::noise::Noise;
use super::point::Point;
use super::shade::Shade;

/// Ridges that divide a part of the ground into layers.
pub(super) struct Folds {
    ridges: Vec<Ridge>,
    /// The shade of what lies before the first ridge.
    first: Shade,
}

struct Ridge {
    /// Where it lies in its part, from 0 to 1.
    at: f32,
    height: f32,
    /// How quickly it rises and falls.
    pace: f32,
    noise: Noise,
    shade: Shade,
}

impl Folds {
    pub(super) fn new(count: u8, dice: &mut Dice) -> Self {
        let layers = f32::from(count) + 1.0;
        // Light falls or grows from layer to layer; the middle one has the pure colour.
        let fall = if dice.chance(0.5) { 0.062 } else { -0.062 };
        let turn = dice.between(-0.024, 0.024);
        let mut shade = |layer: f32| {
            let slope = 1.0 - 2.0 * layer / (layers - 1.0).max(1.0);
            let steady =
                Shade { light: fall * slope, turn: turn * slope, strength: -0.012 * slope };
            steady.and(Shade::chance(dice, 0.25))
        };
        let first = shade(0.0);
        let shades: Vec<_> = (1..=count).map(|layer| shade(f32::from(layer))).collect();
        let ridges = (1..=count).zip(shades).map(|(layer, shade)| Ridge {
            at: (f32::from(layer) + dice.between(-0.2, 0.2)) / layers,
            height: dice.between(0.8, 1.5) / layers,
            pace: dice.between(0.8, 2.0),
            noise: Noise::new(dice),
            shade,
        });
        Self { ridges: ridges.collect(), first }
    }

    /// The layer at a place `down` its part (0 to 1) and `along` the ridges.
    pub(super) fn at(&self, down: f32, along: f32) -> Layer {
        let over = self.ridges.iter().rev().find_map(|ridge| {
            let below = down - ridge.crest(along);
            (below >= 0.0).then_some((ridge, below))
        });
        let Some((ridge, below)) = over else {
            return Layer { shade: self.first, near: 0.0, slope: 0.0 };
        };
        // Its crest catches the light.
        let crest = Shade { light: 0.05 * (-below / 0.06).exp() - 0.012, ..Shade::default() };
        Layer {
            shade: ridge.shade.and(crest),
            near: (-below / 0.12).exp(),
            slope: slope(|along| ridge.crest(along), along),
        }
    }
}

/// What lies over one place.
pub(super) struct Layer {
    pub(super) shade: Shade,
    /// 1 on the layer's crest, less the farther from it, 0 where there is none.
    pub(super) near: f32,
    /// How steeply the crest falls there.
    pub(super) slope: f32,
}

impl Ridge {
    fn crest(&self, along: f32) -> f32 {
        self.at + self.height * self.noise.rough(Point::new(along * self.pace, 0.5))
    }
}

/// How steeply a curve falls at a place.
pub(super) fn slope(curve: impl Fn(f32) -> f32, along: f32) -> f32 {
    const STEP: f32 = 0.02;
    (curve(along + STEP) - curve(along - STEP)) / (2.0 * STEP)
}
