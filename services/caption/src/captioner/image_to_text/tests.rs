use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::config::CaptionerKind;
use shared::providers::Verdict;
use wiremock::{MockServer, ResponseTemplate};

use super::ImageToText;
use crate::captioner::fixtures::{self, KEY, ask, config, noise, roots, saying, sides};

fn task(theirs: &MockServer, path: &str, parameters: &Value) -> ImageToText {
    let mut config = config(CaptionerKind::ImageToText, &format!("{}{path}", theirs.uri()));
    config.parameters = parameters.as_object().cloned().unwrap_or_default();
    ImageToText::new(&config, &roots()).unwrap()
}

fn good() -> ResponseTemplate {
    fixtures::json(&json!([{"generated_text": "a red boat"}]))
}

#[tokio::test]
async fn a_picture_is_sent_as_it_is() {
    let theirs = saying(vec![good()]).await;
    let task = task(&theirs, "/models/{model}", &Value::Null);
    ask(&task, &noise(2000, 1000)).await.0.unwrap();
    let request = theirs.received_requests().await.unwrap().pop().unwrap();
    assert_eq!((request.method.as_str(), request.url.path()), ("POST", "/models/org/model"));
    assert_eq!(request.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(request.headers["content-type"], "image/jpeg");
    assert_eq!(request.headers["accept"], "application/json");
    assert_eq!(sides(&request.body), (1536, 768));
}

#[tokio::test]
async fn with_parameters_it_is_sent_as_json() {
    let theirs = saying(vec![good()]).await;
    let task = task(&theirs, "/own", &json!({"max_new_tokens": 60}));
    ask(&task, &noise(40, 30)).await.0.unwrap();
    let request = theirs.received_requests().await.unwrap().pop().unwrap();
    assert_eq!(request.url.path(), "/own");
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(request.headers.get_all("content-type").iter().count(), 1);
    let body: Value = request.body_json().unwrap();
    assert_eq!(body["parameters"], json!({"max_new_tokens": 60}));
    assert_eq!(sides(&STANDARD.decode(body["inputs"].as_str().unwrap()).unwrap()), (40, 30));
    assert_eq!(body.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn a_sentence_is_found_in_every_good_answer() {
    let answers = [
        json!([{"generated_text": "a red boat"}]),
        json!([{"generated_text": " a red boat \n", "score": 0.5}, {"generated_text": "b"}]),
        json!({"generated_text": "a red boat"}),
    ];
    for answer in answers {
        let theirs = saying(vec![fixtures::json(&answer)]).await;
        let (caption, _) = ask(&task(&theirs, "", &Value::Null), &noise(9, 9)).await;
        assert_eq!(caption.unwrap(), "a red boat", "{answer}");
    }
}

#[tokio::test]
async fn what_is_no_sentence_is_told_apart() {
    use Verdict::{Park, Rest, Retry};
    let json = |status, body: Value| ResponseTemplate::new(status).set_body_json(body);
    let html = ResponseTemplate::new(200).set_body_string("<html>busy</html>");
    let loading = json!({"error": "Model x is currently loading", "estimated_time": 20.0});
    let cases = [
        (json(200, json!([])), Retry, "unreadable_answer"),
        (json(200, json!([{}])), Retry, "unreadable_answer"),
        (json(200, json!([{"generated_text": null}])), Retry, "unreadable_answer"),
        (json(200, json!([{"label": "boat", "score": 0.9}])), Retry, "unreadable_answer"),
        (json(200, json!([{"generated_text": "  "}])), Retry, "no_caption"),
        (json(200, json!({"error": "it broke"})), Retry, "provider_unavailable"),
        (html, Retry, "unreadable_answer"),
        (ResponseTemplate::new(200), Retry, "unreadable_answer"),
        (json(400, json!({"error": "CUDA out of memory"})), Retry, "request_refused"),
        (json(401, json!({"error": "Unauthorized"})), Park, "key_refused"),
        (json(402, json!({})), Park, "credit_spent"),
        (json(404, json!({"detail": "Not Found"})), Park, "model_gone"),
        (json(429, json!({})), Rest, "rate_limited"),
        (json(503, loading), Rest, "model_loading"),
    ];
    for (answer, verdict, code) in cases {
        let said = format!("{answer:?}");
        let theirs = saying(vec![answer]).await;
        let (result, _) = ask(&task(&theirs, "", &Value::Null), &noise(9, 9)).await;
        let error = result.unwrap_err();
        assert_eq!((error.verdict, error.code), (verdict, code), "{said}");
        assert_eq!(theirs.received_requests().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_picture_that_is_too_large_is_sent_smaller_once() {
    let theirs = saying(vec![ResponseTemplate::new(413), good()]).await;
    let (caption, _) = ask(&task(&theirs, "", &Value::Null), &noise(300, 200)).await;
    assert_eq!(caption.unwrap(), "a red boat");
    let requests = theirs.received_requests().await.unwrap();
    assert_eq!(sides(&requests[0].body), (300, 200));
    assert_eq!(sides(&requests[1].body), (150, 100));
    let theirs = saying(vec![ResponseTemplate::new(413)]).await;
    let (result, _) = ask(&task(&theirs, "", &Value::Null), &noise(300, 200)).await;
    assert_eq!(result.unwrap_err().code, "too_large");
    assert_eq!(theirs.received_requests().await.unwrap().len(), 2);
}
