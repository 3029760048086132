//! Files that are no picture, or none that can be looked at.

use super::{Row, row};
use crate::harness::{Redraw, jpeg, part, png};
use reqwest::multipart::Form;

const SVG: &str =
    r#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"#;
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

pub fn rows(redraw: &Redraw) -> Vec<Row> {
    let send = |bytes: Vec<u8>, name: &str| {
        let form = Form::new().part("image", part(bytes, name));
        redraw.post(form.text("email", "owner@example.com"))
    };
    let typed = |bytes: Vec<u8>, media_type: &str| {
        let file = part(bytes, "picture").mime_str(media_type).unwrap();
        redraw.post(Form::new().part("image", file).text("email", "owner@example.com"))
    };
    let half = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() / 2);
        bytes
    };
    let html_in_png = [PNG_SIGNATURE, b"<!doctype html><script>alert(1)</script>"].concat();
    let not_png = Vec::from(b"just a text file\n");
    vec![
        row("an empty file", 422, "image_empty", send(Vec::new(), "a.jpg")),
        row("a text named .png", 415, "not_an_image", send(not_png, "a.png")),
        row("an SVG", 415, "image_type_unsupported", send(SVG.into(), "a.svg")),
        row("an SVG named .png", 415, "image_type_unsupported", send(SVG.into(), "a.png")),
        row("an HTML page", 415, "image_type_unsupported", send(b"<html>".into(), "a.gif")),
        row("HTML behind the head of a PNG", 422, "image_corrupt", send(html_in_png, "a.png")),
        row("half a JPEG", 422, "image_truncated", send(half(jpeg(1)), "a.jpg")),
        row("half a PNG", 422, "image_truncated", send(half(png(1)), "a.png")),
        row("a PNG with a wrong CRC", 422, "image_corrupt", send(wrong_crc(), "a.png")),
        row("60,000 pixels squared", 422, "too_many_pixels", send(huge_png(), "a.png")),
        row("10,000 frames", 422, "too_many_frames", send(long_gif(), "a.gif")),
        row("a JPEG named .png", 415, "image_type_mismatch", send(jpeg(1), "a.png")),
        row("a JPEG named .html", 415, "image_type_mismatch", send(jpeg(1), "a.html")),
        row("a JPEG called image/png", 415, "image_type_mismatch", typed(jpeg(1), "image/png")),
        row("a JPEG called text/html", 415, "image_type_mismatch", typed(jpeg(1), "text/html")),
    ]
}

fn wrong_crc() -> Vec<u8> {
    let mut bytes = png(1);
    // The last byte of the pixels' checksum, before the twelve bytes of IEND.
    let at = bytes.len() - 13;
    bytes[at] ^= 1;
    bytes
}

/// A sound PNG of 60,000 by 60,000 grey pixels, by its head; a decoder would make room for 3.6 GB.
pub fn huge_png() -> Vec<u8> {
    let side = 60_000_u32.to_be_bytes();
    let header = [&side[..], &side, &[8, 0, 0, 0, 0]].concat();
    let mut bytes = PNG_SIGNATURE.to_vec();
    for (kind, data) in [(b"IHDR", &header[..]), (b"IDAT", &[0; 64]), (b"IEND", &[])] {
        let named = [&kind[..], data].concat();
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(&named);
        bytes.extend(crc32fast::hash(&named).to_be_bytes());
    }
    bytes
}

/// A GIF of 10,000 frames, a pixel each.
pub fn long_gif() -> Vec<u8> {
    let mut bytes = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF".to_vec();
    for _ in 0..10_000 {
        bytes.extend(b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0");
    }
    bytes.push(0x3B);
    bytes
}
