//! JPEG's own ways: scans, restarts, fill bytes, and processes that no decoder here knows.

use super::fixtures::{jpeg, segment, tiny_jpeg, with};
use super::{admitted, code, pixels};

#[test]
fn scans_and_restarts_are_kept_as_they_are() {
    for sof in [0xC0, 0xC2] {
        let bytes = tiny_jpeg(sof);
        assert_eq!(admitted(&bytes).unwrap().bytes, bytes);
        assert_eq!(pixels(&bytes).width(), 16);
    }
}

#[test]
fn fill_bytes_before_markers_are_allowed_and_dropped() {
    let clean = tiny_jpeg(0xC2);
    let dirty = with(&clean, clean.len() - 2, &[0xFF; 9]);
    let dirty = with(&dirty, 2, &[0xFF; 40]);
    assert_eq!(admitted(&dirty).unwrap().bytes, clean);
    let comment = [&[0xFF; 7], &segment(0xFE, b"\xFF\xD9\xFF\xFF\0\xFF")[..]].concat();
    assert_eq!(admitted(&with(&clean, 2, &comment)).unwrap().bytes, clean);
}

#[test]
fn processes_that_cannot_be_decoded_are_refused_by_name() {
    for (sof, name) in [(0xC9, "Arithmetic"), (0xCA, "Arithmetic"), (0xC3, "Lossless")] {
        let refusal = admitted(&tiny_jpeg(sof)).unwrap_err();
        assert_eq!((refusal.code(), refusal.status()), ("image_type_unsupported", 415));
        assert!(refusal.to_string().starts_with(name), "{refusal}");
    }
    let mut deep = tiny_jpeg(0xC2);
    let frame = deep.windows(2).position(|code| code == [0xFF, 0xC2]).unwrap();
    deep[frame + 4] = 12;
    assert_eq!(code(&deep), "image_type_unsupported");
}

#[test]
fn headers_that_disagree_are_damage() {
    let bytes = tiny_jpeg(0xC2);
    let frame = bytes.windows(2).position(|code| code == [0xFF, 0xC2]).unwrap();
    let scan = bytes.windows(2).position(|code| code == [0xFF, 0xDA]).unwrap();
    let end = [0xFF, 0xD9];
    let mut other_component = bytes.clone();
    other_component[scan + 5] = 9;
    for (name, bytes) in [
        ("no frame", [&bytes[..frame], &end].concat()),
        ("no scan", [&bytes[..scan], &end].concat()),
        ("scan before frame", [&bytes[..frame], &bytes[scan..]].concat()),
        ("two frames", with(&bytes, scan, &bytes[frame..scan])),
        ("scan without data", [&bytes[..scan + 10], &end].concat()),
        ("scan of an unknown component", other_component),
        ("length below two", with(&bytes, 2, &[0xFF, 0xFE, 0, 1])),
        ("no marker", with(&bytes, frame, b"<html>")),
        ("second start", with(&bytes, 2, &[0xFF, 0xD8])),
        ("lines defined late", with(&bytes, bytes.len() - 2, &segment(0xDC, &[0, 8]))),
    ] {
        assert_eq!(code(&bytes), "image_corrupt", "{name}");
    }
}

#[test]
fn more_scans_than_any_encoder_writes_are_refused() {
    let bytes = tiny_jpeg(0xC2);
    let scan = bytes.len() - 16;
    let again = bytes[scan..bytes.len() - 2].repeat(99);
    assert_eq!(code(&with(&bytes, scan, &again)), "image_corrupt");
    assert_eq!(code(&jpeg()), "admitted");
}
