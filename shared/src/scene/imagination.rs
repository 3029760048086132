//! A scene for a sentence in anyone's words: what it names is where one expects it, and dice of the
//! sentence itself decide the rest.

use super::lexicon::{self, Meaning};
use super::{
    Axis, Colour, Dice, Ground, Orientation, Place, SUBJECT_DIFFERENCE, Scene, Share, Size, Subject,
};

/// What a sentence names, in the order it names it.
#[derive(Default)]
struct Named {
    above: Option<Colour>,
    below: Option<Colour>,
    thing: Option<(Colour, Height)>,
    strewn: Option<Colour>,
    /// Colours of nothing in particular.
    loose: Vec<Colour>,
    light: Option<Meaning>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Height {
    Ground,
    Air,
}

pub(super) fn imagine(sentence: &str) -> Scene {
    let mut dice = Dice::of(sentence);
    let mut named = listen(sentence);
    let ground = lay_ground(&mut named, &mut dice);
    let subject = stand_subject(&named, ground, &mut dice);
    let loose = named.loose.first().copied();
    let strewn = dice.pick(Colour::ALL).filter(|_| dice.chance(0.4));
    let accent = named.strewn.or(loose).or(strewn);
    let orientation = match dice.unit() {
        ..0.6 => Orientation::Wide,
        ..0.8 => Orientation::Tall,
        _ => Orientation::Square,
    };
    Scene::new(orientation, ground, accent, subject)
}

/// Hears the words it knows; a colour belongs to the noun that follows it.
fn listen(sentence: &str) -> Named {
    let sentence = sentence.to_lowercase();
    // The zero-width non-joiner stands inside Persian words.
    let words: Vec<_> = sentence
        .split(|c: char| !c.is_alphanumeric() && c != '\u{200c}')
        .filter(|word| !word.is_empty())
        .collect();
    let mut named = Named::default();
    let mut hue = None;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let pair = words.get(at + 1).map(|next| format!("{word} {next}"));
        let of_pair = pair.and_then(|pair| lexicon::meaning(&pair));
        at += if of_pair.is_some() { 2 } else { 1 };
        let Some(meaning) = of_pair.or_else(|| lexicon::meaning(word)) else {
            continue;
        };
        match meaning {
            Meaning::Hue(colour) => named.loose.extend(hue.replace(colour)),
            Meaning::Above(colour) => {
                named.above.get_or_insert(hue.take().unwrap_or(colour));
            }
            Meaning::Below(colour) => {
                named.below.get_or_insert(hue.take().unwrap_or(colour));
            }
            Meaning::Thing(colour) => {
                let colour = hue.take().unwrap_or(colour);
                named.thing.get_or_insert((colour, Height::Ground));
            }
            Meaning::Aloft(colour) => {
                let colour = hue.take().unwrap_or(colour);
                named.thing.get_or_insert((colour, Height::Air));
            }
            Meaning::Strewn(colour) => {
                named.strewn.get_or_insert(hue.take().unwrap_or(colour));
            }
            Meaning::Dark | Meaning::Bright => named.light = Some(meaning),
        }
    }
    named.loose.extend(hue);
    named
}

/// The ground: what is named, then colours of nothing in particular, then a pair that goes well.
fn lay_ground(named: &mut Named, dice: &mut Dice) -> Ground {
    let mut loose = std::mem::take(&mut named.loose).into_iter();
    let above = named.above.or_else(|| loose.next());
    let below = named.below.or_else(|| loose.next());
    named.loose = loose.collect();
    let pairs = match named.light {
        Some(Meaning::Dark) => DARK_PAIRS,
        Some(Meaning::Bright) => BRIGHT_PAIRS,
        _ => PAIRS,
    };
    let stated = above.is_some() || below.is_some();
    // What is only thought up must not hide what is named.
    let on_it: Vec<_> =
        named.thing.map(|(colour, _)| colour).into_iter().chain(named.strewn).collect();
    let shows =
        |colour: Colour| on_it.iter().all(|other| other.difference(colour) >= SUBJECT_DIFFERENCE);
    let clear: Vec<_> = pairs
        .iter()
        .copied()
        .filter(|(upper, lower)| {
            (above.is_some() || shows(*upper)) && (below.is_some() || shows(*lower))
        })
        .collect();
    let (upper, lower) = dice.pick(&clear).unwrap_or((Colour::SkyBlue, Colour::ForestGreen));
    let share = dice.pick(Share::ALL).unwrap_or(Share::Half);
    let colours = [above.unwrap_or(upper), below.unwrap_or(lower)];
    let third = dice.pick(&clear).map_or(lower, |(_, lower)| lower);
    let [first, second] = colours;
    match dice.unit() {
        ..0.2 if !stated => Ground::Split(Axis::Horizontal, share, colours),
        ..0.4 if !stated => Ground::Bands([first, third, second]),
        _ => Ground::Split(Axis::Vertical, share, colours),
    }
}

/// The subject: the thing named, or (mostly) something, in a colour that stands out.
fn stand_subject(named: &Named, ground: Ground, dice: &mut Dice) -> Option<Subject> {
    let stands_out = |colour: Colour| {
        ground.parts().all(|(part, _)| part.difference(colour) >= SUBJECT_DIFFERENCE)
    };
    let clear: Vec<_> = Colour::ALL.iter().copied().filter(|colour| stands_out(*colour)).collect();
    let chosen = dice.pick(&clear);
    let anything = dice.chance(0.7);
    let size = dice.pick(Size::ALL)?;
    let column = dice.between(0.1, 0.9);
    let row = dice.between(0.1, 0.9);
    // A thing that would not show in its own colour is seen against the light.
    let against_light = [Colour::Charcoal, Colour::White, Colour::Brown];
    let silhouette = against_light.into_iter().find(|colour| stands_out(*colour));
    let (colour, row) = match named.thing {
        Some((colour, height)) => {
            let shown = Some(colour).filter(|colour| stands_out(*colour));
            let low = 0.45 + row / 2.0;
            let row = if height == Height::Air { 0.2 } else { low };
            (shown.or(silhouette), row)
        }
        None => (chosen.filter(|_| anything), row),
    };
    Some(Subject { size, colour: colour?, place: Place::of(column, row) })
}

const PAIRS: &[(Colour, Colour)] = &[
    (Colour::SkyBlue, Colour::ForestGreen),
    (Colour::Lavender, Colour::Teal),
    (Colour::Coral, Colour::Navy),
    (Colour::Turquoise, Colour::Sand),
    (Colour::Gold, Colour::Brown),
    (Colour::Pink, Colour::Violet),
    (Colour::Silver, Colour::Blue),
    (Colour::Sand, Colour::DarkRed),
    (Colour::White, Colour::Olive),
];

const DARK_PAIRS: &[(Colour, Colour)] = &[
    (Colour::Navy, Colour::Black),
    (Colour::Charcoal, Colour::ForestGreen),
    (Colour::Navy, Colour::DarkRed),
    (Colour::Black, Colour::Brown),
];

const BRIGHT_PAIRS: &[(Colour, Colour)] = &[
    (Colour::White, Colour::SkyBlue),
    (Colour::SkyBlue, Colour::Gold),
    (Colour::White, Colour::Pink),
    (Colour::Silver, Colour::Turquoise),
];
