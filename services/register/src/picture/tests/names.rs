//! File names and content types that tell the truth, nothing, or a lie.

use bytes::Bytes;

use super::fixtures::{jpeg, png};
use super::{LIMITS, Refusal, admit};

fn named(bytes: Vec<u8>, name: Option<&str>, declared: Option<&str>) -> Result<(), Refusal> {
    admit(Bytes::from(bytes), name, declared, &LIMITS).map(|_| ())
}

#[test]
fn the_truth_and_silence_are_both_fine() {
    for name in ["a.jpg", "a.JPEG", "C:\\a.png\\a.jpe", "a.jfif", "a", "", "a.tmp", ".", "a.b.jpg"]
    {
        assert_eq!(named(jpeg(), Some(name), None), Ok(()), "{name}");
    }
    for declared in
        ["image/jpeg", "IMAGE/JPG; q=1", "", "application/octet-stream", "image/*", "nonsense"]
    {
        assert_eq!(named(jpeg(), None, Some(declared)), Ok(()), "{declared}");
    }
}

#[test]
fn a_lie_is_refused_and_names_both_types() {
    let refusal = named(jpeg(), Some("photo.png"), None).unwrap_err();
    assert_eq!((refusal.code(), refusal.status()), ("image_type_mismatch", 415));
    assert_eq!(
        refusal.to_string(),
        "The file's name says PNG, but it holds a JPEG picture; correct the name or send the file \
         that was meant."
    );
    for name in ["a.svg", "a.HTML", "a.txt", "a.pdf", "a.gif", "a.exe", "a.jpg.zip"] {
        assert_eq!(named(jpeg(), Some(name), None).unwrap_err().code(), "image_type_mismatch");
    }
    for declared in ["image/jpeg", "image/svg+xml", "text/html; charset=utf-8", "image/x-none"] {
        let refusal = named(png(), Some("a.png"), Some(declared)).unwrap_err();
        assert_eq!(refusal.code(), "image_type_mismatch", "{declared}");
    }
}
