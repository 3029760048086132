use std::time::Duration;

use bytes::Bytes;
use poem::http::HeaderMap;

use super::Answer;
use crate::providers::Verdict;

fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect();
    Answer { status, headers, body: Bytes::copy_from_slice(body.as_bytes()) }
}

#[test]
fn words_are_found_wherever_the_servers_put_them() {
    let bodies = [
        r#"{"error": "oh dear"}"#,
        r#"{"error": {"message": "oh dear", "type": "x"}}"#,
        r#"{"message": "oh dear"}"#,
        r#"{"detail": "oh dear"}"#,
        r#"{"detail": ["oh dear"]}"#,
        r#"{"detail": [{"loc": ["body"], "msg": "oh dear"}]}"#,
        "oh dear",
        "oh\ndear",
    ];
    for body in bodies {
        assert_eq!(answer(500, &[], body).text(), "oh dear", "{body}");
    }
    assert_eq!(answer(500, &[], &"oh ".repeat(9_000)).text().len(), 299);
}

#[test]
fn pictures_that_are_sent_back_are_cut_out() {
    let picture = "/9j/4AAQSkZJRgABAQAAAQABAAD+".repeat(400);
    let cases = [
        (format!("bad url data:image/jpeg;base64,{picture}, sorry"), "bad url [data], sorry"),
        (format!("data:image/png;base64,{picture}"), "[data]"),
        (
            "a short one: data:image/png;base64,iVBORw0KGgo= it was".into(),
            "a short one: [data] it was",
        ),
        (format!("two: data:a/b;base64,{picture} data:c/d;base64,AAAA."), "two: [data] [data]."),
        (format!("input {picture} is too long"), "input [data] is too long"),
        (
            "meta-llama/Llama-4-Scout-17B-16E-Instruct is gone".into(),
            "meta-llama/Llama-4-Scout-17B-16E-Instruct is gone",
        ),
        (";base64, is no picture, data: neither".into(), ";base64, is no picture, data: neither"),
    ];
    for (said, kept) in cases {
        let body = serde_json::json!({"error": {"message": said}}).to_string();
        assert_eq!(answer(400, &[], &body).text(), kept);
        // As it is cut off at the most that is read of an error.
        assert!(!answer(400, &[], &said).text().contains("9j/4AAQ"), "{said}");
    }
}

#[test]
fn a_pause_is_believed_where_it_is_one() {
    let seconds = |headers: &[(&'static str, &str)], body: &str| {
        answer(429, headers, body).success().unwrap_err().after.map(|after| after.as_secs())
    };
    assert_eq!(seconds(&[("retry-after", "7")], ""), Some(7));
    assert_eq!(seconds(&[("ratelimit", r#""api";r=0;t=55"#)], ""), Some(55));
    assert_eq!(seconds(&[("ratelimit", r#""api";r=12;t=55"#)], ""), None);
    assert_eq!(seconds(&[("ratelimit", r#""a";r=3;t=9, "b";r=0;t=4"#)], ""), Some(4));
    assert_eq!(seconds(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], ""), None);
    assert_eq!(seconds(&[("retry-after", "-1")], ""), None);
    assert_eq!(seconds(&[("retry-after", "1e400")], ""), None);
    assert_eq!(seconds(&[], ""), None);
    let loading =
        answer(503, &[], r#"{"error": "Model x is currently loading", "estimated_time": 20.5}"#);
    let error = loading.success().unwrap_err();
    assert_eq!((error.verdict, error.code), (Verdict::Rest, "model_loading"));
    assert_eq!(error.after, Some(Duration::from_millis(20_500)));
}

#[test]
fn a_success_that_holds_an_error_is_an_error() {
    let code = |body| answer(200, &[], body).success().unwrap_err().code;
    assert_eq!(
        code(r#"{"error": {"message": "Rate limit exceeded", "code": 429}}"#),
        "rate_limited"
    );
    assert_eq!(
        code(r#"{"error": "exceeded your monthly included credits", "status": 402}"#),
        "credit_spent"
    );
    assert_eq!(code(r#"{"error": "it broke"}"#), "provider_unavailable");
    assert!(answer(200, &[], r#"{"error": null, "choices": []}"#).success().is_ok());
    assert!(answer(200, &[], "[]").success().is_ok());
}
