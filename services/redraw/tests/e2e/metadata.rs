//! What a picture says beside itself: gone from the moment it is stored, but for which way is up.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader};
use reqwest::multipart::Form;

use crate::harness::{Redraw, jpeg, part, png, webp};

/// Stands in every field that must go.
const SECRET: &str = "SECRET";

#[tokio::test]
async fn place_camera_and_comments_are_not_stored_and_the_orientation_is() {
    let redraw = Redraw::start().await;
    redraw.hold_work().await;
    let pictures = [
        ("jpg", jpeg(1), dirty_jpeg()),
        ("png", png(1), dirty_png()),
        ("webp", webp(1), dirty_webp()),
    ];
    for (extension, clean, dirty) in pictures {
        assert!(holds(&dirty, SECRET) && orientation(&dirty) == Orientation::Rotate90);
        let file = part(dirty, &format!("{SECRET}.{extension}"));
        let form = Form::new().part("image", file).text("email", "owner@example.com");
        let answer = redraw.post(form).send().await.unwrap();
        assert_eq!(answer.status(), 202, "{extension}");
        let registered: serde_json::Value = answer.json().await.unwrap();
        let id = registered["id"].as_str().unwrap();

        let stored = redraw.original(id).await;
        for word in [SECRET, "GPS", "xmp", "Photoshop", "tEXt", "iTXt", "zTXt", "tIME", "XMP "] {
            assert!(!holds(&stored, word), "{extension} holds {word}");
        }
        assert_eq!(orientation(&stored), Orientation::Rotate90, "{extension}");
        assert_eq!(pixels(&stored), pixels(&clean), "{extension}");

        let shown = redraw.get(&format!("/api/v1/request/{id}/image")).send().await.unwrap();
        assert_eq!(shown.status(), 200);
        assert_eq!(shown.bytes().await.unwrap(), stored, "{extension}");
    }
    // Nor does its name or anything else of it lie beside it.
    assert!(!redraw.everything_stored().await.concat().contains(SECRET));
    redraw.stop().await;
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn decoder(bytes: &[u8]) -> impl ImageDecoder {
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap().into_decoder().unwrap()
}

fn orientation(bytes: &[u8]) -> Orientation {
    decoder(bytes).orientation().unwrap()
}

fn pixels(bytes: &[u8]) -> DynamicImage {
    DynamicImage::from_decoder(decoder(bytes)).unwrap()
}

/// A TIFF block (Exif 3.0): a camera's maker, turned by 90 degrees, and a place: 35 degrees north.
fn exif() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
    };
    let next = [0; 4];
    // The head takes 8 bytes, the first directory 42, the text 14; then comes the place.
    [
        &b"MM\0\x2A\0\0\0\x08\0\x03"[..],
        &entry(0x010F, 2, 14, 50_u32.to_be_bytes()),
        &entry(0x0112, 3, 1, [0, 6, 0, 0]),
        &entry(0x8825, 4, 1, 64_u32.to_be_bytes()),
        &next,
        b"SECRET camera\0",
        &[0, 2],
        &entry(1, 2, 2, *b"N\0\0\0"),
        &entry(2, 5, 3, 94_u32.to_be_bytes()),
        &next,
        &[35, 1, 41, 1, 21, 1].map(u32::to_be_bytes).concat(),
        b"SECRET GPS",
    ]
    .concat()
}

fn dirty_jpeg() -> Vec<u8> {
    let segment = |code: u8, payload: &[u8]| {
        let length = u16::try_from(payload.len() + 2).unwrap();
        [&[0xFF, code][..], &length.to_be_bytes(), payload].concat()
    };
    let clean = jpeg(1);
    let segments = [
        segment(0xE1, &[b"Exif\0\0", &exif()[..]].concat()),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRET</x:xmpmeta>"),
        segment(0xED, b"Photoshop 3.0\08BIM SECRET caption"),
        segment(0xFE, b"SECRET comment"),
    ];
    [&clean[..2], &segments.concat(), &clean[2..], b"SECRET behind the end"].concat()
}

fn dirty_png() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let named = [&kind[..], data].concat();
        let length = u32::try_from(data.len()).unwrap();
        [&length.to_be_bytes()[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
    };
    let clean = png(1);
    let chunks = [
        chunk(b"eXIf", &exif()),
        chunk(b"tEXt", b"Comment\0SECRET"),
        chunk(b"zTXt", b"SECRET\0\0"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET"),
        chunk(b"tIME", &[7, 230, 1, 1, 0, 0, 0]),
        chunk(b"seCr", b"SECRET of nobody knows whom"),
    ];
    // Behind the signature and the header.
    [&clean[..33], &chunks.concat(), &clean[33..], b"SECRET behind the end"].concat()
}

fn dirty_webp() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap();
        [&kind[..], &length.to_le_bytes(), data, &[0][..data.len() % 2]].concat()
    };
    let clean = webp(1);
    let chunks = [
        // With EXIF and XMP, 120 by 80.
        chunk(b"VP8X", &[0x0C, 0, 0, 0, 119, 0, 0, 79, 0, 0]),
        clean[12..].to_vec(),
        chunk(b"EXIF", &exif()),
        chunk(b"XMP ", b"<x:xmpmeta>SECRET</x:xmpmeta>"),
        chunk(b"SECR", b"SECRET"),
    ]
    .concat();
    let length = u32::try_from(chunks.len() + 4).unwrap();
    [b"RIFF", &length.to_le_bytes()[..], b"WEBP", &chunks].concat()
}
