//! The painter keeps to its sentence: same sentence, same picture, in the shape asked for.

use proptest::prelude::*;

use super::*;

const SENTENCE: &str = "A wide, dim picture in strong contrast: coral at the top and navy at the bottom, \
     with touches of gold and a small white subject standing out above the centre.";

#[test]
fn the_same_sentence_is_the_same_picture() {
    assert_eq!(paint(SENTENCE, 240).as_raw(), paint(SENTENCE, 240).as_raw());
}

#[test]
fn another_sentence_is_another_picture() {
    let other = SENTENCE.replace("coral", "gold");
    assert_ne!(paint(SENTENCE, 240).as_raw(), paint(&other, 240).as_raw());
}

#[test]
fn the_scene_decides_the_shape() {
    for (orientation, sides) in [("wide", (240, 180)), ("tall", (180, 240)), ("square", (240, 240))]
    {
        let sentence = format!("A {orientation}, dark picture: navy all over.");
        assert_eq!(paint(&sentence, 240).dimensions(), sides);
    }
}

#[test]
fn sides_are_kept_within_reason() {
    let smallest = paint(SENTENCE, 0);
    assert_eq!(smallest.dimensions(), (240, 180));
}

#[test]
fn colours_are_where_the_sentence_puts_them() {
    let picture = paint(
        "A square, dim picture in soft contrast: red on the left and blue on the right.",
        200,
    );
    let [red, _, blue] = mean(&picture, 0..70);
    assert!(red > blue + 80, "{red} {blue}");
    let [red, _, blue] = mean(&picture, 180..240);
    assert!(blue > red + 80, "{red} {blue}");
}

fn mean(picture: &RgbImage, columns: std::ops::Range<u32>) -> [u32; 3] {
    let pixels: Vec<_> = picture
        .enumerate_pixels()
        .filter(|(x, ..)| columns.contains(x))
        .map(|(.., pixel)| pixel.0.map(u32::from))
        .collect();
    let count = u32::try_from(pixels.len()).unwrap_or(1);
    std::array::from_fn(|channel| pixels.iter().map(|pixel| pixel[channel]).sum::<u32>() / count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn anything_at_all_can_be_painted(sentence in any::<String>(), side in 0_u32..300) {
        let picture = paint(&sentence, side);
        prop_assert_eq!(picture.width().max(picture.height()), side.max(240));
    }
}
