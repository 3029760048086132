//! What a server says back must not become a leak: keys, pictures, and where a redirect leads.

use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{generate, server};
use crate::jobs::Notes;
use crate::providers::Verdict;
use crate::providers::fixtures::KEY;

async fn answering(answer: ResponseTemplate) -> MockServer {
    let theirs = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&theirs).await;
    theirs
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_key_goes_nowhere_else() {
    let elsewhere = answering(ResponseTemplate::new(200)).await;
    for status in [301, 302, 303, 307, 308] {
        let answer = ResponseTemplate::new(status).insert_header("location", elsewhere.uri());
        let theirs = answering(answer).await;
        let error = generate(&server(&theirs.uri()), &mut Notes::default()).await.unwrap_err();
        assert_eq!((error.verdict, error.code), (Verdict::Park, "wrong_address"), "{status}");
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_key_that_is_sent_back_is_not_in_the_error() {
    let said = format!("Authorization: Bearer {KEY} is no key of ours");
    for status in [200, 400, 401, 403, 500] {
        for body in [
            format!(r#"{{"error": "{said}"}}"#),
            format!(r#"{{"error": {{"message": "{said}"}}}}"#),
        ] {
            let theirs = answering(ResponseTemplate::new(status).set_body_string(body)).await;
            let error = generate(&server(&theirs.uri()), &mut Notes::default()).await.unwrap_err();
            let told = format!("{error:?} {:#}", error.cause);
            assert!(told.contains("is no key of ours") && !told.contains(KEY), "{status}: {told}");
        }
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_shows_neither_key_nor_address() {
    let theirs = MockServer::start().await;
    Mock::given(method("PUT")).respond_with(ResponseTemplate::new(200)).mount(&theirs).await;
    let url = format!("{}/signed?token=s3cr3t", theirs.uri());
    drop(theirs);
    let error = generate(&server(&url), &mut Notes::default()).await.unwrap_err();
    let told = format!("{error:?} {:#}", error.cause);
    assert!(!told.contains("s3cr3t") && !told.contains(KEY), "{told}");
}

#[tokio::test]
async fn a_picture_that_is_sent_back_is_cut_out_and_the_words_before_it_are_kept() {
    // More than is read of an error, so that what is read is no JSON.
    let picture = "/9j/4AAQSkZJRgABAQAAAQABAAD".repeat(9_000);
    let body = format!(r#"{{"detail": "nsfw: data:image/jpeg;base64,{picture}"}}"#);
    let theirs = answering(ResponseTemplate::new(400).set_body_string(body)).await;
    let error = generate(&server(&theirs.uri()), &mut Notes::default()).await.unwrap_err();
    assert_eq!(error.code, "refused");
    let told = format!("{:#}", error.cause);
    assert!(told.contains("nsfw") && !told.contains("9j/4AAQ"), "{told}");
}
