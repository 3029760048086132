//! Frames: counted, limited, and kept where all decoders know them.

use image::AnimationDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use std::io::Cursor;

use super::fixtures::{PNG_BODY, animated_webp, apng, chunk, gif, gif_body, png, with};
use super::{admitted, code, holds};

#[test]
fn gif_and_webp_frames_survive_unchanged() {
    let before = gif(3);
    let after = admitted(&before).unwrap().bytes;
    let frames = |bytes: &[u8]| {
        let decoder = GifDecoder::new(Cursor::new(bytes.to_vec())).unwrap();
        let frames = decoder.into_frames().collect_frames().unwrap();
        frames.iter().map(|frame| (frame.buffer().clone(), frame.delay())).collect::<Vec<_>>()
    };
    assert_eq!(frames(&before), frames(&after));

    let before = animated_webp(3);
    let after = admitted(&before).unwrap().bytes;
    let frames = |bytes: &[u8]| {
        let decoder = WebPDecoder::new(Cursor::new(bytes.to_vec())).unwrap();
        let frames = decoder.into_frames().collect_frames().unwrap();
        frames.iter().map(|frame| (frame.buffer().clone(), frame.delay())).collect::<Vec<_>>()
    };
    assert_eq!(frames(&before), frames(&after));
    assert!(holds(&before, "SECRET") && !holds(&after, "SECRET"));
}

#[test]
fn of_an_apng_the_default_image_remains() {
    assert_eq!(admitted(&apng(3)).unwrap().bytes, png());
}

#[test]
fn ten_thousand_frames_are_too_many() {
    let one = gif(1);
    let body = gif_body(&one);
    let frame = &one[body..one.len() - 1];
    assert_eq!(code(&with(&one, body, &frame.repeat(9_999))), "too_many_frames");
    assert_eq!(code(&animated_webp(301)), "too_many_frames");
    assert_eq!(code(&apng(301)), "too_many_frames");
    assert_eq!(code(&animated_webp(300)), "admitted");
}

#[test]
fn frames_are_counted_whatever_an_apng_claims() {
    let bytes = png();
    let control = chunk(*b"fcTL", &[0; 26]);
    assert_eq!(code(&with(&bytes, PNG_BODY, &control.repeat(301))), "too_many_frames");
    let claim = chunk(*b"acTL", &[0, 1, 0, 0, 0, 0, 0, 0]);
    assert_eq!(code(&with(&bytes, PNG_BODY, &claim)), "too_many_frames");
}
