//! What is no picture, or none that can be read, and what is too large.

use super::fixtures::{PNG_BODY, chunk, gif, jpeg, png, riff, webp, with};
use super::{admitted, code};

#[test]
fn no_bytes_are_an_empty_picture() {
    let refusal = admitted(b"").unwrap_err();
    assert_eq!((refusal.code(), refusal.status()), ("image_empty", 422));
}

#[test]
fn text_is_not_an_image() {
    for text in
        [&b"Dear sir, please find enclosed"[..], b"<3", b"  ", b"BMW", b"\x89PNG", b"\xFF\xD8"]
    {
        let refusal = admitted(text).unwrap_err();
        assert_eq!((refusal.code(), refusal.status()), ("not_an_image", 415));
    }
}

#[test]
fn known_types_are_refused_by_name() {
    let bitmap = [&b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0"[..], &[0; 56]].concat();
    let utf16: Vec<u8> =
        "\u{FEFF}<?xml version='1.0'?><svg/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, name) in [
        (&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "SVG"),
        (b"\xEF\xBB\xBF\n<?xml version='1.0'?><!-- a --><svg/>", "SVG"),
        (&utf16, "SVG"),
        (b"<!DOCTYPE html><html><svg/></html>", "HTML"),
        (b"<?xml version='1.0'?><feed/>", "XML"),
        (&bitmap, "BMP"),
        (b"II\x2A\0\x08\0\0\0", "TIFF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "AVIF"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "Videos"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
    ] {
        let refusal = admitted(bytes).unwrap_err();
        assert_eq!((refusal.code(), refusal.status()), ("image_type_unsupported", 415), "{name}");
        assert!(refusal.to_string().starts_with(name), "{refusal}");
    }
    assert_eq!(
        admitted(b"\0\0\0\x18ftypheic").unwrap_err().to_string(),
        "HEIC pictures cannot be read yet; send a JPEG, PNG, WebP or GIF."
    );
}

/// Each format with sides of 60,000 and of zero pixels.
fn sizes(side: u16) -> Vec<Vec<u8>> {
    let be = side.to_be_bytes();
    let le = side.to_le_bytes();
    let mut png_bytes = png();
    let header = [&[0, 0][..], &be, &[0, 0], &be, &[8, 6, 0, 0, 0]].concat();
    png_bytes.splice(8..PNG_BODY, chunk(*b"IHDR", &header));
    let mut jpeg_bytes = jpeg();
    let frame = jpeg_bytes.windows(2).position(|code| code == [0xFF, 0xC0]).unwrap() + 5;
    jpeg_bytes.splice(frame..frame + 4, [be, be].concat());
    let mut gif_bytes = gif(1);
    gif_bytes.splice(6..10, [le, le].concat());
    vec![png_bytes, jpeg_bytes, gif_bytes]
}

#[test]
fn too_many_pixels_are_refused_by_the_header_alone() {
    for bytes in sizes(60_000) {
        let refusal = admitted(&bytes).unwrap_err();
        assert_eq!((refusal.code(), refusal.status()), ("too_many_pixels", 422));
        assert!(refusal.to_string().contains("60000 by 60000"), "{refusal}");
    }
    let vast = riff(&[(*b"VP8X", &[0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])]);
    assert_eq!(code(&vast), "too_many_pixels");
    // Each side is within bounds, but not their product.
    for bytes in sizes(11_000) {
        assert_eq!(code(&bytes), "too_many_pixels");
    }
}

#[test]
fn no_pixels_at_all_are_damage() {
    for bytes in sizes(0) {
        assert_eq!(code(&bytes), "image_corrupt");
    }
}

#[test]
fn html_with_a_picture_s_header_in_front_is_damage() {
    let html = b"<html><script>alert(1)</script></html>".repeat(40);
    for signature in [&png()[..8], &png()[..PNG_BODY], &jpeg()[..20], &gif(1)[..13]] {
        assert_eq!(code(&[signature, &html].concat()), "image_corrupt");
    }
    let size = u32::try_from(html.len() + 4).unwrap().to_le_bytes();
    let refusal = admitted(&[b"RIFF", &size[..], b"WEBP", &html].concat()).unwrap_err();
    assert_eq!((refusal.code(), refusal.status()), ("image_corrupt", 422));
    assert_eq!(code(&with(&webp(), 12, &html)), "image_corrupt");
}
