//! The order of work: a primed ground, broad strokes, finer ones, edges, and touches of colour last.

use shared::scene::{Dice, Oklab};

use super::brush::Brush;
use super::canvas::Canvas;
use super::composition::Composition;
use super::noise::Noise;
use super::point::Point;
use super::shade::Shade;
use super::stroke::{Stroke, Tip};

/// One going-over of the whole canvas.
struct Pass {
    /// The brush's radius.
    radius: f32,
    /// The distance between strokes, in radii.
    apart: f32,
    /// Steps to either side of a stroke's start.
    steps: u8,
    /// How far paints differ from stroke to stroke.
    spread: f32,
    /// The part of the strokes made where nothing calls for them; where areas meet, all are.
    anywhere: f32,
}

const PASSES: [Pass; 4] = [
    Pass { radius: 0.045, apart: 2.2, steps: 5, spread: 0.7, anywhere: 1.0 },
    Pass { radius: 0.024, apart: 2.2, steps: 6, spread: 0.9, anywhere: 0.9 },
    Pass { radius: 0.012, apart: 1.9, steps: 7, spread: 1.0, anywhere: 0.7 },
    Pass { radius: 0.006, apart: 2.0, steps: 7, spread: 1.0, anywhere: 0.12 },
];

pub(super) fn paint(composition: &Composition, canvas: &mut Canvas, dice: &mut Dice) {
    canvas.prime(|place| {
        let spot = composition.at(place);
        spot.shade.of(spot.pure)
    });
    let mut brush = Brush::new(canvas);
    for pass in &PASSES {
        for place in scatter(composition.extent, pass.radius * pass.apart, dice) {
            if !dice.chance(pass.anywhere) && !is_edge(composition, place, pass.radius) {
                continue;
            }
            let spot = composition.at(place);
            let path = Stroke::follow(composition, place, pass.radius, pass.steps, dice);
            let stroke = Stroke {
                path,
                radius: pass.radius * dice.between(0.75, 1.1),
                colour: spot.shade.and(Shade::chance(dice, pass.spread)).of(spot.pure),
                tip: Tip::Flat,
                bristles: Stroke::dip(dice),
                body: 0.88,
            };
            brush.lay(canvas, &stroke);
        }
    }
    strew(composition, canvas, &mut brush, dice);
}

/// The touches of the accent's colour: they drift with the flow in swarms, and leave the subject be.
fn strew(composition: &Composition, canvas: &mut Canvas, brush: &mut Brush, dice: &mut Dice) {
    const APART: f32 = 0.068;
    let Some(pure) = composition.accent else {
        return;
    };
    let swarms = Noise::new(dice);
    let mut places: Vec<_> = scatter(composition.extent, APART, dice)
        .into_iter()
        .filter(|place| composition.reach(*place) > 1.35)
        .map(|place| (swarms.rough(place * 2.2) + dice.between(-0.3, 0.3), place))
        .collect();
    places.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    // However the swarms fall, there are as many touches.
    places.truncate(places.len() / 2);
    for (_, place) in places {
        touch(composition, canvas, brush, (place, pure), dice);
    }
}

/// One touch: a petal along the flow, and on it a thinner one of another shade.
fn touch(
    composition: &Composition,
    canvas: &mut Canvas,
    brush: &mut Brush,
    (place, pure): (Point, Oklab),
    dice: &mut Dice,
) {
    let radius = dice.between(0.0155, 0.0205);
    let half = composition.at(place).way * (radius * dice.between(1.6, 2.4));
    let bend = half.turned() * dice.between(-0.25, 0.25);
    let path = |from: Point, length: f32| {
        let arc = |part: f32| from + half * (part * length) + bend * (1.0 - part * part);
        [-1.0, -0.6, -0.2, 0.2, 0.6, 1.0].map(arc).to_vec()
    };
    let shade = Shade::chance(dice, 0.8);
    let lighter = Shade { light: 0.03, ..Shade::chance(dice, 0.6) };
    for (path, radius, shade) in [
        (path(place, 1.0), radius, shade),
        (path(place - half.turned() * 0.12, 0.8), radius * 0.45, shade.and(lighter)),
    ] {
        let stroke = Stroke {
            path,
            radius,
            tip: Tip::Petal,
            colour: shade.of(pure),
            bristles: Stroke::dip(dice),
            body: 1.0,
        };
        brush.lay(canvas, &stroke);
    }
}

/// Whether areas meet within this distance of a place.
fn is_edge(composition: &Composition, place: Point, distance: f32) -> bool {
    let area = composition.at(place).area;
    [(1.5, 0.0), (-1.5, 0.0), (0.0, 1.5), (0.0, -1.5)]
        .into_iter()
        .any(|(x, y)| composition.at(place + Point::new(x, y) * distance).area != area)
}

/// Places about this far apart all over the canvas, in no order.
fn scatter(extent: Point, apart: f32, dice: &mut Dice) -> Vec<Point> {
    let mut places = Vec::new();
    let mut y = apart * 0.5;
    while y < extent.y {
        let mut x = apart * 0.5;
        while x < extent.x {
            let stray = Point::new(dice.between(-0.3, 0.3), dice.between(-0.3, 0.3));
            places.push((dice.bits(), Point::new(x, y) + stray * apart));
            x += apart;
        }
        y += apart;
    }
    places.sort_by_key(|(order, _)| *order);
    places.into_iter().map(|(_, place)| place).collect()
}
