//! What cannot be taken: each with its status, its stable code and a sentence, and without a trace.

mod addresses;
mod bodies;
mod files;
mod forms;
mod memory;

use reqwest::RequestBuilder;

use crate::harness::{Answer, Redraw, jpeg, raw};

/// Largest picture of the redraw that is tested here, in bytes: room for the long GIF, and little
/// enough that too much is soon sent.
const MOST_BYTES: u64 = 256 * 1024;

/// A request that must be refused, and how.
struct Row {
    name: &'static str,
    status: u16,
    code: &'static str,
    request: Said,
}

enum Said {
    Well(Box<RequestBuilder>),
    /// Byte by byte.
    Oddly(Vec<u8>),
}

fn row(name: &'static str, status: u16, code: &'static str, request: RequestBuilder) -> Row {
    Row { name, status, code, request: Said::Well(Box::new(request)) }
}

fn odd(name: &'static str, status: u16, code: &'static str, request: Vec<u8>) -> Row {
    Row { name, status, code, request: Said::Oddly(request) }
}

#[tokio::test]
async fn bad_input_is_refused_with_a_code_and_a_sentence_and_leaves_nothing_behind() {
    let redraw = strict().await;
    let before = redraw.everything_stored().await;
    let groups = [
        files::rows(&redraw),
        forms::rows(&redraw),
        bodies::rows(&redraw),
        addresses::rows(&redraw),
    ];
    let mut wrong = Vec::new();
    for row in groups.into_iter().flatten() {
        let name = row.name;
        if let Err(what) = check(&redraw, row).await {
            wrong.push(format!("{name}: {what}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    leaves_nothing(&redraw, &before).await;
    // And it still works.
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    assert_eq!(redraw.finished(&id).await["status"], "done");
    redraw.stop().await;
}

async fn strict() -> Redraw {
    Redraw::start_with(&[("REDRAW__REGISTER__MAX_IMAGE", "256 KiB")]).await
}

async fn check(redraw: &Redraw, row: Row) -> Result<(), String> {
    let answer = match row.request {
        Said::Well(request) => {
            Answer::of(request.send().await.map_err(|e| format!("{e:?}"))?).await
        }
        Said::Oddly(bytes) => {
            let address = redraw.url.trim_start_matches("http://").parse().unwrap();
            raw(address, &bytes).await.ok_or("no answer")?
        }
    };
    refused_as(&answer, row.status, row.code)
}

/// Whether the answer is a problem document (RFC 9457) as it should be.
fn refused_as(answer: &Answer, status: u16, code: &str) -> Result<(), String> {
    let problem = answer.json();
    let title = problem["title"].as_str().unwrap_or_default();
    let detail = problem["detail"].as_str().unwrap_or_default();
    let well = answer.status == status
        && answer.content_type == "application/problem+json"
        && problem["status"] == status
        && problem["code"] == code
        && problem["type"] == "about:blank"
        && !title.is_empty()
        && detail.len() > 20
        && detail.ends_with('.');
    if well { Ok(()) } else { Err(format!("{} {}", answer.status, answer.text())) }
}

async fn leaves_nothing(redraw: &Redraw, before: &[String]) {
    assert_eq!(redraw.rows("requests").await, 0);
    assert_eq!(redraw.rows("jobs").await, 0);
    assert_eq!(redraw.everything_stored().await, before);
    assert!(redraw.mails().is_empty());
}
