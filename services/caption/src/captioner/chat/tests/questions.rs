//! What is sent.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use serde_json::{Map, Value, json};
use shared::config::CaptionerKind;
use wiremock::{Request, ResponseTemplate};

use super::{PROMPT, chat, chat_with};
use crate::captioner::chat::Chat;
use crate::captioner::fixtures::{self, KEY, ask, config, noise, roots, saying, sides};

fn good() -> ResponseTemplate {
    fixtures::json(&json!({"choices": [{"message": {"content": "A boat."}}]}))
}

/// The picture in a question.
fn file_in(request: &Request) -> Vec<u8> {
    let body: Value = request.body_json().unwrap();
    let url = body.pointer("/messages/0/content/1/image_url/url").unwrap().as_str().unwrap();
    STANDARD.decode(url.strip_prefix("data:image/jpeg;base64,").unwrap()).unwrap()
}

fn map(value: Value) -> Map<String, Value> {
    let Value::Object(map) = value else { panic!("an object") };
    map
}

#[tokio::test]
async fn a_question_is_as_the_servers_want_it() {
    let theirs = saying(vec![good()]).await;
    let chat = chat_with(&theirs, |config| config.bill_to = "us".to_owned());
    ask(&chat, &noise(40, 30)).await.0.unwrap();
    let request = theirs.received_requests().await.unwrap().pop().unwrap();
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/v1/chat/completions"));
    assert_eq!(request.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(request.headers["x-hf-bill-to"], "us");
    let text = std::str::from_utf8(&request.body).unwrap();
    assert!(text.starts_with(r#"{"model":"org/model","#), "{}", &text[..60]);
    let picture = format!("data:image/jpeg;base64,{}", STANDARD.encode(file_in(&request)));
    let expected = json!({
        "model": "org/model",
        "messages": [{"role": "user", "content": [
            {"type": "text", "text": PROMPT},
            {"type": "image_url", "image_url": {"url": picture}},
        ]}],
        "max_tokens": 400,
        "stream": false,
    });
    assert_eq!(request.body_json::<Value>().unwrap(), expected);
}

#[tokio::test]
async fn a_picture_is_sent_no_larger_than_a_server_takes() {
    let theirs = saying(vec![good()]).await;
    let chat = chat(&theirs);
    for (width, height) in [(3000, 2000), (1536, 1536), (40, 30)] {
        ask(&chat, &noise(width, height)).await.0.unwrap();
    }
    let requests = theirs.received_requests().await.unwrap();
    let sides: Vec<_> = requests.iter().map(|request| sides(&file_in(request))).collect();
    // Noise from edge to edge has to be halved.
    assert_eq!(sides, [(1536, 1024), (768, 768), (40, 30)]);
}

#[tokio::test]
async fn further_fields_stand_beside_ours_and_nothing_is_said_twice() {
    let theirs = saying(vec![good()]).await;
    let parameters = map(json!({"temperature": 0.2, "max_tokens": 7}));
    let own = chat_with(&theirs, |config| config.parameters = parameters);
    let none = chat_with(&theirs, |config| config.max_tokens = 0);
    let picture = noise(40, 30);
    ask(&own, &picture).await.0.unwrap();
    ask(&none, &picture).await.0.unwrap();
    let requests = theirs.received_requests().await.unwrap();
    let text = std::str::from_utf8(&requests[0].body).unwrap();
    assert_eq!(text.matches("max_tokens").count(), 1);
    assert!(text.contains(r#""max_tokens":7"#) && text.contains(r#""temperature":0.2"#));
    assert!(!std::str::from_utf8(&requests[1].body).unwrap().contains("max_tokens"));
    for ours in ["model", "messages", "stream"] {
        let mut config = config(CaptionerKind::Chat, &theirs.uri());
        config.parameters = map(json!({ours: "x"}));
        assert!(Chat::new(&config, PROMPT, &roots()).is_err(), "{ours}");
    }
}

#[tokio::test]
async fn a_picture_that_is_too_large_is_sent_smaller_once() {
    for (width, height, small) in [(2000, 1000, (768, 384)), (300, 200, (150, 100))] {
        let theirs = saying(vec![ResponseTemplate::new(413), good()]).await;
        let (caption, _) = ask(&chat(&theirs), &noise(width, height)).await;
        assert_eq!(caption.unwrap(), "A boat.");
        let requests = theirs.received_requests().await.unwrap();
        assert_eq!(requests.len(), 2);
        assert_eq!(sides(&file_in(&requests[1])), small);
        assert!(requests[1].body.len() < requests[0].body.len());
    }
    let theirs = saying(vec![ResponseTemplate::new(413)]).await;
    let error = ask(&chat(&theirs), &Arc::new(RgbImage::new(1, 1))).await.0.unwrap_err();
    assert_eq!(error.code, "too_large");
    assert_eq!(theirs.received_requests().await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_refused_for_another_reason_is_not_sent_again() {
    for status in [400, 401, 402, 422, 429, 500] {
        let theirs = saying(vec![ResponseTemplate::new(status), good()]).await;
        ask(&chat(&theirs), &noise(9, 9)).await.0.unwrap_err();
        assert_eq!(theirs.received_requests().await.unwrap().len(), 1, "{status}");
    }
}
