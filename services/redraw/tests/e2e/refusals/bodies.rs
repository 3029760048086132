//! Bodies that are no form, are too long, or break off.

use std::net::SocketAddr;

use super::{MOST_BYTES, Row, leaves_nothing, odd, refused_as, row, strict};
use crate::harness::{Redraw, form, jpeg, raw, raw_then_gone, raw_without_end};

const FORM: &str = "multipart/form-data; boundary=x";
const IMAGE: &str =
    "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n\r\n";
const EMAIL: &str =
    "\r\n--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nowner@example.com";

pub fn rows(redraw: &Redraw) -> Vec<Row> {
    let most = usize::try_from(MOST_BYTES).unwrap();
    let sized = |bytes: usize| redraw.post(form(padded(bytes), "owner@example.com"));
    let body = |bytes: usize| {
        [IMAGE.as_bytes(), &padded(bytes), EMAIL.as_bytes(), b"\r\n--x--\r\n"].concat()
    };
    let typed = |content_type: &'static str| {
        let request = redraw.client.post(format!("{}/api/v1/register", redraw.url));
        request.header("Content-Type", content_type).body("image=a&email=b")
    };
    let untyped = redraw.client.post(format!("{}/api/v1/register", redraw.url));
    let no_end = [IMAGE.as_bytes(), &jpeg(1)].concat();
    let no_head = b"--x\r\nContent-Disposition: form-data; name=\"ima";
    vec![
        row("one byte over the limit", 413, "image_too_large", sized(most + 1)),
        row("far over the limit", 413, "image_too_large", sized(most * 60)),
        odd("one byte over the limit, in chunks", 413, "image_too_large", chunked(&body(most + 1))),
        odd("far over the limit, in chunks", 413, "image_too_large", chunked(&body(most * 6))),
        row("no boundary", 415, "not_multipart", typed("multipart/form-data")),
        row("an empty boundary", 400, "form_malformed", typed("multipart/form-data; boundary=")),
        row(
            "a form of another kind",
            415,
            "not_multipart",
            typed("application/x-www-form-urlencoded"),
        ),
        row("JSON", 415, "not_multipart", typed("application/json")),
        row("nothing at all", 415, "not_multipart", untyped),
        row(
            "another boundary than was said",
            400,
            "form_malformed",
            typed("multipart/form-data; boundary=x"),
        ),
        odd("no body", 400, "form_malformed", post(FORM, b"")),
        odd("a form without its end", 400, "form_malformed", post(FORM, &no_end)),
        odd("a form that ends in a head", 400, "form_malformed", post(FORM, no_head)),
        odd("a form without its end, in chunks", 400, "form_malformed", chunked(&no_end)),
    ]
}

/// A picture of exactly so many bytes: what follows its end is not looked at before the limit.
fn padded(bytes: usize) -> Vec<u8> {
    let mut picture = jpeg(1);
    picture.resize(bytes, 0);
    picture
}

/// A whole registration with this body.
pub fn post(content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = head(content_type, &format!("Content-Length: {}", body.len()));
    [head.as_bytes(), body].concat()
}

fn head(content_type: &str, length: &str) -> String {
    format!(
        "POST /api/v1/register HTTP/1.1\r\nHost: redraw\r\nConnection: close\r\n\
         Content-Type: {content_type}\r\n{length}\r\n\r\n"
    )
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut request = head(FORM, "Transfer-Encoding: chunked").into_bytes();
    request.extend(body.chunks(10_000).flat_map(chunk));
    request.extend(b"0\r\n\r\n");
    request
}

fn address(redraw: &Redraw) -> SocketAddr {
    redraw.url.trim_start_matches("http://").parse().unwrap()
}

#[tokio::test]
async fn a_body_without_end_is_refused_without_being_read_on() {
    let redraw = strict().await;
    let before = redraw.everything_stored().await;
    let begin = chunk(IMAGE.as_bytes());
    let head = [head(FORM, "Transfer-Encoding: chunked").as_bytes(), &begin].concat();
    let endless = chunk(&vec![0; 64 * 1024]);
    let (answer, sent) = raw_without_end(address(&redraw), &head, &endless).await;
    refused_as(&answer.unwrap(), 413, "image_too_large").unwrap();
    // What is read, and what the two sockets hold.
    assert!(sent < 16 * 1024 * 1024, "{sent} bytes were taken");
    leaves_nothing(&redraw, &before).await;
    redraw.stop().await;
}

#[tokio::test]
async fn a_body_that_breaks_off_or_dawdles_leaves_nothing_behind() {
    let redraw = Redraw::start_with(&[("REDRAW__REGISTER__UPLOAD_TIMEOUT", "1s")]).await;
    let before = redraw.everything_stored().await;
    let begun = [IMAGE.as_bytes(), &jpeg(1)].concat();
    for length in ["Content-Length: 100000", "Transfer-Encoding: chunked"] {
        let body = if length.contains("chunked") { chunk(&begun) } else { begun.clone() };
        let request = [head(FORM, length).as_bytes(), &body].concat();
        // Who went away need not be answered; who is answered is told what is wrong.
        if let Some(answer) = raw_then_gone(address(&redraw), &request).await {
            refused_as(&answer, 400, "form_malformed").unwrap();
        }
        let answer = raw(address(&redraw), &request).await.unwrap();
        refused_as(&answer, 408, "upload_too_slow").unwrap();
    }
    leaves_nothing(&redraw, &before).await;
    redraw.stop().await;
}
