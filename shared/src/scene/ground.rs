//! The large areas of colour a picture is made of, and where they lie.

use super::Colour;

/// Grounds that differ less than this could not be told apart, and count as one.
const GROUND_DIFFERENCE: f32 = 0.16;

/// Which way a picture is divided in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Axis {
    /// One part above the other.
    Vertical,
    /// The parts side by side.
    Horizontal,
}

impl Axis {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Vertical, Self::Horizontal];
}

/// How much of a divided picture belongs to its first part (the upper or the left one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Share {
    /// A third.
    Third,
    /// A half.
    Half,
    /// Two thirds.
    TwoThirds,
}

impl Share {
    /// All three.
    pub const ALL: &'static [Self] = &[Self::Third, Self::Half, Self::TwoThirds];

    /// The nearest share to a part between 0 and 1.
    #[must_use]
    pub const fn of(part: f32) -> Self {
        match part {
            ..0.415 => Self::Third,
            ..0.585 => Self::Half,
            _ => Self::TwoThirds,
        }
    }

    /// The part it stands for, between 0 and 1.
    #[must_use]
    pub const fn part(self) -> f32 {
        match self {
            Self::Third => 1.0 / 3.0,
            Self::Half => 0.5,
            Self::TwoThirds => 2.0 / 3.0,
        }
    }
}

/// The ground of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ground {
    /// One colour all over.
    Plain(Colour),
    /// Two colours, the upper or left one first.
    Split(Axis, Share, [Colour; 2]),
    /// Three bands of one height, from the top down.
    Bands([Colour; 3]),
}

impl Ground {
    /// Each colour with the part of the picture it covers; the parts add up to 1.
    pub fn parts(self) -> impl Iterator<Item = (Colour, f32)> {
        const THIRD: f32 = 1.0 / 3.0;
        let parts = match self {
            Self::Plain(colour) => [Some((colour, 1.0)), None, None],
            Self::Split(_, share, [first, second]) => {
                [Some((first, share.part())), Some((second, 1.0 - share.part())), None]
            }
            Self::Bands(bands) => bands.map(|colour| Some((colour, THIRD))),
        };
        parts.into_iter().flatten()
    }

    /// The same with neighbours too alike made one; of such a pair the first is kept.
    #[must_use]
    pub(super) fn merged(self) -> Self {
        let alike = |one: Colour, other: Colour| one.difference(other) < GROUND_DIFFERENCE;
        match self {
            Self::Split(_, _, [first, second]) if alike(first, second) => Self::Plain(first),
            Self::Bands([top, middle, bottom]) if alike(top, middle) => {
                Self::Split(Axis::Vertical, Share::TwoThirds, [top, bottom]).merged()
            }
            Self::Bands([top, middle, bottom]) if alike(middle, bottom) => {
                Self::Split(Axis::Vertical, Share::Third, [top, middle])
            }
            kept => kept,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_of_one_colour_become_one() {
        use Colour::{Blue, Gold, Red};
        let split = |share, colours| Ground::Split(Axis::Vertical, share, colours);
        for (bands, merged) in [
            ([Red, Red, Blue], split(Share::TwoThirds, [Red, Blue])),
            ([Red, Blue, Blue], split(Share::Third, [Red, Blue])),
            ([Red, Red, Red], Ground::Plain(Red)),
            ([Red, Blue, Red], Ground::Bands([Red, Blue, Red])),
            ([Red, Blue, Gold], Ground::Bands([Red, Blue, Gold])),
        ] {
            assert_eq!(Ground::Bands(bands).merged(), merged);
        }
    }

    #[test]
    fn parts_fill_the_picture() {
        for ground in [
            Ground::Plain(Colour::Teal),
            Ground::Split(Axis::Horizontal, Share::Third, [Colour::Teal, Colour::White]),
            Ground::Bands([Colour::Teal, Colour::White, Colour::Red]),
        ] {
            let whole: f32 = ground.parts().map(|(_, part)| part).sum();
            assert!((whole - 1.0).abs() < 1e-6);
        }
    }
}
