//! Smooth noise: hills and hollows that look random and are the same for the same seed.

use shared::scene::Dice;

use super::point::Point;

/// A field of noise over the plane, with features about 1 wide.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    seed: u32,
}

impl Noise {
    #[expect(clippy::cast_possible_truncation, reason = "half of the bits will do")]
    pub(super) fn new(dice: &mut Dice) -> Self {
        Self { seed: dice.bits() as u32 }
    }

    /// From -1 to 1, about 0 in the mean.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "canvas coordinates are far smaller than an i32"
    )]
    pub(super) fn at(self, point: Point) -> f32 {
        let (column, row) = (point.x.floor(), point.y.floor());
        let (x, y) = (smooth(point.x - column), smooth(point.y - row));
        let (column, row) = (column as i32, row as i32);
        let upper = mix(self.corner(column, row), self.corner(column + 1, row), x);
        let lower = mix(self.corner(column, row + 1), self.corner(column + 1, row + 1), x);
        mix(upper, lower, y)
    }

    /// Three octaves of it, from -1 to 1.
    pub(super) fn rough(self, point: Point) -> f32 {
        let fine = Point::new(17.3, 5.1);
        (self.at(point) + 0.5 * self.at(point * 2.0 + fine) + 0.25 * self.at(point * 4.0 + fine))
            / 1.75
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a hash: any bits will do"
    )]
    fn corner(self, column: i32, row: i32) -> f32 {
        let mut hash = self.seed
            ^ (column as u32).wrapping_mul(0x9e37_79b1)
            ^ (row as u32).wrapping_mul(0x85eb_ca77);
        hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
        hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
        hash ^= hash >> 15;
        (hash >> 8) as f32 / 8_388_608.0 - 1.0
    }
}

fn smooth(part: f32) -> f32 {
    part * part * part * (part * (part * 6.0 - 15.0) + 10.0)
}

fn mix(from: f32, to: f32, part: f32) -> f32 {
    from + (to - from) * part
}
