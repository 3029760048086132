//! The flow that brush strokes follow: a drift with slow waves, and a few whirls.

use shared::scene::Dice;

use super::noise::Noise;
use super::point::Point;

/// A direction for every place.
pub(super) struct Flow {
    drift: Point,
    waves: Noise,
    pace: f32,
    whirls: Vec<Whirl>,
}

struct Whirl {
    centre: Point,
    radius: f32,
    /// Positive turns clockwise.
    force: f32,
}

impl Flow {
    /// A flow over a canvas of this extent, mainly along `drift`.
    pub(super) fn new(drift: Point, extent: Point, dice: &mut Dice) -> Self {
        let count = dice.pick(&[2, 3, 4]).unwrap_or(3);
        let whirls = (0..count).map(|_| Whirl {
            centre: Point::new(dice.between(0.0, extent.x), dice.between(0.0, extent.y)),
            radius: dice.between(0.12, 0.26),
            force: if dice.chance(0.5) { 1.9 } else { -1.9 },
        });
        let whirls = whirls.collect();
        Self { drift, waves: Noise::new(dice), pace: dice.between(1.2, 2.2), whirls }
    }

    /// Of length 1.
    pub(super) fn at(&self, point: Point) -> Point {
        let angle = 1.3 * self.waves.at(point * self.pace);
        let (sin, cos) = angle.sin_cos();
        let drift = self.drift * cos + self.drift.turned() * sin;
        self.whirls
            .iter()
            .fold(drift, |flow, whirl| {
                let from = point - whirl.centre;
                let near = (-(from.length() / whirl.radius).powi(2)).exp();
                flow + from.direction().turned() * (whirl.force * near)
            })
            .direction()
    }
}
