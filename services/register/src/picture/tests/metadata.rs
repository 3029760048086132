//! Metadata goes, pixels and orientation stay.

use image::metadata::Orientation;

use super::fixtures::{
    self, PNG_BODY, chunk, exif, gif_body, jpeg, png, riff, segment, webp, with,
};
use super::{admitted, holds, orientation, pixels};

/// Checks a picture full of secrets against the one it was made of.
fn check(dirty: &[u8], clean: &[u8], expected: Option<Orientation>) -> Vec<u8> {
    assert!(holds(dirty, "SECRET"));
    let picture = admitted(dirty).unwrap();
    assert!(!holds(&picture.bytes, "SECRET"));
    assert_eq!(pixels(&picture.bytes), pixels(clean));
    assert_eq!(orientation(&picture.bytes), expected);
    assert_eq!(admitted(&picture.bytes).unwrap(), picture);
    picture.bytes.to_vec()
}

#[test]
fn jpeg_keeps_orientation_profile_and_adobe_but_no_other_segment() {
    let clean = jpeg();
    let exif_segment = |block: &[u8]| segment(0xE1, &[b"Exif\0\0", block].concat());
    let dirty = [
        exif_segment(&exif(6, true)),
        segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01SECRET thumbnail"),
        segment(0xE0, b"JFXX\0SECRET"),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>SECRET</x>"),
        segment(0xE2, b"ICC_PROFILE\0\x01\x01colours"),
        segment(0xE2, b"MPF\0SECRET"),
        segment(0xED, b"Photoshop 3.0\0SECRET"),
        segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01SECRET"),
        segment(0xFE, b"SECRET comment"),
    ]
    .concat();
    // Behind the JFIF segment that the encoder wrote, and again before the end.
    let dirty = with(&clean, 20, &dirty);
    let dirty = with(&dirty, dirty.len() - 2, &segment(0xFE, b"SECRET"));
    let cleaned = check(&dirty, &clean, Some(Orientation::Rotate90));
    assert!(holds(&cleaned, "ICC_PROFILE\0\x01\x01colours"));
    assert!(holds(&cleaned, "Adobe"));
}

#[test]
fn a_jpeg_without_orientation_gets_no_exif() {
    for block in [exif(1, true), exif(0, false), exif(9, true), exif(262, false)] {
        let block = [b"Exif\0\0", &block[..]].concat();
        let cleaned = check(&with(&jpeg(), 2, &segment(0xE1, &block)), &jpeg(), None);
        assert!(!holds(&cleaned, "Exif"));
    }
}

#[test]
fn png_keeps_orientation_and_colours_but_no_text() {
    let clean = png();
    let dirty = [
        chunk(*b"gAMA", &45_455_u32.to_be_bytes()),
        chunk(*b"pHYs", b"SECRET-9\0"),
        chunk(*b"tEXt", b"Comment\0SECRET"),
        chunk(*b"zTXt", b"SECRET\0\0"),
        chunk(*b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET"),
        chunk(*b"tIME", b"SECRET."),
        chunk(*b"seCr", b"SECRET of nobody knows whom"),
        chunk(*b"sRGB", b"SECRET, far too long"),
    ]
    .concat();
    let dirty = with(&clean, PNG_BODY, &dirty);
    // Behind the pixels, where cameras like to put it.
    let dirty = with(&dirty, dirty.len() - 12, &chunk(*b"eXIf", &exif(6, false)));
    let cleaned = check(&dirty, &clean, Some(Orientation::Rotate90));
    assert!(holds(&cleaned, "gAMA") && !holds(&cleaned, "pHYs"));
}

#[test]
fn extended_webp_keeps_orientation_profile_and_alpha() {
    let clean = webp();
    let dirty = riff(&[
        (*b"VP8X", &[0x3C, 1, 2, 3, 19, 0, 0, 12, 0, 0]),
        (*b"ICCP", b"colours"),
        (*b"SECR", b"SECRET"),
        (*b"VP8L", &clean[20..]),
        (*b"EXIF", &exif(6, true)),
        (*b"XMP ", b"<x>SECRET</x>"),
    ]);
    let cleaned = check(&dirty, &clean, Some(Orientation::Rotate90));
    assert!(holds(&cleaned, "ICCP"));
    assert_eq!(cleaned[20..24], [0x38, 0, 0, 0]);
}

#[test]
fn plain_webp_with_a_stray_exif_chunk_becomes_an_extended_one() {
    let clean = webp();
    let block = [b"Exif\0\0", &exif(6, false)[..]].concat();
    let dirty = riff(&[(*b"VP8L", &clean[20..]), (*b"EXIF", &block)]);
    check(&dirty, &clean, Some(Orientation::Rotate90));
}

#[test]
fn gif_keeps_its_loop_and_its_controls_but_no_words() {
    let clean = fixtures::gif(3);
    let dirty = [
        &b"\x21\xFE\x06SECRET\0"[..],
        b"\x21\xF9\x04\0\0\0\0\0\x21\x01\x0C\0\0\0\0\x01\0\x01\0\x01\x01\0\0\x06SECRET\0",
        b"\x21\xFF\x0BXMP DataXMP\x06SECRET\0",
        b"\x21\xAA\x06SECRET\0",
        b"\x21\xFF\x0BICCRGBG1012\x07colours\0",
        b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\x06SECRET\0",
    ]
    .concat();
    let cleaned = check(&with(&clean, gif_body(&clean), &dirty), &clean, None);
    assert!(holds(&cleaned, "ICCRGBG1012\x07colours") && holds(&cleaned, "NETSCAPE2.0"));
    assert_eq!(cleaned.len(), clean.len() + 23);
}

#[test]
fn a_profile_of_more_than_a_mebibyte_is_dropped() {
    let mut dirty = jpeg();
    for _ in 0..17 {
        dirty = with(
            &dirty,
            20,
            &segment(0xE2, &[&b"ICC_PROFILE\0\x01\x01"[..], &vec![7; 65_000]].concat()),
        );
    }
    assert_eq!(admitted(&dirty).unwrap().bytes, jpeg());
    let profile = [&b"name\0\0"[..], &vec![7; 1 << 20]].concat();
    let dirty = with(&png(), PNG_BODY, &chunk(*b"iCCP", &profile));
    assert_eq!(admitted(&dirty).unwrap().bytes, png());
}

#[test]
fn what_follows_the_end_is_cut_off() {
    for (name, clean) in fixtures::all() {
        let once = admitted(&clean).unwrap();
        let dirty = [&clean[..], b"PK\x03\x04<html>SECRET</html>\xFF\xD8\xFF\xD9"].concat();
        assert_eq!(admitted(&dirty), Ok(once), "{name}");
    }
}
