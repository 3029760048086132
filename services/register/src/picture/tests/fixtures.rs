//! Small real pictures, and ways to put things into them.

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{Frame, Rgb, RgbImage, Rgba, RgbaImage};

/// A whole lossy WebP `VP8 ` chunk's content: one pixel, as libwebp writes it.
pub const LOSSY_PIXEL: [u8; 22] = [
    0x30, 0x01, 0x00, 0x9D, 0x01, 0x2A, 0x01, 0x00, 0x01, 0x00, 0x0E, 0xC0, 0xFE, 0x25, 0xA4, 0x00,
    0x03, 0x70, 0x00, 0x00, 0x00, 0x00,
];

/// Every kind of picture that must be admitted, by name.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("jpeg", jpeg()),
        ("progressive jpeg", tiny_jpeg(0xC2)),
        ("jpeg in three scans", tiny_jpeg(0xC0)),
        ("png", png()),
        ("apng", apng(2)),
        ("webp", webp()),
        ("lossy webp", riff(&[(*b"VP8 ", &LOSSY_PIXEL)])),
        ("animated webp", animated_webp(2)),
        ("gif", gif(3)),
    ]
}

fn low(number: u32) -> u8 {
    number.to_le_bytes()[0]
}

fn rgb() -> RgbImage {
    RgbImage::from_fn(20, 13, |x, y| Rgb([low(x * 12), low(y * 19), low(x * y)]))
}

fn rgba() -> RgbaImage {
    RgbaImage::from_fn(20, 13, |x, y| Rgba([low(x * 12), low(y * 19), 7, low((x + y) * 7)]))
}

pub fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    rgb().write_with_encoder(JpegEncoder::new(&mut bytes)).unwrap();
    bytes
}

pub fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    rgba().write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

pub fn webp() -> Vec<u8> {
    let mut bytes = Vec::new();
    rgba().write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).unwrap();
    bytes
}

pub fn gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(image::codecs::gif::Repeat::Infinite).unwrap();
    let frame = RgbaImage::from_fn(9, 7, |x, y| Rgba([low(x * 28), low(y * 36), 7, 255]));
    encoder.encode_frames((0..frames).map(|_| Frame::new(frame.clone()))).unwrap();
    drop(encoder);
    bytes
}

/// A grey JPEG put together by hand, of two blocks with a restart between them: SOF2 in a DC and
/// an AC scan, SOF0 in colour with a scan for each component.
pub fn tiny_jpeg(sof: u8) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8];
    let mut put = |code: u8, payload: &[u8], after: &[u8]| {
        bytes.extend(segment(code, payload));
        bytes.extend(after);
    };
    put(0xDB, &[&[0][..], &[1; 64]].concat(), &[]);
    // One code of one bit each: no difference to the last block, and end of block.
    let table = |class: u8| [&[class, 1][..], &[0; 15], &[0]].concat();
    put(0xC4, &table(0x00), &[]);
    put(0xC4, &table(0x10), &[]);
    put(0xDD, &[0, 1], &[]);
    if sof == 0xC2 {
        put(sof, &[8, 0, 8, 0, 16, 1, 1, 0x11, 0], &[]);
        put(0xDA, &[1, 1, 0, 0, 0, 0], &[0x7F, 0xFF, 0xD0, 0x7F]);
        put(0xDA, &[1, 1, 0, 1, 63, 0], &[0x7F, 0xFF, 0xD0, 0x7F]);
    } else {
        put(sof, &[8, 0, 8, 0, 16, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0], &[]);
        for component in 1..=3 {
            put(0xDA, &[1, component, 0, 0, 63, 0], &[0x3F, 0xFF, 0xD0, 0x3F]);
        }
    }
    bytes.extend([0xFF, 0xD9]);
    bytes
}

