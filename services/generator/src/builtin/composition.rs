//! What belongs where: the scene laid out on a canvas, before a brush touches it.

use shared::scene::{Axis, Colour, Dice, Ground, Oklab, Scene};

use super::flow::Flow;
use super::folds::{Folds, slope};
use super::noise::Noise;
use super::point::Point;
use super::shade::Shade;
use super::shape::Shape;

/// A scene laid out.
pub(super) struct Composition {
    pub(super) extent: Point,
    pub(super) accent: Option<Oklab>,
    parts: Vec<Part>,
    axis: Axis,
    /// How the edges between the parts rise and fall.
    horizon: Noise,
    flow: Flow,
    subject: Option<(Shape, Oklab)>,
}

/// One part of the ground.
struct Part {
    pure: Oklab,
    from: f32,
    height: f32,
    folds: Folds,
}

/// What belongs at one place.
pub(super) struct Spot {
    /// Which part of the ground it belongs to, or the subject.
    pub(super) area: usize,
    pub(super) pure: Oklab,
    pub(super) shade: Shade,
    /// The way the brush goes, of length 1.
    pub(super) way: Point,
}

/// The area of the subject; those of the ground are smaller.
const SUBJECT: usize = usize::MAX;
/// How far the edges between parts rise and fall, of the height of the part they begin.
const SWELL: f32 = 0.17;
/// How far from such an edge strokes still go along with it, of the picture's side.
const BESIDE: f32 = 0.10;

impl Composition {
    pub(super) fn new(scene: &Scene, extent: Point, dice: &mut Dice) -> Self {
        let axis = match scene.ground() {
            Ground::Split(axis, ..) => axis,
            Ground::Plain(_) | Ground::Bands(_) => Axis::Vertical,
        };
        let drift = match axis {
            Axis::Vertical => Point::new(1.0, 0.0),
            Axis::Horizontal => Point::new(0.25, 0.97),
        };
        Self {
            extent,
            accent: scene.accent().map(Colour::oklab),
            parts: lay_parts(scene.ground(), dice),
            axis,
            horizon: Noise::new(dice),
            flow: Flow::new(drift, extent, dice),
            subject: scene
                .subject()
                .map(|subject| (Shape::new(subject, extent, dice), subject.colour.oklab())),
        }
    }

    /// What belongs at a place; places off the canvas belong to its nearest part.
    pub(super) fn at(&self, point: Point) -> Spot {
        let way = self.flow.at(point);
        let mut spot = self.ground_at(point, way);
        let Some((shape, pure)) = &self.subject else {
            return spot;
        };
        let reach = shape.reach(point);
        if reach < 1.0 {
            return Spot {
                area: SUBJECT,
                pure: *pure,
                shade: shape.shade(point),
                way: shape.grain(point).direction(),
            };
        }
        // The ground goes around the subject, and shines a little where it comes near.
        let near = (-(reach - 1.0) * 1.6).exp();
        let around = (point - shape.centre).direction().turned();
        spot.way = (way * (1.0 - near) + around * (1.6 * near)).direction();
        let rings = (reach * 9.0).cos();
        spot.shade.light += near * 0.03 * (1.0 + rings);
        spot
    }

    /// How far a point is from the subject's centre, 1 being on its outline; far if there is none.
    pub(super) fn reach(&self, point: Point) -> f32 {
        self.subject.as_ref().map_or(f32::INFINITY, |(shape, _)| shape.reach(point))
    }

    fn ground_at(&self, point: Point, flow: Point) -> Spot {
        let (down, along) = match self.axis {
            Axis::Vertical => (point.y / self.extent.y, point.x),
            Axis::Horizontal => (point.x / self.extent.x, point.y),
        };
        let mut spot = Spot { area: 0, pure: Oklab::default(), shade: Shade::default(), way: flow };
        for (index, part) in self.parts.iter().enumerate() {
            let edge = |along| part.from + SWELL * part.height * self.swell(index, along);
            let below = down - edge(along);
            if index > 0 && below < 0.0 {
                // Strokes above the edge go along with it too.
                spot.way = self.turned(flow, (below / BESIDE).exp(), slope(edge, along));
                break;
            }
            let layer = part.folds.at((down - part.from) / part.height, along);
            spot.area = index;
            spot.pure = part.pure;
            spot.shade = layer.shade;
            spot.way = if index > 0 && layer.near == 0.0 {
                self.turned(flow, (-below / BESIDE).exp(), slope(edge, along))
            } else {
                self.turned(flow, layer.near, layer.slope * part.height)
            };
        }
        spot
    }

    /// How far the edge of a part swells, from -1 to 1.
    fn swell(&self, part: usize, along: f32) -> f32 {
        let row = f32::from(u8::try_from(part).unwrap_or(u8::MAX));
        self.horizon.rough(Point::new(along * 1.7, row * 7.0 + 0.5))
    }

    /// The flow turned along an edge, the more the nearer (0 to 1) it is.
    fn turned(&self, flow: Point, near: f32, slope: f32) -> Point {
        let edge = match self.axis {
            Axis::Vertical => Point::new(1.0, slope * self.extent.y),
            Axis::Horizontal => Point::new(slope * self.extent.x, 1.0),
        };
        let edge = edge.direction();
        // An edge has no sign: it goes the way of the flow.
        let sign = if edge.dot(flow) < 0.0 { -1.0 } else { 1.0 };
        (flow * (1.0 - near) + edge * (sign * near)).direction()
    }
}

fn lay_parts(ground: Ground, dice: &mut Dice) -> Vec<Part> {
    let mut from = 0.0;
    ground
        .parts()
        .map(|(colour, share)| {
            let part = Part {
                pure: colour.oklab(),
                from,
                height: share,
                folds: Folds::new(if share > 0.6 { 4 } else { 3 }, dice),
            };
            from += share;
            part
        })
        .collect()
}
