use serde_json::{Map, Value, json};
use shared::config::PainterKind;
use shared::providers::Verdict;
use wiremock::{MockServer, ResponseTemplate};

use super::Images;
use crate::painter::fixtures::{
    self, KEY, ask, base64, blank, commission, config, downloader, large, picture, requests, roots,
    saying,
};

fn images(theirs: &MockServer, parameters: Value) -> anyhow::Result<Images> {
    let mut config = config(PainterKind::Images, &format!("{}/nscale", theirs.uri()));
    config.parameters = serde_json::from_value::<Map<_, _>>(parameters).unwrap();
    Images::new(&config, downloader(), commission(), &roots())
}

async fn answered(answer: &Value) -> (Verdict, &'static str) {
    let theirs = saying(vec![fixtures::json(answer)]).await;
    let error = ask(&images(&theirs, json!({})).unwrap()).await.0.unwrap_err();
    assert_eq!(requests(&theirs).await.len(), 1, "{answer}");
    (error.verdict, error.code)
}

fn good() -> ResponseTemplate {
    fixtures::json(&json!({"data": [{"b64_json": base64(&picture())}]}))
}

#[tokio::test]
async fn an_order_is_as_the_servers_want_it() {
    let theirs = saying(vec![good()]).await;
    let painting = ask(&images(&theirs, json!({})).unwrap()).await.0.unwrap();
    assert_eq!((&painting.file[..], painting.media_type), (&picture()[..], "image/png"));
    let request = requests(&theirs).await.pop().unwrap();
    let (path, method) = (request.url.path(), request.method.as_str());
    assert_eq!((method, path), ("POST", "/nscale/v1/images/generations"));
    assert_eq!(request.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(request.headers["content-type"], "application/json");
    let expected = json!({"model": "org/model", "prompt": "A red boat, in oil",
        "response_format": "b64_json", "size": "512x256"});
    assert_eq!(request.body_json::<Value>().unwrap(), expected);
}

#[tokio::test]
async fn further_fields_stand_beside_ours_and_nothing_is_said_twice() {
    let theirs = saying(vec![good()]).await;
    let parameters = json!({"size": "256x256", "response_format": "url", "seed": 7});
    ask(&images(&theirs, parameters).unwrap()).await.0.unwrap();
    let request = requests(&theirs).await.pop().unwrap();
    let text = std::str::from_utf8(&request.body).unwrap();
    for name in ["size", "response_format", "seed", "model", "prompt"] {
        assert_eq!(text.matches(&format!("\"{name}\":")).count(), 1, "{text}");
    }
    assert!(text.contains(r#""size":"256x256""#) && text.contains(r#""seed":7"#), "{text}");
    for ours in ["model", "prompt"] {
        assert!(images(&theirs, json!({ours: "x"})).is_err(), "{ours}");
    }
}

#[tokio::test]
async fn a_picture_is_found_in_every_good_answer() {
    let text = base64(&picture());
    let answers = [
        json!({"data": [{"b64_json": text, "revised_prompt": "x"}], "created": 1}),
        json!({"data": [{"b64_json": format!("data:image/png;base64,{text}")}]}),
        json!({"data": [{"b64_json": null, "url": format!("data:image/png;base64,{text}")}]}),
        json!({"data": [{"b64_json": format!("{text}\n")}, {"b64_json": "rubbish"}]}),
    ];
    for answer in answers {
        let theirs = saying(vec![fixtures::json(&answer)]).await;
        let painting = ask(&images(&theirs, json!({})).unwrap()).await.0.unwrap();
        assert_eq!(&painting.file[..], &picture()[..]);
    }
}

#[tokio::test]
async fn what_is_no_picture_is_told_apart() {
    use Verdict::{Next, Rest, Retry};
    let whole = picture();
    let of = |file: &[u8]| json!({"data": [{"b64_json": base64(file)}]});
    let cases = [
        (json!({"data": [{"b64_json": "§§§"}]}), Retry, "unreadable_answer"),
        (json!({"data": [{"b64_json": ""}]}), Retry, "unreadable_answer"),
        (json!({"data": [{"b64_json": "data:image/png;base64,"}]}), Retry, "unreadable_answer"),
        (of(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Retry, "unreadable_answer"),
        (of(&whole[..whole.len() / 2]), Retry, "unreadable_answer"),
        (of(&blank()), Next, "blank_image"),
        (of(&large()), Retry, "answer_too_large"),
        (json!({"data": []}), Retry, "unreadable_answer"),
        (json!({"data": [{}]}), Retry, "unreadable_answer"),
        (json!({"data": [{"url": 5}]}), Retry, "unreadable_answer"),
        (json!([]), Retry, "unreadable_answer"),
        (json!({"error": {"message": "overloaded", "code": 503}}), Retry, "provider_unavailable"),
        (json!({"error": {"message": "slow down", "code": 429}}), Rest, "rate_limited"),
    ];
    for (answer, verdict, code) in cases {
        let said: String = answer.to_string().chars().take(99).collect();
        assert_eq!(answered(&answer).await, (verdict, code), "{said}");
    }
}

#[tokio::test]
async fn what_is_no_json_or_goes_on_and_on_is_told_apart() {
    for body in ["<html>busy</html>", "", r#"{"data": [{"b64_json": "iVBO"#] {
        let theirs = saying(vec![ResponseTemplate::new(200).set_body_string(body)]).await;
        let error = ask(&images(&theirs, json!({})).unwrap()).await.0.unwrap_err();
        assert_eq!(error.code, "unreadable_answer", "{body}");
    }
    let huge = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 20 << 20]);
    let theirs = saying(vec![huge]).await;
    let error = ask(&images(&theirs, json!({})).unwrap()).await.0.unwrap_err();
    assert_eq!((error.verdict, error.code), (Verdict::Retry, "answer_too_large"));
}

#[tokio::test]
async fn an_address_that_is_not_public_is_refused_and_never_asked() {
    let inner = saying(vec![ResponseTemplate::new(200).set_body_bytes(picture())]).await;
    let port = inner.address().port();
    let urls = [
        inner.uri(),
        format!("http://localhost:{port}/x.png"),
        format!("https://127.0.0.1:{port}/x.png"),
        format!("https://localhost:{port}/x.png"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
        "/x.png".to_owned(),
    ];
    for url in urls {
        let answer = json!({"data": [{"url": url}]});
        assert_eq!(answered(&answer).await, (Verdict::Retry, "unsafe_url"), "{url}");
    }
    assert!(requests(&inner).await.is_empty());
}

#[tokio::test]
async fn refusals_by_status_are_told_apart() {
    use Verdict::{Fail, Next, Park, Rest};
    let moderation = json!({"error": {"code": "moderation_blocked", "message": "no"}});
    let cases = [
        (400, moderation, Fail, "refused"),
        (401, json!({"error": "Unauthorized"}), Park, "key_refused"),
        (402, json!({}), Park, "credit_spent"),
        (422, json!({"detail": [{"msg": "size must be square"}]}), Next, "request_refused"),
        (429, json!({}), Rest, "rate_limited"),
    ];
    for (status, body, verdict, code) in cases {
        let theirs = saying(vec![ResponseTemplate::new(status).set_body_json(body)]).await;
        let error = ask(&images(&theirs, json!({})).unwrap()).await.0.unwrap_err();
        assert_eq!((error.verdict, error.code), (verdict, code), "{status}");
    }
}

#[tokio::test]
async fn what_it_cost_is_noted() {
    let answer = json!({"data": [{"b64_json": base64(&blank())}],
        "usage": {"input_tokens": 9, "output_tokens": 4000, "cost": 0.5}});
    let answer = fixtures::json(&answer).insert_header("x-request-id", "r-1");
    let theirs = saying(vec![answer]).await;
    let (result, notes) = ask(&images(&theirs, json!({})).unwrap()).await;
    assert!(result.is_err(), "it is blank, and was paid");
    assert_eq!((notes.usage.input_tokens, notes.usage.output_tokens), (Some(9), Some(4000)));
    assert_eq!(notes.usage.cost_usd, Some(0.5));
    assert_eq!(notes.provider_request_id.as_deref(), Some("r-1"));
}
