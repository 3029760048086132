//! The one thing in a picture that stands out from its ground.

use super::Colour;

/// Something compact, of one colour, unlike the ground around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject {
    /// How much of the picture it takes.
    pub size: Size,
    /// Its main colour.
    pub colour: Colour,
    /// Where its centre lies.
    pub place: Place,
}

/// How much of the picture a subject takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// Less than a twentieth.
    Small,
    /// A twentieth or more.
    Large,
}

impl Size {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Small, Self::Large];

    /// The word for a subject that covers this part (0 to 1) of the picture.
    #[must_use]
    pub const fn of(part: f32) -> Self {
        match part {
            ..0.05 => Self::Small,
            _ => Self::Large,
        }
    }

    /// The part of the picture a typical subject of this size covers.
    #[must_use]
    pub const fn share(self) -> f32 {
        match self {
            Self::Small => 0.024,
            Self::Large => 0.11,
        }
    }

    /// The adjective.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
        }
    }
}

/// One of the nine fields of a picture, row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    UpperLeft,
    Upper,
    UpperRight,
    Left,
    Centre,
    Right,
    LowerLeft,
    Lower,
    LowerRight,
}

impl Place {
    /// All nine, row by row.
    pub const ALL: &'static [Self] = &[
        Self::UpperLeft,
        Self::Upper,
        Self::UpperRight,
        Self::Left,
        Self::Centre,
        Self::Right,
        Self::LowerLeft,
        Self::Lower,
        Self::LowerRight,
    ];

    /// The field of a point, from (0, 0) in the upper left to (1, 1) in the lower right.
    #[must_use]
    pub fn of(across: f32, down: f32) -> Self {
        let third = |part: f32| match part {
            ..0.38 => 0,
            ..0.62 => 1,
            _ => 2,
        };
        let field: usize = third(down) * 3 + third(across);
        Self::ALL.get(field).copied().unwrap_or(Self::Centre)
    }

    /// The middle of the field, as [`Place::of`] takes it.
    #[must_use]
    pub const fn middle(self) -> (f32, f32) {
        const NEAR: f32 = 0.26;
        const FAR: f32 = 0.74;
        match self {
            Self::UpperLeft => (NEAR, NEAR),
            Self::Upper => (0.5, NEAR),
            Self::UpperRight => (FAR, NEAR),
            Self::Left => (NEAR, 0.5),
            Self::Centre => (0.5, 0.5),
            Self::Right => (FAR, 0.5),
            Self::LowerLeft => (NEAR, FAR),
            Self::Lower => (0.5, FAR),
            Self::LowerRight => (FAR, FAR),
        }
    }

    /// The phrase that says where it is.
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::UpperLeft => "in the upper left",
            Self::Upper => "above the centre",
            Self::UpperRight => "in the upper right",
            Self::Left => "left of the centre",
            Self::Centre => "in the centre",
            Self::Right => "right of the centre",
            Self::LowerLeft => "in the lower left",
            Self::Lower => "below the centre",
            Self::LowerRight => "in the lower right",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_holds_its_own_middle() {
        for place in Place::ALL {
            let (across, down) = place.middle();
            assert_eq!(Place::of(across, down), *place);
        }
    }

    #[test]
    fn each_size_covers_its_own_share() {
        for size in Size::ALL {
            assert_eq!(Size::of(size.share()), *size);
        }
    }
}
