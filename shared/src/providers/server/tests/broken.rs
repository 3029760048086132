//! Servers that do not answer, or not to the end: what is known of the work, and what is not.

use std::time::Duration;

use reqwest::Method;
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{MOST, Server, generate, server};
use crate::jobs::Notes;
use crate::providers::fixtures::{Bare, Then, config, roots};
use crate::providers::{CallError, Verdict};

/// One whose patience is short.
fn impatient(url: &str) -> Server {
    let mut config = config(url);
    config.timeout = Duration::from_millis(300);
    Server::new(&config, MOST, &roots()).unwrap()
}

async fn generated(server: &Server) -> (Verdict, &'static str) {
    let mut notes = Notes::default();
    let error = generate(server, &mut notes).await.unwrap_err();
    assert!(!notes.unanswered, "it is over");
    (error.verdict, error.code)
}

async fn looked(server: &Server) -> (Verdict, &'static str) {
    let request = server.request(Method::GET, server.of_model("").unwrap());
    let CallError { verdict, code, .. } = server.look(request).await.unwrap_err();
    (verdict, code)
}

#[tokio::test]
async fn of_what_was_never_answered_nobody_knows_whether_it_was_done() {
    let silent = Bare::start("", Then::Hang).await;
    let server = impatient(&silent.url);
    assert_eq!(generated(&server).await, (Verdict::Unknown, "outcome_unknown"));
    assert_eq!(looked(&server).await, (Verdict::Retry, "provider_silent"));
}

#[tokio::test]
async fn a_head_without_an_end_is_no_answer() {
    let endless = Bare::start("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n", Then::Drip).await;
    let server = impatient(&endless.url);
    assert_eq!(generated(&server).await, (Verdict::Unknown, "outcome_unknown"));
    assert_eq!(looked(&server).await, (Verdict::Retry, "provider_silent"));
}

#[tokio::test]
async fn an_error_whose_words_never_end_is_known_by_its_status() {
    let words = "HTTP/1.1 402 Payment Required\r\ncontent-length: 5000\r\n\r\n{";
    let endless = Bare::start(words, Then::Drip).await;
    assert_eq!(generated(&impatient(&endless.url)).await, (Verdict::Park, "credit_spent"));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_a_lost_connection() {
    for words in ["", "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"choices\"", "HTTP/1.1 200"] {
        let broken = Bare::start(words, Then::Close).await;
        let server = server(&broken.url);
        assert_eq!(generated(&server).await, (Verdict::Retry, "connection_lost"), "{words:?}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_a_lost_connection() {
    let mail = Bare::start("220 mail.example ESMTP\r\n", Then::Close).await;
    assert_eq!(generated(&server(&mail.url)).await, (Verdict::Retry, "connection_lost"));
}

#[tokio::test]
async fn nobody_at_the_port_is_unreachable_and_was_not_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = server(&url);
    assert_eq!(generated(&server).await, (Verdict::Retry, "provider_unreachable"));
    assert_eq!(looked(&server).await, (Verdict::Retry, "provider_unreachable"));
}

#[tokio::test]
async fn no_more_is_read_than_the_limit_whatever_the_head_says() {
    let theirs = MockServer::start().await;
    for (bytes, taken) in [(MOST, true), (MOST + 1, false)] {
        theirs.reset().await;
        let answer = ResponseTemplate::new(200).set_body_bytes(vec![b' '; bytes]);
        Mock::given(any()).respond_with(answer).mount(&theirs).await;
        let result = generate(&server(&theirs.uri()), &mut Notes::default()).await;
        assert_eq!(
            result.map_err(|error| error.code).err(),
            (!taken).then_some("answer_too_large")
        );
    }
    // Without a length, it would go on for ever.
    let endless = Bare::start("HTTP/1.1 200 OK\r\n\r\n", Then::Drip).await;
    let server = Server::new(&config(&endless.url), 9, &roots()).unwrap();
    assert_eq!(generated(&server).await, (Verdict::Retry, "answer_too_large"));
}

#[tokio::test]
async fn a_call_that_is_dropped_half_way_says_that_it_was_not_answered() {
    let silent = Bare::start("", Then::Hang).await;
    let server = server(&silent.url);
    let mut notes = Notes::default();
    tokio::select! {
        _ = generate(&server, &mut notes) => panic!("it never answers"),
        () = silent.asked.notified() => {}
    }
    assert!(notes.unanswered);
}
