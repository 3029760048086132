//! Known pictures get the sentences a person would check them by; any picture gets one that reads.

use image::Rgb;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const RED: Rgb<u8> = Rgb([211, 42, 47]);
const BLUE: Rgb<u8> = Rgb([42, 99, 200]);
const NAVY: Rgb<u8> = Rgb([23, 38, 79]);
const WHITE: Rgb<u8> = Rgb([255, 255, 255]);
const BLACK: Rgb<u8> = Rgb([0, 0, 0]);

fn said(width: u32, height: u32, pixel: impl Fn(u32, u32) -> Rgb<u8>) -> String {
    describe(&RgbImage::from_fn(width, height, pixel)).to_string()
}

/// Whether a pixel lies in a disc.
fn in_disc(x: u32, y: u32, centre: (u32, u32), radius: u32) -> bool {
    x.abs_diff(centre.0).pow(2) + y.abs_diff(centre.1).pow(2) < radius.pow(2)
}

#[test]
fn halves_are_told_apart() {
    assert_eq!(
        said(640, 480, |x, _| if x < 320 { RED } else { BLUE }),
        "A wide, dim picture in soft contrast: red on the left and blue on the right."
    );
    assert_eq!(
        said(480, 640, |_, y| if y < 230 { WHITE } else { RED }),
        "A tall, evenly lit picture in clear contrast: white across the top third and red below."
    );
}

#[test]
fn a_disc_stands_out() {
    let disc = |x, y| {
        if in_disc(x, y, (400, 300), 80) { WHITE } else { NAVY }
    };
    assert_eq!(
        said(800, 600, disc),
        "A wide, dark picture in strong contrast: navy all over, with a small white subject standing out in the centre."
    );
    let large = |x, y| {
        if in_disc(x, y, (220, 620), 180) { RED } else { WHITE }
    };
    assert_eq!(
        said(800, 800, large),
        "A square, bright picture in clear contrast: white all over, with a large red subject standing out in the lower left."
    );
}

#[test]
fn a_gradient_is_its_ends() {
    let grey = |x: u32| u8::try_from(x / 4).map_or(WHITE, |grey| Rgb([grey; 3]));
    assert_eq!(
        said(1024, 600, |x, _| grey(x)),
        "A wide, evenly lit picture in clear contrast: charcoal on the left and silver on the right."
    );
}

#[test]
fn a_chequered_cloth_is_its_mean() {
    let chequered = |x: u32, y: u32| {
        if (x + y).is_multiple_of(2) { WHITE } else { BLACK }
    };
    assert_eq!(said(500, 500, chequered), "A square, evenly lit picture: grey all over.");
}

#[test]
fn a_sky_over_sand_is_just_that() {
    let beach = |x: u32, y: u32| {
        if in_disc(x, y, (250, 420), 45) {
            Rgb([130, 25, 30])
        } else if y < 200 {
            Rgb([130, 185, 235 - u8::try_from(y / 8).unwrap_or(0)])
        } else {
            Rgb([205, 175, 125 + u8::try_from((x * 7 + y * 13) % 20).unwrap_or(0)])
        }
    };
    assert_eq!(
        said(900, 600, beach),
        "A wide, evenly lit picture in clear contrast: sky blue across the top third and sand below, with a small dark red subject standing out in the lower left."
    );
}

#[test]
fn the_smallest_and_the_thinnest_are_described() {
    assert_eq!(said(1, 1, |_, _| RED), "A square, dim picture: red all over.");
    assert_eq!(said(1, 5000, |_, _| BLACK), "A tall, dark picture: black all over.");
    assert_eq!(
        said(5000, 1, |x, _| if x < 2500 { BLACK } else { WHITE }),
        "A wide, dim picture in strong contrast: black on the left and white on the right."
    );
    assert_eq!(said(0, 0, |_, _| WHITE), "A square, dark picture: black all over.");
}

#[test]
fn a_large_picture_takes_no_longer() {
    let picture = RgbImage::from_pixel(4000, 3000, BLUE);
    let start = std::time::Instant::now();
    assert_eq!(describe(&picture).to_string(), "A wide, dim picture: blue all over.");
    // It takes a few milliseconds; the limit allows for a busy machine.
    assert!(start.elapsed() < std::time::Duration::from_secs(2));
}

proptest! {
    #[test]
    fn any_picture_gets_a_sentence_that_reads(
        width in 1_u32..90,
        height in 1_u32..90,
        patch in 1_u32..40,
        colours in vec(any::<[u8; 3]>(), 1..12),
    ) {
        let picture = RgbImage::from_fn(width, height, |x, y| {
            let at = usize::try_from((x / patch) * 7 + (y / patch) * 3).unwrap_or(0);
            Rgb(colours[at % colours.len()])
        });
        let scene = describe(&picture);
        prop_assert_eq!(scene.to_string().parse(), Ok(scene));
    }

    #[test]
    fn the_light_is_told_truly(colours in vec(any::<[u8; 3]>(), 1..5)) {
        let count = u32::try_from(colours.len()).unwrap_or(1);
        let picture = RgbImage::from_fn(60, 60, |_, y| {
            Rgb(colours[usize::try_from(y * count / 60).unwrap_or(0)])
        });
        let thumbnail = Thumbnail::of(&picture);
        let scene = describe(&picture);
        let off = (scene.lightness() - thumbnail.lightness()).abs();
        let mean = Ground::Plain(ground::name(thumbnail.mean()));
        prop_assert!(off <= LIGHT_TOLERANCE || scene.ground() == mean, "{} is off by {}", scene, off);
    }
}
