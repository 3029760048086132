//! What a picture measurably shows, and the one English sentence that says so. The vocabulary the
//! builtin captioner and painter share: [`Scene`]'s `Display` and `FromStr` are exact inverses.

mod colour;
mod dice;
mod grammar;
mod ground;
mod imagination;
mod lexicon;
mod light;
mod oklab;
mod orientation;
mod subject;

pub use colour::Colour;
pub use dice::Dice;
pub use grammar::NotAScene;
pub use ground::{Axis, Ground, Share};
pub use light::{Contrast, Light};
pub use oklab::Oklab;
pub use orientation::Orientation;
pub use subject::{Place, Size, Subject};

/// How far touches of colour keep from every other colour of their scene, as
/// [`Oklab::difference`].
const ACCENT_DIFFERENCE: f32 = 0.25;
/// How far a subject keeps from the ground: what is nearer does not stand out.
const SUBJECT_DIFFERENCE: f32 = 0.25;
/// The part of the picture that touches of colour cover.
const ACCENT_SHARE: f32 = 0.15;

/// A picture in words. Only consistent scenes exist: [`Scene::new`] leaves out what could not be
/// seen, and light and contrast follow from the colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scene {
    orientation: Orientation,
    ground: Ground,
    accent: Option<Colour>,
    subject: Option<Subject>,
}

impl Scene {
    /// The scene of these parts: neighbouring grounds of one colour become one, a subject that does
    /// not stand out from the ground is left out, and so are touches of a colour too near another.
    #[must_use]
    pub fn new(
        orientation: Orientation,
        ground: Ground,
        accent: Option<Colour>,
        subject: Option<Subject>,
    ) -> Self {
        let ground = ground.merged();
        let subject = subject.filter(|subject| {
            ground
                .parts()
                .all(|(colour, _)| colour.difference(subject.colour) >= SUBJECT_DIFFERENCE)
        });
        let accent = accent.filter(|accent| {
            ground
                .parts()
                .map(|(colour, _)| colour)
                .chain(subject.map(|subject| subject.colour))
                .all(|colour| colour.difference(*accent) >= ACCENT_DIFFERENCE)
        });
        Self { orientation, ground, accent, subject }
    }

    /// Reads any sentence: one written by [`Scene`] exactly, any other by the colours, lights and
    /// everyday things it names; a hash of the sentence decides what it leaves open.
    #[must_use]
    pub fn imagine(sentence: &str) -> Self {
        sentence.parse().unwrap_or_else(|_| imagination::imagine(sentence))
    }

    /// Whether the picture is wide, tall or square.
    #[must_use]
    pub const fn orientation(&self) -> Orientation {
        self.orientation
    }

    /// The large areas of colour and where they lie.
    #[must_use]
    pub const fn ground(&self) -> Ground {
        self.ground
    }

    /// A colour scattered over the picture in small touches.
    #[must_use]
    pub const fn accent(&self) -> Option<Colour> {
        self.accent
    }

    /// The one thing that stands out.
    #[must_use]
    pub const fn subject(&self) -> Option<Subject> {
        self.subject
    }

    /// How light the picture is.
    #[must_use]
    pub fn light(&self) -> Light {
        Light::of(self.lightness())
    }

    /// How far its lightest colour is from its darkest; none when there is only one colour.
    #[must_use]
    pub fn contrast(&self) -> Option<Contrast> {
        let lightness = || self.colours().map(|(colour, _)| colour.oklab().lightness);
        let darkest = lightness().fold(f32::INFINITY, f32::min);
        let lightest = lightness().fold(f32::NEG_INFINITY, f32::max);
        (self.colours().count() > 1).then(|| Contrast::of(lightest - darkest))
    }

    /// The mean `OKLab` lightness, from 0 (black) to 1 (white), of a picture that is as this scene
    /// says.
    #[must_use]
    pub fn lightness(&self) -> f32 {
        let (sum, weight) = self.colours().fold((0.0, 0.0), |(sum, total), (colour, weight)| {
            (sum + weight * colour.oklab().lightness, total + weight)
        });
        sum / weight
    }

    /// Every colour named, with the part of the picture it covers (the ground's parts are not
    /// reduced by what lies on them).
    fn colours(&self) -> impl Iterator<Item = (Colour, f32)> {
        self.ground
            .parts()
            .chain(self.accent.map(|colour| (colour, ACCENT_SHARE)))
            .chain(self.subject.map(|subject| (subject.colour, subject.size.share())))
    }
}

#[cfg(test)]
mod tests;
