//! Bytes that were never pictures, and pictures that once were.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use image::{DynamicImage, ImageReader};
use proptest::prelude::*;
use proptest::sample::Index;

use super::super::orientation::Orientation;
use super::fixtures::{self, exif, gif_body, jpeg, png, riff, segment, webp, with};
use super::{LIMITS, admit, admitted};

/// Every kind of picture, with metadata for the mutations to break.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<_> = fixtures::all().into_iter().map(|(_, bytes)| bytes).collect();
    let block = [b"Exif\0\0", &exif(6, true)[..]].concat();
    seeds.push(with(&jpeg(), 2, &segment(0xE1, &block)));
    seeds.push(with(&png(), fixtures::PNG_BODY, &fixtures::chunk(*b"eXIf", &exif(8, false))));
    seeds.push(riff(&[(*b"VP8L", &webp()[20..]), (*b"EXIF", &exif(3, true))]));
    let gif = fixtures::gif(2);
    seeds.push(with(
        &gif,
        gif_body(&gif),
        b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0\x21\xFE\x02hi\0",
    ));
    seeds
}

#[derive(Clone, Debug)]
enum Mutation {
    Flip(Index, u8),
    Truncate(Index),
    Insert(Index, Vec<u8>),
    Splice(Index, usize, Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        5 => (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        1 => any::<Index>().prop_map(Mutation::Truncate),
        2 => (any::<Index>(), prop::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(at, part)| Mutation::Insert(at, part)),
        1 => (any::<Index>(), 0..13_usize, any::<Index>())
            .prop_map(|(at, seed, from)| Mutation::Splice(at, seed, from)),
    ]
}

fn mutate(bytes: &mut Vec<u8>, mutation: &Mutation, seeds: &[Vec<u8>]) {
    let length = bytes.len() + 1;
    match mutation {
        Mutation::Flip(at, bit) => {
            if let Some(byte) = bytes.get_mut(at.index(length)) {
                *byte ^= 1 << bit;
            }
        }
        Mutation::Truncate(at) => bytes.truncate(at.index(length)),
        Mutation::Insert(at, part) => {
            let at = at.index(length);
            bytes.splice(at..at, part.iter().copied());
        }
        Mutation::Splice(at, seed, from) => {
            bytes.truncate(at.index(length));
            bytes.extend(&seeds[*seed][from.index(seeds[*seed].len())..]);
        }
    }
}

/// Makes all checksums of a PNG right, and the size of a WebP, so that mutations reach deeper.
fn mend(bytes: &mut [u8]) {
    if bytes.starts_with(b"RIFF") && bytes.len() >= 12 {
        let size = u32::try_from(bytes.len() - 8).unwrap();
        bytes[4..8].copy_from_slice(&size.to_le_bytes());
    }
    let mut at = 8;
    while bytes.starts_with(b"\x89PNG") && at + 12 <= bytes.len() {
        let length = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let end = at + 8 + length;
        if end + 4 > bytes.len() {
            break;
        }
        let sum = crc32fast::hash(&bytes[at + 4..end]);
        bytes[end..end + 4].copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
}

/// The pixels, where a decoder gets that far. Decoders do panic on hostile pictures: `zune-jpeg`
/// 0.5.15 does where a component of its own scan is sampled more finely than the first.
fn decoded(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(4 << 20);
    reader.limits(limits);
    catch_unwind(AssertUnwindSafe(|| reader.decode().ok())).ok().flatten()
}

/// Whatever is admitted is hardly longer than what came, shows the same pixels, and is admitted
/// again as it is.
fn check(bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let length = bytes.len();
    let before = decoded(&bytes);
    if let Ok(picture) = admit(Bytes::from(bytes), None, None, &LIMITS) {
        prop_assert!(picture.bytes.len() <= length + 64);
        if before.is_some() {
            prop_assert_eq!(decoded(&picture.bytes), before);
        }
        prop_assert_eq!(admit(picture.bytes.clone(), None, None, &LIMITS), Ok(picture));
    }
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn mutated_pictures_do_no_harm() {
    let seeds = seeds();
    let strategy = (0..seeds.len(), prop::collection::vec(mutation(), 1..5), any::<bool>());
    let mut runner = proptest::test_runner::TestRunner::new(config(3_000));
    let outcome = runner.run(&strategy, |(seed, mutations, mended)| {
        let mut bytes = seeds[seed].clone();
        for mutation in &mutations {
            mutate(&mut bytes, mutation, &seeds);
        }
        if mended {
            mend(&mut bytes);
        }
        check(bytes)
    });
    outcome.unwrap();
}

#[test]
fn seeds_hold_what_the_mutations_need() {
    assert_eq!(seeds().len(), 13);
    assert!(seeds().iter().all(|seed| admitted(seed).is_ok()));
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn arbitrary_bytes_do_no_harm(
        start in 0..6_usize,
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let png = png();
        let starts: [&[u8]; 6] = [b"", b"\xFF\xD8\xFF", &png[..33], b"GIF89a", b"RIFF", b"<"];
        check([starts[start], &rest].concat())?;
    }

    #[test]
    fn arbitrary_tiff_blocks_do_no_harm(
        start in 0..3_usize,
        rest in prop::collection::vec(prop_oneof![0..9_u8, any::<u8>()], 0..80),
    ) {
        let starts: [&[u8]; 3] = [b"", b"MM\0\x2A", b"II\x2A\0"];
        let block = [starts[start], &rest].concat();
        let theirs = image::metadata::Orientation::from_exif_chunk(&block);
        let ours = Orientation::read(&block);
        if let Some(ours) = ours {
            prop_assert_eq!(image::metadata::Orientation::from_exif_chunk(&ours.tiff()), theirs);
        }
    }
}

#[test]
fn every_orientation_reads_back_as_it_was() {
    for (value, big_endian) in (0..=10).flat_map(|value| [(value, true), (value, false)]) {
        let block = exif(value, big_endian);
        let read = Orientation::read(&block);
        assert_eq!(read.is_some(), (2..=8).contains(&value));
        if let Some(read) = read {
            let theirs = image::metadata::Orientation::from_exif_chunk;
            assert_eq!(theirs(&read.tiff()), theirs(&block));
        }
    }
}
