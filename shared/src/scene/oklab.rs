//! `OKLab`, the colour space in which distances are those people see, and its way to and from sRGB.
//! Source: Björn Ottosson, <https://bottosson.github.io/posts/oklab/>.

/// A colour in `OKLab` under D65.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Oklab {
    /// Perceived lightness L, from 0 (black) to 1 (white).
    pub lightness: f32,
    /// From green (about -0.25) to red (about 0.28).
    pub a: f32,
    /// From blue (about -0.32) to yellow (about 0.2).
    pub b: f32,
}

impl Oklab {
    /// The colour of an 8-bit sRGB pixel.
    #[must_use]
    pub fn from_srgb(rgb: [u8; 3]) -> Self {
        Self::from_encoded(rgb.map(|channel| f32::from(channel) / 255.0))
    }

    /// The colour of gamma-encoded sRGB, each channel from 0 to 1.
    #[must_use]
    pub fn from_encoded(rgb: [f32; 3]) -> Self {
        Self::from_linear(rgb.map(decode))
    }

    /// The colour of linear-light sRGB, each channel from 0 to 1.
    #[inline]
    #[must_use]
    pub fn from_linear([red, green, blue]: [f32; 3]) -> Self {
        let long = (0.412_221_47 * red + 0.536_332_55 * green + 0.051_445_995 * blue).cbrt();
        let medium = (0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue).cbrt();
        let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
        Self {
            lightness: 0.210_454_26 * long + 0.793_617_8 * medium - 0.004_072_047 * short,
            a: 1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short,
            b: 0.025_904_037 * long + 0.782_771_77 * medium - 0.808_675_77 * short,
        }
    }

    /// Linear-light sRGB; outside 0 to 1 where sRGB cannot show the colour.
    #[inline]
    #[must_use]
    pub fn to_linear(self) -> [f32; 3] {
        let long = (self.lightness + 0.396_337_78 * self.a + 0.215_803_76 * self.b).powi(3);
        let medium = (self.lightness - 0.105_561_346 * self.a - 0.063_854_17 * self.b).powi(3);
        let short = (self.lightness - 0.089_484_18 * self.a - 1.291_485_5 * self.b).powi(3);
        [
            4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short,
            -1.268_438 * long + 2.609_757_4 * medium - 0.341_319_4 * short,
            -0.004_196_086_3 * long - 0.703_418_6 * medium + 1.707_614_7 * short,
        ]
    }

    /// The nearest 8-bit sRGB pixel, each channel clipped on its own.
    #[must_use]
    pub fn to_srgb(self) -> [u8; 3] {
        self.to_linear().map(|channel| quantise(encode(channel)))
    }

    /// How different two colours look: 0 for the same, about 0.02 for just noticeably different,
    /// 1 from black to white. This is `ΔEOK2` of Color.js, which doubles `a` and `b`, for people
    /// tell hues apart more readily than the plain distance says.
    /// Source: <https://colorjs.io/docs/color-difference>.
    #[inline]
    #[must_use]
    pub fn difference(self, other: Self) -> f32 {
        let lightness = self.lightness - other.lightness;
        let a = 2.0 * (self.a - other.a);
        let b = 2.0 * (self.b - other.b);
        (lightness * lightness + a * a + b * b).sqrt()
    }

    /// The colour a part `share` (0 to 1) of the way to `other`.
    #[inline]
    #[must_use]
    pub fn mixed(self, other: Self, share: f32) -> Self {
        Self {
            lightness: self.lightness + (other.lightness - self.lightness) * share,
            a: self.a + (other.a - self.a) * share,
            b: self.b + (other.b - self.b) * share,
        }
    }
}

/// The sRGB transfer function, code value to light. Source: IEC 61966-2-1.
fn decode(value: f32) -> f32 {
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// The sRGB transfer function, light to code value. Source: IEC 61966-2-1.
fn encode(light: f32) -> f32 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=255 before the cast"
)]
fn quantise(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primaries_have_the_published_values() {
        // Published for CSS: `oklab()` of white, red, lime and blue, CSS Color 4 and culori.
        for (rgb, [lightness, a, b]) in [
            ([255, 255, 255], [1.0, 0.0, 0.0]),
            ([255, 0, 0], [0.627_96, 0.224_86, 0.125_85]),
            ([0, 255, 0], [0.866_44, -0.233_89, 0.179_5]),
            ([0, 0, 255], [0.452_01, -0.032_46, -0.311_53]),
            ([0, 0, 0], [0.0, 0.0, 0.0]),
        ] {
            let published = Oklab { lightness, a, b };
            let difference = Oklab::from_srgb(rgb).difference(published);
            assert!(difference < 2e-4, "{rgb:?} is off by {difference}");
        }
    }

    #[test]
    fn srgb_survives_the_way_there_and_back() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    assert_eq!(Oklab::from_srgb([red, green, blue]).to_srgb(), [red, green, blue]);
                }
            }
        }
    }

    #[test]
    fn halfway_from_black_to_white_is_half_as_light() {
        let grey = Oklab::from_srgb([0; 3]).mixed(Oklab::from_srgb([255; 3]), 0.5);
        assert!((grey.lightness - 0.5).abs() < 1e-3);
        assert_eq!(grey.to_srgb(), [99, 99, 99]);
    }
}
