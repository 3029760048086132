//! Whether a picture is wide, tall or square.

/// The way a picture's longer side lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Orientation {
    /// Wider than tall.
    Wide,
    /// Taller than wide.
    Tall,
    /// Sides of about one length.
    Square,
}

impl Orientation {
    /// All three.
    pub const ALL: &'static [Self] = &[Self::Wide, Self::Tall, Self::Square];

    /// The orientation of a picture of these sides, in pixels; within a tenth of each other they
    /// count as equal.
    #[must_use]
    pub fn of(width: u32, height: u32) -> Self {
        let (width, height) = (u64::from(width), u64::from(height));
        if width * 10 > height * 11 {
            Self::Wide
        } else if height * 10 > width * 11 {
            Self::Tall
        } else {
            Self::Square
        }
    }

    /// Width and height in pixels (4:3, 3:4 or 1:1) of a picture with this longest side.
    #[must_use]
    pub fn sides(self, longest: u32) -> (u32, u32) {
        let longest = longest.max(1);
        let shortest = (longest - longest / 4).max(1);
        match self {
            Self::Wide => (longest, shortest),
            Self::Tall => (shortest, longest),
            Self::Square => (longest, longest),
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Tall => "tall",
            Self::Square => "square",
        }
    }
}
