//! Shades of a named colour: lighter and darker, warmer and cooler, never another colour.

use shared::scene::{Dice, Oklab};

/// How far a shade is from the pure colour, in `OKLab`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shade {
    /// Added to the lightness.
    pub(super) light: f32,
    /// Towards the next hue; on greys, from cool to warm.
    pub(super) turn: f32,
    /// Away from grey.
    pub(super) strength: f32,
}

impl Shade {
    /// A small chance shade, `spread` times the usual.
    pub(super) fn chance(dice: &mut Dice, spread: f32) -> Self {
        // The sum of two throws: mostly little, seldom much.
        let mut throw = |most: f32| (dice.unit() + dice.unit() - 1.0) * most * spread;
        Self { light: throw(0.08), turn: throw(0.045), strength: throw(0.035) }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            light: self.light + other.light,
            turn: self.turn + other.turn,
            strength: self.strength + other.strength,
        }
    }

    /// This shade of a colour.
    pub(super) fn of(self, pure: Oklab) -> Oklab {
        let chroma = pure.a.hypot(pure.b);
        let (a, b, turn) = if chroma > GREY {
            (pure.a / chroma, pure.b / chroma, self.turn)
        } else {
            // Greys have no hue to turn or strengthen: light falls on them warm or cool.
            (-0.4, 0.9, 0.0)
        };
        let strength = if chroma > GREY { self.strength } else { 0.4 * self.turn };
        Oklab {
            lightness: within(pure.lightness + self.light),
            a: pure.a + a * strength - b * turn,
            b: pure.b + b * strength + a * turn,
        }
    }
}

/// Colours with less chroma are greys.
const GREY: f32 = 0.03;

/// Folds lightness back at the ends of what paint can show.
fn within(lightness: f32) -> f32 {
    const DARKEST: f32 = 0.10;
    const LIGHTEST: f32 = 0.985;
    if lightness > LIGHTEST {
        LIGHTEST - (lightness - LIGHTEST) * 0.6
    } else {
        lightness.max(DARKEST)
    }
}
