//! Pictures cut short, and pictures broken.

use super::fixtures::{
    self, LOSSY_PIXEL, PNG_BODY, chunk, gif, gif_body, jpeg, png, riff, webp, with,
};
use super::{admitted, code};

#[test]
fn every_prefix_of_every_picture_is_refused() {
    for (name, bytes) in fixtures::all() {
        for length in 0..bytes.len() {
            let refusal = admitted(&bytes[..length]).expect_err(name);
            let expected = if length == 0 {
                "image_empty"
            } else if length < 12 && refusal.code() == "not_an_image" {
                "not_an_image"
            } else {
                "image_truncated"
            };
            assert_eq!(refusal.code(), expected, "{name} cut to {length}: {refusal}");
        }
    }
}

#[test]
fn half_a_picture_is_named_truncated() {
    let bytes = jpeg();
    let refusal = admitted(&bytes[..bytes.len() / 2]).unwrap_err();
    assert_eq!((refusal.code(), refusal.status()), ("image_truncated", 422));
    assert!(refusal.to_string().contains("JPEG"));
}

#[test]
fn a_wrong_checksum_anywhere_in_a_png_is_damage() {
    let bytes = with(&png(), PNG_BODY, &chunk(*b"tEXt", b"Comment\0hello"));
    for at in [PNG_BODY - 1, PNG_BODY + 10, PNG_BODY + 40, bytes.len() - 1] {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        let refusal = admitted(&bytes).unwrap_err();
        assert_eq!((refusal.code(), refusal.status()), ("image_corrupt", 422));
        assert!(refusal.to_string().contains("checksum"), "{refusal}");
    }
}

#[test]
fn png_chunks_out_of_order_are_damage() {
    let bytes = png();
    let end = bytes.len() - 12;
    let pixels = &bytes[PNG_BODY..end];
    let text = chunk(*b"tEXt", b"Comment\0hello");
    let palette = chunk(*b"PLTE", &[0; 6]);
    for (name, part) in [
        ("pixels after a break", [&text[..], pixels].concat()),
        ("palette after the pixels", palette.clone()),
        ("second header", bytes[8..PNG_BODY].to_vec()),
        ("unknown critical chunk", chunk(*b"HTML", b"<p>")),
        ("end with content", chunk(*b"IEND", b"more")),
    ] {
        assert_eq!(code(&with(&bytes, end, &part)), "image_corrupt", "{name}");
    }
    assert_eq!(code(&[&bytes[..PNG_BODY], &bytes[end..]].concat()), "image_corrupt");
    assert_eq!(code(&with(&bytes, PNG_BODY, &palette.repeat(2))), "image_corrupt");
    assert_eq!(code(&with(&bytes, PNG_BODY, &chunk(*b"PLTE", &[0; 7]))), "image_corrupt");
    let header = chunk(*b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 3, 0, 0, 0]);
    let no_palette = [&bytes[..8], &header, &bytes[PNG_BODY..]].concat();
    assert_eq!(code(&no_palette), "image_corrupt");
}

#[test]
fn webp_headers_that_disagree_are_damage() {
    let lossless = webp()[20..].to_vec();
    let canvas = |flags: u8, width: u8| [flags, 0, 0, 0, width, 0, 0, 12, 0, 0];
    let cases: [(&str, Vec<u8>); 7] = [
        ("another size", riff(&[(*b"VP8X", &canvas(0, 7)), (*b"VP8L", &lossless)])),
        ("no pixels", riff(&[(*b"VP8X", &canvas(0, 19))])),
        ("no frames", riff(&[(*b"VP8X", &canvas(2, 19)), (*b"ANIM", &[0; 6])])),
        ("no picture", riff(&[(*b"EXIF", &lossless)])),
        ("inter frame", riff(&[(*b"VP8 ", &[&[0x31], &LOSSY_PIXEL[1..]].concat())])),
        ("partition too long", riff(&[(*b"VP8 ", &[&[0x30, 9], &LOSSY_PIXEL[2..]].concat())])),
        (
            "two pictures",
            riff(&[(*b"VP8X", &canvas(0, 19)), (*b"VP8L", &lossless), (*b"VP8L", &lossless)]),
        ),
    ];
    for (name, bytes) in cases {
        assert_eq!(code(&bytes), "image_corrupt", "{name}");
    }
    let mut short = webp();
    short[4] -= 2;
    assert_eq!(code(&short), "image_corrupt");
}

#[test]
fn broken_gif_blocks_are_damage() {
    let bytes = gif(1);
    let body = gif_body(&bytes);
    assert_eq!(code(&[&bytes[..body], b"\x3B"].concat()), "image_corrupt");
    assert_eq!(code(&with(&bytes, body, b"\x99")), "image_corrupt");
    assert_eq!(code(&with(&bytes, body, b"\x21\xF9\x03\0\0\0\0")), "image_corrupt");
    assert_eq!(
        code(b"GIF89a\x01\0\x01\0\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x01\0\0\x3B"),
        "image_corrupt"
    );
}
