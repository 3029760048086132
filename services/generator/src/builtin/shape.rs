//! The subject's outline: a disc, a pebble or a bloom, of exactly the area its size asks for.

use std::f32::consts::{PI, TAU};

use shared::scene::{Dice, Subject};

use super::point::Point;
use super::shade::Shade;

/// A closed shape around a centre.
pub(super) struct Shape {
    pub(super) centre: Point,
    /// The mean radius.
    pub(super) radius: f32,
    form: Form,
    /// Where the form begins, in radians.
    angle: f32,
}

#[derive(Clone, Copy)]
enum Form {
    Disc,
    Pebble,
    Bloom { petals: f32 },
}

impl Shape {
    /// The shape of a subject on a canvas of this extent.
    pub(super) fn new(subject: Subject, extent: Point, dice: &mut Dice) -> Self {
        let forms =
            [Form::Disc, Form::Pebble, Form::Bloom { petals: 5.0 }, Form::Bloom { petals: 7.0 }];
        let form = dice.pick(&forms).unwrap_or(Form::Disc);
        let (across, down) = subject.place.middle();
        let area = subject.size.share() * extent.x * extent.y;
        Self {
            centre: Point::new(across * extent.x, down * extent.y),
            // A wave of height h around a circle adds h²/2 to its area.
            radius: (area / (PI * (1.0 + form.wave().powi(2) / 2.0))).sqrt(),
            form,
            angle: dice.between(0.0, TAU),
        }
    }

    /// How far out a point is: 0 in the centre, 1 on the outline.
    pub(super) fn reach(&self, point: Point) -> f32 {
        let from = point - self.centre;
        from.length() / (self.radius * (1.0 + self.form.wave() * self.waves(from)))
    }

    /// The light on a point inside, which falls from the upper left.
    pub(super) fn shade(&self, point: Point) -> Shade {
        let from = point - self.centre;
        let reach = self.reach(point);
        let facing = from.direction().dot(Point::new(-0.6, -0.8)) * reach;
        let relief = match self.form {
            Form::Bloom { .. } => 0.07 * self.waves(from) * reach + 0.04 * (0.5 - reach),
            Form::Disc | Form::Pebble => 0.0,
        };
        Shade { light: 0.07 * facing + relief, turn: 0.025 * facing, strength: 0.2 * relief }
    }

    /// Which way the brush goes there: around, or out along the petals.
    pub(super) fn grain(&self, point: Point) -> Point {
        let from = (point - self.centre).direction();
        match self.form {
            Form::Bloom { .. } => from + from.turned() * 0.35,
            Form::Disc | Form::Pebble => from.turned() + from * 0.15,
        }
    }

    /// From -1 to 1 around the outline.
    fn waves(&self, from: Point) -> f32 {
        let angle = from.y.atan2(from.x) + self.angle;
        match self.form {
            Form::Disc => (3.0 * angle).cos(),
            Form::Pebble => 0.7 * (2.0 * angle).cos() + 0.3 * (3.0 * angle + self.angle).cos(),
            Form::Bloom { petals } => (petals * angle).cos(),
        }
    }
}

impl Form {
    /// The height of the outline's waves, of its radius.
    const fn wave(self) -> f32 {
        match self {
            Self::Disc => 0.015,
            Self::Pebble => 0.13,
            Self::Bloom { .. } => 0.14,
        }
    }
}
