//! The colours that have a name here: some two dozen, far enough apart that a shade of one is never
//! taken for another.

use super::Oklab;

macro_rules! palette {
    ($($(#[$doc:meta])* $colour:ident = $name:literal, $rgb:expr;)*) => {
        /// A named colour.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Colour {
            $($(#[$doc])* #[doc = concat!("\"", $name, "\".")] $colour,)*
        }

        impl Colour {
            /// All of them, greys first.
            pub const ALL: &'static [Self] = &[$(Self::$colour),*];

            /// Its English name, in lower case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$colour => $name,)*
                }
            }

            /// Its purest shade as an 8-bit sRGB pixel.
            #[must_use]
            pub const fn srgb(self) -> [u8; 3] {
                match self {
                    $(Self::$colour => $rgb,)*
                }
            }
        }
    };
}

palette! {
    Black = "black", [14, 14, 18];
    Charcoal = "charcoal", [66, 66, 69];
    Grey = "grey", [133, 135, 139];
    Silver = "silver", [189, 192, 195];
    White = "white", [248, 247, 244];
    Sand = "sand", [201, 168, 119];
    Brown = "brown", [107, 68, 38];
    DarkRed = "dark red", [124, 20, 32];
    Red = "red", [211, 42, 47];
    Coral = "coral", [242, 122, 112];
    Pink = "pink", [245, 179, 200];
    Orange = "orange", [238, 138, 18];
    Gold = "gold", [242, 194, 48];
    Olive = "olive", [123, 122, 44];
    ForestGreen = "forest green", [31, 77, 46];
    LeafGreen = "leaf green", [79, 159, 69];
    Lime = "lime", [158, 216, 72];
    Teal = "teal", [19, 124, 128];
    Turquoise = "turquoise", [60, 196, 189];
    SkyBlue = "sky blue", [134, 190, 241];
    Blue = "blue", [42, 99, 200];
    Navy = "navy", [23, 38, 79];
    Lavender = "lavender", [180, 159, 224];
    Violet = "violet", [116, 64, 180];
    Plum = "plum", [86, 34, 84];
    Magenta = "magenta", [196, 55, 140];
}

/// Named colours with less chroma are greys.
const GREY_CHROMA: f32 = 0.03;

impl Colour {
    /// The colour of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|colour| colour.name() == name)
    }

    /// Its purest shade in `OKLab`.
    #[must_use]
    pub fn oklab(self) -> Oklab {
        Oklab::from_srgb(self.srgb())
    }

    /// How far any colour is from this one, as [`Oklab::difference`], except that a grey has to be
    /// truly grey: a muted violet is still violet to the eye, though nearer to grey in numbers.
    #[inline]
    pub fn distance(self) -> impl Fn(Oklab) -> f32 + Copy {
        let pure = self.oklab();
        let is_grey = pure.a.hypot(pure.b) < GREY_CHROMA;
        let excess = if is_grey { 1.5 } else { 1.0 };
        move |colour| {
            let stressed = Oklab {
                a: pure.a + (colour.a - pure.a) * excess,
                b: pure.b + (colour.b - pure.b) * excess,
                ..colour
            };
            pure.difference(stressed)
        }
    }

    /// How different two named colours look; see [`Oklab::difference`].
    #[must_use]
    pub fn difference(self, other: Self) -> f32 {
        self.oklab().difference(other.oklab())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_two_are_well_apart() {
        for (index, one) in Colour::ALL.iter().enumerate() {
            for other in &Colour::ALL[..index] {
                let difference = one.difference(*other);
                assert!(difference > 0.15, "{one:?} and {other:?}: {difference}");
            }
        }
    }

    #[test]
    fn each_is_found_by_its_name() {
        for colour in Colour::ALL {
            assert_eq!(Colour::named(colour.name()), Some(*colour));
        }
        assert_eq!(Colour::named("octarine"), None);
    }
}
