//! Known pictures get the sentences a person would check them by.

use super::*;

#[test]
fn stub() {
    assert_eq!(
        describe(&RgbImage::from_pixel(1, 1, image::Rgb([255, 0, 0]))).to_string(),
        "A square, dim picture: red all over."
    );
}
