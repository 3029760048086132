//! The ground of a picture: the few flat colours that come nearest to it.

use shared::scene::{Axis, Colour, Ground, Oklab, Share};

use super::mask::Mask;
use super::thumbnail::Thumbnail;

/// A pixel farther from a colour than this is something else: how far does not matter.
const FAR: f32 = 0.2;
/// How much nearer, per pixel, a second colour has to bring the picture to be worth saying.
const SPLIT_GAIN: f32 = 0.014;
/// How much nearer three bands have to bring it.
const BANDS_GAIN: f32 = 0.022;
/// Each part takes at least one of so many equal strips.
const STRIPS: usize = 5;

/// Every way to divide the picture apart from what is hidden, each as near to it as that way can be, the most telling first.
pub(super) fn readings(thumbnail: &Thumbnail, hidden: Option<&Mask>) -> Vec<Ground> {
    let rows = Strips::of(thumbnail, hidden, Axis::Vertical);
    let columns = Strips::of(thumbnail, hidden, Axis::Horizontal);
    let whole = rows.nearest(0, rows.count());
    let mut readings: Vec<_> = [
        Some((Ground::Plain(whole.0), whole.1)),
        columns.split(Axis::Horizontal),
        rows.split(Axis::Vertical),
        rows.bands(),
    ]
    .into_iter()
    .flatten()
    .collect();
    readings.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    readings.into_iter().map(|(ground, _)| ground).collect()
}

/// The name nearest to a colour.
pub(super) fn name(colour: Oklab) -> Colour {
    let distance = |named: &Colour| named.distance()(colour);
    Colour::ALL
        .iter()
        .copied()
        .min_by(|one, other| distance(one).total_cmp(&distance(other)))
        .unwrap_or(Colour::Grey)
}

/// A colour or a ground, and its mean distance from the picture.
type Scored<T> = (T, f32);

/// The distances from each named colour, summed over the rows or columns up to each.
struct Strips {
    sums: Vec<(Colour, Vec<f32>)>,
    /// Pixels seen in the whole picture.
    pixels: f32,
}

impl Strips {
    #[expect(clippy::cast_precision_loss, reason = "a thumbnail has at most 16,384 pixels")]
    fn of(thumbnail: &Thumbnail, hidden: Option<&Mask>, axis: Axis) -> Self {
        let count = match axis {
            Axis::Vertical => thumbnail.height,
            Axis::Horizontal => thumbnail.width,
        };
        let seen: Vec<_> = (0..thumbnail.pixels.len())
            .filter(|at| !hidden.is_some_and(|mask| mask.contains(*at)))
            .map(|at| match axis {
                Axis::Vertical => (at, at / thumbnail.width),
                Axis::Horizontal => (at, at % thumbnail.width),
            })
            .collect();
        let sums = Colour::ALL.iter().map(|colour| {
            let distances = thumbnail.distances(*colour);
            let mut strips = vec![0.0; count];
            for (at, strip) in &seen {
                if let (Some(strip), Some(distance)) = (strips.get_mut(*strip), distances.get(*at))
                {
                    *strip += distance.min(FAR);
                }
            }
            let mut sum = 0.0;
            let running = strips.into_iter().map(|strip| {
                sum += strip;
                sum
            });
            (*colour, std::iter::once(0.0).chain(running).collect())
        });
        Self { sums: sums.collect(), pixels: seen.len().max(1) as f32 }
    }

    fn count(&self) -> usize {
        self.sums.first().map_or(0, |(_, sums)| sums.len() - 1)
    }

    /// The colour nearest to the strips from one up to another.
    fn nearest(&self, from: usize, to: usize) -> Scored<Colour> {
        let up_to = |sums: &[f32], at: usize| sums.get(at).copied().unwrap_or(0.0);
        self.sums
            .iter()
            .map(|(colour, sums)| (*colour, up_to(sums, to) - up_to(sums, from)))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
            .map_or((Colour::Grey, FAR), |(colour, sum)| (colour, sum / self.pixels))
    }

    /// The least height of a part.
    fn least(&self) -> usize {
        self.count().div_ceil(STRIPS)
    }

    #[expect(clippy::cast_precision_loss, reason = "a thumbnail has at most 128 rows or columns")]
    fn split(&self, axis: Axis) -> Option<Scored<Ground>> {
        let (count, least) = (self.count(), self.least());
        (least..=count.saturating_sub(least))
            .map(|at| {
                let (first, near_first) = self.nearest(0, at);
                let (second, near_second) = self.nearest(at, count);
                let share = Share::of(at as f32 / count as f32);
                let ground = Ground::Split(axis, share, [first, second]);
                (ground, near_first + near_second + SPLIT_GAIN)
            })
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
    }

    fn bands(&self) -> Option<Scored<Ground>> {
        let (count, least) = (self.count(), self.least());
        let tops = least..=count.saturating_sub(2 * least);
        tops.flat_map(|top| {
            let (first, near_first) = self.nearest(0, top);
            (top + least..=count.saturating_sub(least)).map(move |bottom| {
                let (second, near_second) = self.nearest(top, bottom);
                let (third, near_third) = self.nearest(bottom, count);
                let near = near_first + near_second + near_third + BANDS_GAIN;
                (Ground::Bands([first, second, third]), near)
            })
        })
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
    }
}
