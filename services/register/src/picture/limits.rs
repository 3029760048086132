//! How large a picture may claim to be.

use super::{Format, Refusal};

/// The limits on what a picture's headers may claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most pixels in all, width times height.
    pub max_pixels: u64,
    /// The most pixels along either side.
    pub max_side: u32,
    /// The most frames of an animation.
    pub max_frames: u32,
}

impl Limits {
    /// Checks the size of a picture or of one of its frames, in pixels.
    pub(super) fn check_size(
        &self,
        format: Format,
        width: u32,
        height: u32,
    ) -> Result<(), Refusal> {
        if width == 0 || height == 0 {
            return Err(Refusal::Corrupt { format, what: "its width or height is zero" });
        }
        let pixels = u64::from(width) * u64::from(height);
        if width.max(height) > self.max_side || pixels > self.max_pixels {
            return Err(Refusal::TooManyPixels {
                width,
                height,
                max_side: self.max_side,
                max_pixels: self.max_pixels,
            });
        }
        Ok(())
    }

    /// Checks the number of frames, counted or claimed.
    pub(super) fn check_frames(&self, frames: u32) -> Result<(), Refusal> {
        if frames > self.max_frames {
            return Err(Refusal::TooManyFrames { max_frames: self.max_frames });
        }
        Ok(())
    }
}
