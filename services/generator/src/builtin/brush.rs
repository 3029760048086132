//! The brush: lays a stroke's paint on the canvas, thick in the middle, bristle by bristle.

use super::canvas::Canvas;
use super::point::Point;
use super::stroke::{BRISTLES, Stroke};

/// What of a stroke lies over one pixel.
#[derive(Clone, Copy, Default)]
struct Touch {
    /// How far inside the stroke, from 0 on its rim to 1 in its middle.
    depth: f32,
    /// How much of the paint arrives, from 0 to 1.
    cover: f32,
    /// Across the stroke, from -1 to 1.
    across: f32,
    /// Along it, from 0 to 1.
    along: f32,
}

/// A brush for canvases of one size.
pub(super) struct Brush {
    touches: Vec<Touch>,
    touched: Vec<usize>,
}

impl Brush {
    pub(super) fn new(canvas: &Canvas) -> Self {
        Self {
            touches: vec![Touch::default(); canvas.width() * canvas.height()],
            touched: Vec::new(),
        }
    }

    pub(super) fn lay(&mut self, canvas: &mut Canvas, stroke: &Stroke) {
        let radius = (stroke.radius * canvas.scale()).max(0.6);
        let last = stroke.path.len().saturating_sub(1).max(1);
        let mut start = None;
        let mut before = 0.0;
        for (index, point) in stroke.path.iter().enumerate() {
            let along = ratio(index, last);
            let end = *point * canvas.scale();
            let start = start.replace(end).unwrap_or(end);
            self.press(canvas, [start, end], [before, along], |along| {
                radius * stroke.tip.width(along)
            });
            before = along;
        }
        for at in self.touched.drain(..) {
            let Some(touch) = self.touches.get_mut(at).map(std::mem::take) else {
                continue;
            };
            let bristle = bristle(&stroke.bristles, touch.across);
            // Bristles run dry towards the stroke's end, the emptier the sooner.
            let wet = ((bristle + 1.25 - 1.3 * touch.along * touch.along) * 2.0).clamp(0.0, 1.0);
            let alpha = touch.cover * wet * stroke.body;
            let ridge = 0.45 + 0.4 * bristle + 0.3 * touch.across.abs();
            let mut colour = stroke.colour;
            colour.lightness += 0.035 * (bristle - 0.5);
            canvas.put(at, colour, ridge * radius.sqrt(), alpha);
        }
    }

    /// Presses the brush from one point (in pixels) to another.
    fn press(
        &mut self,
        canvas: &Canvas,
        ends: [Point; 2],
        along: [f32; 2],
        radius: impl Fn(f32) -> f32,
    ) {
        let [start, end] = ends;
        let way = end - start;
        let length = way.length();
        let direction = way.direction();
        let (columns, rows) = canvas.around(start, end, radius(along[0]).max(radius(along[1])));
        for row in rows {
            for column in columns.clone() {
                let pixel = canvas.middle(column, row);
                let part = (direction.dot(pixel - start) / length.max(1e-3)).clamp(0.0, 1.0);
                let along = along[0] + (along[1] - along[0]) * part;
                let radius = radius(along);
                let off = pixel - start - way * part;
                let distance = off.length();
                let depth = 1.0 - distance / radius;
                let at = row * canvas.width() + column;
                // Where bends of the stroke overlap, what is nearer to its middle counts.
                let Some(touch) = self.touches.get_mut(at).filter(|touch| touch.depth < depth)
                else {
                    continue;
                };
                if touch.depth == 0.0 {
                    self.touched.push(at);
                }
                *touch = Touch {
                    depth,
                    // Soft over the outermost pixel and a half.
                    cover: ((radius - distance) / 1.5).min(1.0),
                    across: direction.turned().dot(off) / radius,
                    along,
                };
            }
        }
    }
}

/// The paint on the bristles there, between its two nearest.
fn bristle(bristles: &[f32; BRISTLES], across: f32) -> f32 {
    let place = (across + 1.0) * 0.5 * (ratio(BRISTLES, 1) - 1.001);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the number of bristles"
    )]
    let index = place.max(0.0) as usize;
    let of = |index: usize| bristles.get(index).copied().unwrap_or(0.5);
    let part = place - place.floor();
    of(index) * (1.0 - part) + of(index + 1) * part
}

#[expect(clippy::cast_precision_loss, reason = "counts under a hundred")]
fn ratio(some: usize, all: usize) -> f32 {
    some as f32 / all as f32
}
