mod broken;
mod proxy;
mod rows;
mod secrets;

use reqwest::Method;
use wiremock::matchers::{body_string, header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::Server;
use crate::jobs::Notes;
use crate::providers::fixtures::{KEY, config, roots};
use crate::providers::{Answer, CallError};

const MOST: usize = 10_000;

fn server(url: &str) -> Server {
    Server::new(&config(url), MOST, &roots()).unwrap()
}

async fn generate(server: &Server, notes: &mut Notes) -> Result<Answer, CallError> {
    let request = server.request(Method::POST, server.of_model("").unwrap());
    server.generate(request.body("ask"), notes).await
}

#[tokio::test]
async fn the_key_and_who_pays_stand_in_the_head() {
    let theirs = MockServer::start().await;
    Mock::given(method("POST"))
        .and(header("authorization", format!("Bearer {KEY}")))
        .and(header("x-hf-bill-to", "us"))
        .and(body_string("ask"))
        .respond_with(ResponseTemplate::new(200).insert_header("x-request-id", "r-1"))
        .mount(&theirs)
        .await;
    let mut config = config(&theirs.uri());
    config.bill_to = "us".to_owned();
    let mut notes = Notes::default();
    let server = Server::new(&config, MOST, &roots()).unwrap();
    generate(&server, &mut notes).await.unwrap();
    assert_eq!(notes.provider_request_id.as_deref(), Some("r-1"));
    assert!(!notes.unanswered);
    config.key = crate::config::ProviderKey::None;
    config.bill_to = String::new();
    generate(&Server::new(&config, MOST, &roots()).unwrap(), &mut notes).await.unwrap_err();
    let bare = theirs.received_requests().await.unwrap().pop().unwrap();
    assert!(bare.headers.get("authorization").is_none(), "no key, no header");
    assert!(bare.headers.get("x-hf-bill-to").is_none());
}

#[tokio::test]
async fn a_key_may_have_a_scheme_of_its_own() {
    let theirs = MockServer::start().await;
    Mock::given(header("authorization", format!("Key {KEY}")))
        .respond_with(ResponseTemplate::new(200))
        .mount(&theirs)
        .await;
    let server = server(&theirs.uri()).with_scheme("Key");
    generate(&server, &mut Notes::default()).await.unwrap();
}

#[tokio::test]
async fn a_call_that_failed_has_its_id_in_the_notes_too() {
    let theirs = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(500).insert_header("x-inference-id", "i-9"))
        .mount(&theirs)
        .await;
    let mut notes = Notes::default();
    generate(&server(&theirs.uri()), &mut notes).await.unwrap_err();
    assert_eq!(notes.provider_request_id.as_deref(), Some("i-9"));
    assert!(!notes.unanswered);
}

#[test]
fn an_address_may_be_written_short_or_whole() {
    let path = "/v1/chat/completions";
    let cases = [
        ("https://a.example", "https://a.example/v1/chat/completions"),
        ("https://a.example/", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/chat/completions/", "https://a.example/v1/chat/completions"),
        ("https://a.example/nscale/v1", "https://a.example/nscale/v1/chat/completions"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x/v1/chat/completions"),
        // Part of a name is no `/v1`.
        ("https://a.example/rev1", "https://a.example/rev1/v1/chat/completions"),
    ];
    for (url, whole) in cases {
        assert_eq!(server(url).at(path).unwrap().as_str(), whole, "{url}");
    }
    assert!(server("nowhere").at(path).is_err());
}

#[test]
fn the_model_goes_where_the_address_says() {
    let of = |url, model| server(url).of_model(model).unwrap().to_string();
    assert_eq!(
        of("https://a.example/models/{model}", "org/name"),
        "https://a.example/models/org/name"
    );
    assert_eq!(of("https://a.example/own", "org/name"), "https://a.example/own");
}
