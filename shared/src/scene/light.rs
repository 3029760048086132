//! How light a picture is, and how far its colours lie apart in lightness.

/// A picture's mean lightness, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Light {
    /// Mean `OKLab` lightness under 0.40.
    Dark,
    /// Under 0.58.
    Dim,
    /// Under 0.76.
    Even,
    /// 0.76 and above.
    Bright,
}

impl Light {
    /// The word for a mean `OKLab` lightness from 0 to 1.
    #[must_use]
    pub const fn of(lightness: f32) -> Self {
        match lightness {
            ..0.40 => Self::Dark,
            ..0.58 => Self::Dim,
            ..0.76 => Self::Even,
            _ => Self::Bright,
        }
    }

    /// The adjective.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Dim => "dim",
            Self::Even => "evenly lit",
            Self::Bright => "bright",
        }
    }
}

/// The distance in lightness between a picture's darkest and lightest colour, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Contrast {
    /// Under 0.22.
    Soft,
    /// Under 0.48.
    Clear,
    /// 0.48 and above.
    Strong,
}

impl Contrast {
    /// The word for a difference in `OKLab` lightness from 0 to 1.
    #[must_use]
    pub const fn of(difference: f32) -> Self {
        match difference {
            ..0.22 => Self::Soft,
            ..0.48 => Self::Clear,
            _ => Self::Strong,
        }
    }

    /// The adjective.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Soft => "soft",
            Self::Clear => "clear",
            Self::Strong => "strong",
        }
    }
}
