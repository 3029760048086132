use serde_json::{Map, Value, json};
use shared::config::PainterKind;
use shared::providers::Verdict;
use wiremock::{MockServer, ResponseTemplate};

use super::TextToImage;
use crate::painter::fixtures::{
    KEY, ask, base64, blank, commission, config, large, picture, requests, roots, saying,
};

fn task(theirs: &MockServer, parameters: Value) -> TextToImage {
    let url = format!("{}/hf-inference/models/{{model}}", theirs.uri());
    let mut config = config(PainterKind::TextToImage, &url);
    config.parameters = serde_json::from_value::<Map<_, _>>(parameters).unwrap();
    TextToImage::new(&config, commission(), &roots()).unwrap()
}

fn bytes(file: &[u8]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_bytes(file)
}

#[tokio::test]
async fn an_order_is_as_the_servers_want_it() {
    let theirs = saying(vec![bytes(&picture())]).await;
    ask(&task(&theirs, json!({}))).await.0.unwrap();
    ask(&task(&theirs, json!({"width": 64, "seed": 7}))).await.0.unwrap();
    let requests = requests(&theirs).await;
    assert_eq!(requests[0].method.as_str(), "POST");
    assert_eq!(requests[0].url.path(), "/hf-inference/models/org/model");
    assert_eq!(requests[0].headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(requests[0].headers["content-type"], "application/json");
    assert_eq!(requests[0].headers["accept"], "image/png");
    assert_eq!(requests[0].headers.get_all("accept").iter().count(), 1);
    let bodies: Vec<Value> = requests.iter().map(|one| one.body_json().unwrap()).collect();
    let expected = |parameters| json!({"inputs": "A red boat, in oil", "parameters": parameters});
    assert_eq!(bodies[0], expected(json!({"width": 512, "height": 256})));
    assert_eq!(bodies[1], expected(json!({"width": 64, "height": 256, "seed": 7})));
}

#[tokio::test]
async fn a_picture_is_taken_as_it_is_or_as_text() {
    let text = base64(&picture());
    let answers = [
        bytes(&picture()),
        // Whatever its head says.
        ResponseTemplate::new(200).set_body_raw(picture(), "text/plain"),
        ResponseTemplate::new(200).set_body_json(&text),
        ResponseTemplate::new(200).set_body_json(format!("data:image/png;base64,{text}")),
    ];
    for answer in answers {
        let theirs = saying(vec![answer]).await;
        let painting = ask(&task(&theirs, json!({}))).await.0.unwrap();
        assert_eq!((&painting.file[..], painting.extension), (&picture()[..], "png"));
    }
}

#[tokio::test]
async fn what_is_no_picture_is_told_apart() {
    use Verdict::{Fail, Next, Park, Rest, Retry};
    let json = |status, body: Value| ResponseTemplate::new(status).set_body_json(body);
    let loading = json!({"error": "Model x is currently loading", "estimated_time": 20.0});
    let whole = picture();
    let cases = [
        (bytes(b"<html>busy</html>"), Retry, "unreadable_answer"),
        (bytes(b""), Retry, "unreadable_answer"),
        (bytes(&whole[..whole.len() / 2]), Retry, "unreadable_answer"),
        (bytes(&blank()), Next, "blank_image"),
        (bytes(&large()), Retry, "answer_too_large"),
        (bytes(&vec![0; 20 << 20]), Retry, "answer_too_large"),
        (json(200, json!("§§§")), Retry, "unreadable_answer"),
        (bytes(b"\"iVBORw0KGgo"), Retry, "unreadable_answer"),
        (json(200, json!([])), Retry, "unreadable_answer"),
        (json(200, json!({"images": []})), Retry, "unreadable_answer"),
        (json(200, json!({"error": "CUDA out of memory"})), Retry, "provider_unavailable"),
        (json(400, json!({"error": ["inputs: NSFW"]})), Fail, "refused"),
        (json(401, json!({"error": "Invalid credentials"})), Park, "key_refused"),
        (json(402, json!({})), Park, "credit_spent"),
        (json(410, json!({"error": "deprecated"})), Park, "model_gone"),
        (json(429, json!({})), Rest, "rate_limited"),
        (json(503, loading), Rest, "model_loading"),
    ];
    for (number, (answer, verdict, code)) in cases.into_iter().enumerate() {
        let theirs = saying(vec![answer]).await;
        let error = ask(&task(&theirs, json!({}))).await.0.unwrap_err();
        assert_eq!((error.verdict, error.code), (verdict, code), "case {number}");
        assert_eq!(requests(&theirs).await.len(), 1, "case {number}");
    }
}
