//! Forms that lack something, or have too much of it.

use reqwest::multipart::Form;

use super::{Row, odd, row};
use crate::harness::{Redraw, form, jpeg, part};

pub fn rows(redraw: &Redraw) -> Vec<Row> {
    let image = || part(jpeg(1), "picture.jpg");
    let good = || form(jpeg(1), "owner@example.com");
    let only_image = || Form::new().part("image", image());
    let mail = |address: &str| redraw.post(form(jpeg(1), address));
    let long = format!("{}@example.com", "a".repeat(388));
    let keyed = |key: &str| redraw.post(good()).header("Idempotency-Key", key);
    let accented = reqwest::header::HeaderValue::from_bytes("clé".as_bytes()).unwrap();
    let accented = redraw.post(good()).header("Idempotency-Key", accented);
    let text = |name: &'static str, value: String| redraw.post(good().text(name, value));
    vec![
        row(
            "no image",
            400,
            "image_missing",
            redraw.post(Form::new().text("email", "o@example.com")),
        ),
        row("an empty form", 400, "image_missing", redraw.post(Form::new().text("language", "en"))),
        row("no address", 400, "email_missing", redraw.post(only_image())),
        row("an empty address", 400, "email_missing", mail("")),
        row("a blank address", 400, "email_missing", mail("   ")),
        row("two images", 400, "field_repeated", redraw.post(good().part("image", image()))),
        row("two addresses", 400, "field_repeated", text("email", "o@example.com".into())),
        row(
            "two languages",
            400,
            "field_repeated",
            redraw.post(good().text("language", "en").text("language", "en")),
        ),
        row("an unknown field", 400, "field_unknown", text("colour", "red".into())),
        row("a field with a long, odd name", 400, "field_unknown", text(ODD_NAME, "red".into())),
        row(
            "a language that is not spoken",
            400,
            "language_unknown",
            text("language", "xx".into()),
        ),
        row("a long language", 400, "field_too_long", text("language", "x".repeat(2_000))),
        row(
            "an address with a line break",
            400,
            "email_invalid",
            mail("owner@example.com\r\nBcc: all@example.com"),
        ),
        row("an address with a bare line feed", 400, "email_invalid", mail("owner@exam\nple.com")),
        row("an address with a zero byte", 400, "email_invalid", mail("owner@exam\0ple.com")),
        row("an address in Persian", 400, "email_invalid", mail("علی@مثال.ایران")),
        row("an address of 400 characters", 400, "email_invalid", mail(&long)),
        row("an address of 2,000 characters", 400, "field_too_long", mail(&long.repeat(5))),
        row("an address without a host", 400, "email_invalid", mail("owner")),
        row("two addresses in one", 400, "email_invalid", mail("a@example.com,b@example.com")),
        row("an address with a name", 400, "email_invalid", mail("Owner <owner@example.com>")),
        row("a key of 256 characters", 400, "idempotency_key_invalid", keyed(&"k".repeat(256))),
        row("a key with a space", 400, "idempotency_key_invalid", keyed("a key")),
        row("an empty key", 400, "idempotency_key_invalid", keyed("")),
        row("a key with an accent", 400, "idempotency_key_invalid", accented),
        row(
            "two keys",
            400,
            "idempotency_key_invalid",
            keyed("one").header("Idempotency-Key", "two"),
        ),
        odd("an address that is not UTF-8", 400, "form_malformed", latin_1()),
    ]
}

const ODD_NAME: &str = "<script>alert(1)</script> and what comes after it, at length";

fn latin_1() -> Vec<u8> {
    let body = b"--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n\xE9@example.com\r\n--x--\r\n";
    super::bodies::post("multipart/form-data; boundary=x", body)
}
