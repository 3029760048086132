//! What comes back, good and bad.

use std::time::Duration;

use serde_json::{Value, json};
use shared::jobs::Notes;
use shared::providers::{CallError, Verdict};
use wiremock::ResponseTemplate;

use super::chat;
use crate::captioner::fixtures::{self, ask, noise, saying};

async fn answered(answer: ResponseTemplate) -> (Result<String, CallError>, Notes) {
    let theirs = saying(vec![answer]).await;
    ask(&chat(&theirs), &noise(9, 9)).await
}

fn message(content: &Value, finish_reason: &Value) -> Value {
    json!({"choices": [{"message": {"role": "assistant", "content": content},
        "finish_reason": finish_reason}]})
}

#[tokio::test]
async fn a_sentence_is_found_in_every_good_answer() {
    let stop = json!("stop");
    let answers = [
        message(&json!("A red boat."), &stop),
        message(&json!("  \"A red boat.\"\n"), &Value::Null),
        message(&json!("<think>Is it red?</think>\n\nA red boat."), &stop),
        message(&json!("It is red.</think>A red boat."), &json!("eos_token")),
        json!({"choices": [{"message": {"content": "A red boat.", "reasoning_content": "Hm.",
            "refusal": null, "tool_calls": []}, "index": 0}], "error": null, "object": "x"}),
        json!({"choices": [{"message": {"content": "A red boat.", "refusal": ""}},
            {"message": {"content": "Another."}}]}),
    ];
    for answer in answers {
        let (caption, _) = answered(fixtures::json(&answer)).await;
        assert_eq!(caption.unwrap(), "A red boat.", "{answer}");
    }
}

#[tokio::test]
async fn what_is_no_sentence_is_told_apart() {
    use Verdict::{Fail, Rest, Retry};
    let (stop, said) = (json!("stop"), json!("A red boat."));
    let refusal = json!({"choices": [{"message": {"content": null, "refusal": "I cannot."},
        "finish_reason": "stop"}]});
    let limited = json!({"error": {"message": "Rate limit exceeded", "code": 429}});
    let cases = [
        (message(&Value::Null, &stop), Retry, "no_caption"),
        (message(&json!(""), &stop), Retry, "no_caption"),
        (message(&json!("<think>Is it red? Is it"), &stop), Retry, "no_caption"),
        (message(&json!("<think>It is.</think>"), &stop), Retry, "no_caption"),
        (message(&said, &json!("length")), Retry, "caption_cut_off"),
        (message(&said, &json!("content_filter")), Fail, "refused"),
        (message(&Value::Null, &json!("content_filter")), Fail, "refused"),
        (refusal, Fail, "refused"),
        (json!({"choices": []}), Retry, "unreadable_answer"),
        (json!({"choices": null}), Retry, "unreadable_answer"),
        (json!({}), Retry, "unreadable_answer"),
        (json!([]), Retry, "unreadable_answer"),
        (json!("A red boat."), Retry, "unreadable_answer"),
        (json!({"choices": [{}]}), Retry, "no_caption"),
        (json!({"choices": [{"message": {"content": {"text": "x"}}}]}), Retry, "no_caption"),
        (json!({"error": "CUDA out of memory"}), Retry, "provider_unavailable"),
        (limited, Rest, "rate_limited"),
    ];
    for (answer, verdict, code) in cases {
        let error = answered(fixtures::json(&answer)).await.0.unwrap_err();
        assert_eq!((error.verdict, error.code), (verdict, code), "{answer}");
    }
}

#[tokio::test]
async fn what_is_no_json_cannot_be_read() {
    let whole = message(&json!("A red boat."), &json!("stop")).to_string();
    for body in ["<html><body>Sign in</body></html>", "", "A red boat.", &whole[..whole.len() - 9]]
    {
        let answer = ResponseTemplate::new(200).set_body_string(body);
        let error = answered(answer).await.0.unwrap_err();
        assert_eq!((error.verdict, error.code), (Verdict::Retry, "unreadable_answer"), "{body}");
        assert!(!format!("{:#}", error.cause).contains("boat"), "what was said is not logged");
    }
    let endless = ResponseTemplate::new(200).set_body_bytes(vec![b'['; (1 << 20) + 1]);
    assert_eq!(answered(endless).await.0.unwrap_err().code, "answer_too_large");
}

#[tokio::test]
async fn a_refusal_by_status_is_told_apart() {
    use Verdict::{Fail, Next, Park, Rest, Retry};
    let cases = [
        (400, "not supported by any provider you have enabled", Park, "model_gone"),
        (400, "rejected by our safety system", Fail, "refused"),
        (401, "Invalid username or password.", Park, "key_refused"),
        (402, "You have exceeded your monthly included credits", Park, "credit_spent"),
        (404, "", Park, "model_gone"),
        (422, "Input should be a valid list", Next, "request_refused"),
        (429, "Too Many Requests", Rest, "rate_limited"),
        (503, "", Retry, "provider_unavailable"),
    ];
    for (status, words, verdict, code) in cases {
        let answer = ResponseTemplate::new(status).set_body_json(json!({"error": words}));
        let error = answered(answer).await.0.unwrap_err();
        assert_eq!((error.verdict, error.code), (verdict, code), "{status} {words}");
    }
    let limited = ResponseTemplate::new(429).insert_header("ratelimit", r#""api";r=0;t=55"#);
    assert_eq!(answered(limited).await.0.unwrap_err().after, Some(Duration::from_secs(55)));
}

#[tokio::test]
async fn what_it_cost_is_noted_whatever_came_of_it() {
    for finish_reason in ["stop", "length"] {
        let mut answer = message(&json!("A red boat."), &json!(finish_reason));
        answer["id"] = json!("chatcmpl-1");
        answer["usage"] = json!({"prompt_tokens": 1000, "completion_tokens": 20, "cost": 0.25});
        let (_, notes) = answered(fixtures::json(&answer)).await;
        assert_eq!((notes.usage.input_tokens, notes.usage.output_tokens), (Some(1000), Some(20)));
        assert_eq!(notes.usage.cost_usd, Some(0.25));
        assert_eq!(notes.provider_request_id.as_deref(), Some("chatcmpl-1"));
        let by_head = fixtures::json(&answer).insert_header("x-request-id", "r-1");
        assert_eq!(answered(by_head).await.1.provider_request_id.as_deref(), Some("r-1"));
    }
    let odd = json!({"id": 5, "usage": {"prompt_tokens": -1, "completion_tokens": "many"},
        "choices": [{"message": {"content": "A red boat."}}]});
    let (caption, notes) = answered(fixtures::json(&odd)).await;
    assert!(caption.is_ok() && notes.provider_request_id.is_none());
    assert_eq!(notes.usage.input_tokens, None);
}
