//! The sentence: how a scene is written, and how exactly that sentence is read back.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::{Axis, Colour, Ground, Orientation, Place, Scene, Share, Size, Subject};

/// The sentence is not one that [`Scene`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the description of a scene")]
pub struct NotAScene;

impl Display for Scene {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (orientation, light) = (self.orientation().word(), self.light().word());
        write!(f, "A {orientation}, {light} picture")?;
        if let Some(contrast) = self.contrast() {
            write!(f, " in {} contrast", contrast.word())?;
        }
        write!(f, ": {}", self.ground())?;
        if let Some(accent) = self.accent() {
            write!(f, ", with touches of {}", accent.name())?;
        }
        if let Some(subject) = self.subject() {
            let joint = if self.accent().is_some() { " and" } else { ", with" };
            write!(f, "{joint} {subject}")?;
        }
        f.write_str(".")
    }
}

impl FromStr for Scene {
    type Err = NotAScene;

    fn from_str(sentence: &str) -> Result<Self, NotAScene> {
        let words: Vec<_> = sentence.split_whitespace().collect();
        let sentence = words.join(" ").to_lowercase();
        let scene = read(sentence.trim_end_matches('.')).ok_or(NotAScene)?;
        // What was read must say all that was written: a light or a contrast that the colours do
        // not have is a sentence no scene has.
        let written = scene.to_string().to_lowercase();
        let same = written.trim_end_matches('.') == sentence.trim_end_matches('.');
        same.then_some(scene).ok_or(NotAScene)
    }
}

fn read(sentence: &str) -> Option<Scene> {
    let (head, body) = sentence.split_once(": ")?;
    let (orientation, _light_and_contrast) = head.strip_prefix("a ")?.split_once(", ")?;
    let orientation = Orientation::ALL.iter().find(|known| known.word() == orientation)?;
    let (ground, extras) = match body.split_once(", with ") {
        Some((ground, extras)) => (ground, Some(extras)),
        None => (body, None),
    };
    let (accent, subject) = match extras.map(|extras| extras.strip_prefix("touches of ")) {
        None => (None, None),
        Some(None) => (None, extras),
        Some(Some(touches)) => match touches.split_once(" and ") {
            Some((accent, subject)) => (Some(accent), Some(subject)),
            None => (Some(touches), None),
        },
    };
    let accent = accent.map(|name| Colour::named(name).ok_or(NotAScene));
    let subject = subject.map(|phrase| read_subject(phrase).ok_or(NotAScene));
    Some(Scene::new(
        *orientation,
        read_ground(ground)?,
        accent.transpose().ok()?,
        subject.transpose().ok()?,
    ))
}

impl Display for Ground {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(colour) => write!(f, "{}{EVERYWHERE}", colour.name()),
            Self::Split(axis, share, [first, second]) => {
                let (here, there) = split_phrases(*axis, *share);
                write!(f, "{}{here}{}{there}", first.name(), second.name())
            }
            Self::Bands([top, middle, bottom]) => {
                let [at_top, across, at_bottom] = BANDS;
                let (top, middle, bottom) = (top.name(), middle.name(), bottom.name());
                write!(f, "{top}{at_top}{middle}{across}{bottom}{at_bottom}")
            }
        }
    }
}

fn read_ground(phrase: &str) -> Option<Ground> {
    let plain = || Colour::named(phrase.strip_suffix(EVERYWHERE)?).map(Ground::Plain);
    let bands = || {
        let [at_top, across, at_bottom] = BANDS;
        let (top, rest) = phrase.strip_suffix(at_bottom)?.split_once(at_top)?;
        let (middle, bottom) = rest.split_once(across)?;
        Some(Ground::Bands([Colour::named(top)?, Colour::named(middle)?, Colour::named(bottom)?]))
    };
    let split = |axis, share| {
        let (here, there) = split_phrases(axis, share);
        let (first, second) = phrase.strip_suffix(there)?.split_once(here)?;
        let colours = [Colour::named(first)?, Colour::named(second)?];
        Some(Ground::Split(axis, share, colours))
    };
    let ways =
        Axis::ALL.iter().flat_map(|axis| Share::ALL.iter().map(move |share| (*axis, *share)));
    plain().or_else(bands).or_else(|| ways.into_iter().find_map(|(axis, share)| split(axis, share)))
}

const EVERYWHERE: &str = " all over";
const BANDS: [&str; 3] = [" at the top, ", " across the middle and ", " at the bottom"];

/// What follows the first and the second colour of a divided ground.
const fn split_phrases(axis: Axis, share: Share) -> (&'static str, &'static str) {
    match (axis, share) {
        (Axis::Vertical, Share::Third) => (" across the top third and ", " below"),
        (Axis::Vertical, Share::Half) => (" at the top and ", " at the bottom"),
        (Axis::Vertical, Share::TwoThirds) => (" above and ", " across the bottom third"),
        (Axis::Horizontal, Share::Third) => (" down the left third and ", " to its right"),
        (Axis::Horizontal, Share::Half) => (" on the left and ", " on the right"),
        (Axis::Horizontal, Share::TwoThirds) => (" to the left and ", " down the right third"),
    }
}

impl Display for Subject {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (size, colour, place) = (self.size.word(), self.colour.name(), self.place.phrase());
        write!(f, "a {size} {colour} subject standing out {place}")
    }
}

fn read_subject(phrase: &str) -> Option<Subject> {
    let (size, rest) = phrase.strip_prefix("a ")?.split_once(' ')?;
    let (colour, place) = rest.split_once(" subject standing out ")?;
    Some(Subject {
        size: *Size::ALL.iter().find(|known| known.word() == size)?,
        colour: Colour::named(colour)?,
        place: *Place::ALL.iter().find(|known| known.phrase() == place)?,
    })
}