/// An APNG whose default image is the first frame.
pub fn apng(frames: u32) -> Vec<u8> {
    let control = |number: u32| {
        let mut data = number.to_be_bytes().to_vec();
        data.extend([0, 0, 0, 20, 0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0]);
        chunk(*b"fcTL", &data)
    };
    let plain = png();
    let pixels = plain.windows(4).position(|kind| kind == b"IDAT").unwrap() - 4;
    let end = plain.len() - 12;
    let mut bytes = plain[..pixels].to_vec();
    bytes.extend(chunk(*b"acTL", &[frames.to_be_bytes(), [0; 4]].concat()));
    bytes.extend(control(0));
    bytes.extend(&plain[pixels..end]);
    for frame in 1..frames {
        bytes.extend(control(2 * frame - 1));
        let data = [&(2 * frame).to_be_bytes()[..], &plain[pixels + 8..end - 4]].concat();
        bytes.extend(chunk(*b"fdAT", &data));
    }
    bytes.extend(&plain[end..]);
    bytes
}

pub fn animated_webp(frames: usize) -> Vec<u8> {
    let lossless = webp();
    let mut frame = vec![0, 0, 0, 0, 0, 0, 19, 0, 0, 12, 0, 0, 100, 0, 0, 0];
    frame.extend(&lossless[12..]);
    frame.extend(riff_chunk(*b"SECR", b"SECRET in a frame"));
    let mut chunks: Vec<([u8; 4], &[u8])> =
        vec![(*b"VP8X", &[0x12, 0, 0, 0, 19, 0, 0, 12, 0, 0]), (*b"ANIM", &[0; 6])];
    chunks.extend((0..frames).map(|_| (*b"ANMF", frame.as_slice())));
    riff(&chunks)
}

/// A TIFF block, in either byte order, with a camera's name, an orientation, and a place.
pub fn exif(orientation: u16, big_endian: bool) -> Vec<u8> {
    let short = |n: u16| {
        if big_endian { n.to_be_bytes() } else { n.to_le_bytes() }
    };
    let long = |n: u32| {
        if big_endian { n.to_be_bytes() } else { n.to_le_bytes() }
    };
    let mut block = if big_endian { b"MM\0\x2A".to_vec() } else { b"II\x2A\0".to_vec() };
    block.extend(long(8));
    block.extend(short(3));
    for (tag, kind, count, value) in [
        (0x010F, 2, 14, long(50)),
        (0x0112, 3, 1, [short(orientation), [0; 2]].concat().try_into().unwrap()),
        (0x8825, 4, 1, long(64)),
    ] {
        block.extend([&short(tag)[..], &short(kind), &long(count), &value].concat());
    }
    block.extend(long(0));
    block.extend(b"SECRET camera\0");
    block.extend(b"SECRET latitude 35.6892 N");
    block
}

pub fn segment(code: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap();
    [&[0xFF, code][..], &length.to_be_bytes(), payload].concat()
}

pub fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let sum = crc32fast::hash(&[&kind[..], data].concat());
    [&length.to_be_bytes()[..], &kind, data, &sum.to_be_bytes()].concat()
}

pub fn riff_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let padding: &[u8] = if data.len() % 2 == 1 { &[0] } else { &[] };
    [&kind[..], &length.to_le_bytes(), data, padding].concat()
}

pub fn riff(chunks: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let body: Vec<u8> = chunks.iter().flat_map(|(kind, data)| riff_chunk(*kind, data)).collect();
    let length = u32::try_from(body.len() + 4).unwrap();
    [b"RIFF", &length.to_le_bytes()[..], b"WEBP", &body].concat()
}

/// Puts `part` into `bytes` at `at`.
pub fn with(bytes: &[u8], at: usize, part: &[u8]) -> Vec<u8> {
    [&bytes[..at], part, &bytes[at..]].concat()
}

/// The place right after a PNG's header chunk.
pub const PNG_BODY: usize = 33;

/// The place of a GIF's first block.
pub fn gif_body(bytes: &[u8]) -> usize {
    13 + if bytes[10] & 0x80 == 0 { 0 } else { 3 << ((bytes[10] & 7) + 1) }
}
