//! The pixels of a thumbnail that something covers, and the pieces they make up.

use std::ops::RangeInclusive;

/// Row by row from the upper left, which pixels are covered.
#[derive(Clone)]
pub(super) struct Mask {
    width: usize,
    height: usize,
    covered: Vec<bool>,
}

/// Pixels that hang together.
pub(super) struct Piece {
    /// Their positions in the mask, row by row.
    pub(super) pixels: Vec<usize>,
    pub(super) columns: RangeInclusive<usize>,
    pub(super) rows: RangeInclusive<usize>,
}

impl Mask {
    pub(super) fn new(width: usize, height: usize, covered: Vec<bool>) -> Self {
        Self { width, height, covered }
    }

    /// The mask of one piece alone.
    pub(super) fn of(piece: &Piece, width: usize, height: usize) -> Self {
        let mut covered = vec![false; width * height];
        for at in &piece.pixels {
            if let Some(covered) = covered.get_mut(*at) {
                *covered = true;
            }
        }
        Self::new(width, height, covered)
    }

    pub(super) fn contains(&self, at: usize) -> bool {
        self.covered.get(at).copied().unwrap_or(false)
    }

    /// Without everything thinner than twice this radius: what is left of each piece when it
    /// shrinks, grown back.
    pub(super) fn opened(&self, radius: usize) -> Self {
        self.spread(radius, false).spread(radius, true)
    }

    /// Grown by this radius in every direction.
    pub(super) fn grown(&self, radius: usize) -> Self {
        self.spread(radius, true)
    }

    /// Gives each pixel the value `to` if a pixel of the square around it has that value.
    fn spread(&self, radius: usize, to: bool) -> Self {
        let mut spread = self.clone();
        for (at, _) in self.covered.iter().enumerate().filter(|(_, c)| **c == to) {
            let (row, column) = (at / self.width, at % self.width);
            for y in row.saturating_sub(radius)..=(row + radius).min(self.height - 1) {
                let start = y * self.width;
                let from = start + column.saturating_sub(radius);
                let until = start + (column + radius).min(self.width - 1);
                if let Some(square) = spread.covered.get_mut(from..=until) {
                    square.fill(to);
                }
            }
        }
        spread
    }

    /// Its pieces; pixels hang together over their four sides.
    pub(super) fn pieces(mut self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for start in 0..self.covered.len() {
            if self.contains(start) {
                pieces.push(self.take_piece(start));
            }
        }
        pieces
    }

    fn take_piece(&mut self, start: usize) -> Piece {
        let mut piece = Piece {
            pixels: Vec::new(),
            columns: start % self.width..=start % self.width,
            rows: start / self.width..=start / self.width,
        };
        let mut waiting = vec![start];
        while let Some(at) = waiting.pop() {
            let Some(covered) = self.covered.get_mut(at).filter(|covered| **covered) else {
                continue;
            };
            *covered = false;
            let (row, column) = (at / self.width, at % self.width);
            piece.pixels.push(at);
            piece.columns = column.min(*piece.columns.start())..=column.max(*piece.columns.end());
            piece.rows = row.min(*piece.rows.start())..=row.max(*piece.rows.end());
            waiting.extend((column > 0).then(|| at - 1));
            waiting.extend((column + 1 < self.width).then_some(at + 1));
            waiting.extend(at.checked_sub(self.width));
            waiting.push(at + self.width);
        }
        piece
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[&str]) -> Mask {
        let covered = rows.concat().chars().map(|c| c == '#').collect();
        Mask::new(rows[0].len(), rows.len(), covered)
    }

    #[test]
    fn thin_things_are_opened_away() {
        let mask = drawn(&["....#", "###.#", "###.#", "###.#", "....#"]);
        let pieces = mask.opened(1).pieces();
        assert_eq!(pieces.len(), 1);
        assert_eq!(pieces[0].pixels.len(), 9);
        assert_eq!((&pieces[0].columns, &pieces[0].rows), (&(0..=2), &(1..=3)));
    }

    #[test]
    fn corners_do_not_hang_together() {
        assert_eq!(drawn(&["#.#", ".#.", "#.."]).pieces().len(), 4);
        assert_eq!(drawn(&["##.", ".##", "..#"]).pieces().len(), 1);
    }
}
