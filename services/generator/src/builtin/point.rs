//! Places and directions on the canvas, in lengths of its shorter side.

use std::ops::{Add, Mul, Sub};

/// From the upper left: `x` to the right, `y` down.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Point {
    pub(super) x: f32,
    pub(super) y: f32,
}

impl Point {
    pub(super) const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    pub(super) fn length(self) -> f32 {
        // `hypot` guards against overflow that a canvas has no room for, and costs ten times as much.
        self.dot(self).sqrt()
    }

    pub(super) fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    /// A quarter turn clockwise, as seen on the canvas.
    pub(super) fn turned(self) -> Self {
        Self::new(-self.y, self.x)
    }

    /// The same direction with length 1; to the right if there is none.
    pub(super) fn direction(self) -> Self {
        let length = self.length();
        if length > 1e-6 { self * length.recip() } else { Self::new(1.0, 0.0) }
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f32> for Point {
    type Output = Self;
    fn mul(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}
