//! What becomes of an order that was taken, and is paid for.

use serde_json::{Value, json};
use shared::providers::Verdict;

use super::{REQUEST, completed, fal, good, impatient, on, report, result, taking_orders};
use crate::painter::fixtures::{ask, base64, blank, large, requests};

async fn of_result(status: u16, answer: &Value) -> (Verdict, &'static str) {
    let theirs = taking_orders().await;
    completed(&theirs).await;
    result(&theirs, status, answer).await;
    let error = ask(&fal(&theirs)).await.0.unwrap_err();
    (error.verdict, error.code)
}

#[tokio::test]
async fn a_few_reports_that_fail_do_no_harm() {
    let theirs = taking_orders().await;
    report(&theirs, 3, 502, &json!({})).await;
    report(&theirs, 1, 200, &json!({"status": "IN_PROGRESS"})).await;
    report(&theirs, 2, 429, &json!({})).await;
    completed(&theirs).await;
    result(&theirs, 200, &good()).await;
    ask(&fal(&theirs)).await.0.unwrap();
}

#[tokio::test]
async fn of_an_order_that_nobody_reports_on_the_outcome_is_unknown() {
    let theirs = taking_orders().await;
    report(&theirs, u64::MAX, 502, &json!({})).await;
    let (result, notes) = ask(&impatient(&theirs)).await;
    let error = result.unwrap_err();
    assert_eq!((error.verdict, error.code), (Verdict::Unknown, "outcome_unknown"));
    assert_eq!(notes.provider_request_id.as_deref(), Some("r1"));
}

#[tokio::test]
async fn an_order_that_failed_is_not_waited_for() {
    for answer in [
        json!({"status": "FAILED", "error": "CUDA out of memory"}),
        json!({"status": "FAILED"}),
        json!({"status": "CANCELLED"}),
        json!({}),
    ] {
        let theirs = taking_orders().await;
        report(&theirs, u64::MAX, 200, &answer).await;
        let error = ask(&fal(&theirs)).await.0.unwrap_err();
        assert_eq!((error.verdict, error.code), (Verdict::Retry, "provider_failed"), "{answer}");
        assert_eq!(requests(&theirs).await.len(), 2, "{answer}");
    }
}

#[tokio::test]
async fn of_an_order_that_is_completed_with_an_error_the_result_says_which() {
    let theirs = taking_orders().await;
    let done = json!({"status": "COMPLETED", "error": "no", "error_type": "content_policy"});
    report(&theirs, u64::MAX, 200, &done).await;
    let why = json!({"detail": [{"type": "content_policy_violation", "msg": "no"}]});
    result(&theirs, 422, &why).await;
    let error = ask(&fal(&theirs)).await.0.unwrap_err();
    assert_eq!((error.verdict, error.code), (Verdict::Fail, "refused"));
}

#[tokio::test]
async fn a_result_without_a_good_picture_is_told_apart() {
    use Verdict::{Fail, Next, Retry, Unknown};
    let of = |file: &[u8]| json!({"images": [{"url": format!("data:image/png;base64,{}", base64(file))}]});
    let mut flagged = good();
    flagged["has_nsfw_concepts"] = json!([true]);
    let url = |url: &str| json!({"images": [{"url": url}]});
    let cases = [
        (200, flagged, Fail, "refused"),
        (200, of(&blank()), Next, "blank_image"),
        (200, of(&large()), Retry, "answer_too_large"),
        (200, of(b"no picture"), Retry, "unreadable_answer"),
        (200, url("data:image/png;base64,§"), Retry, "unreadable_answer"),
        (200, url("http://v3.fal.media/x.png"), Retry, "unsafe_url"),
        (200, url("https://10.0.0.1/x.png"), Retry, "unsafe_url"),
        (200, json!({"images": []}), Retry, "unreadable_answer"),
        (200, json!({}), Retry, "unreadable_answer"),
        (500, json!({"detail": "Internal Server Error"}), Unknown, "outcome_unknown"),
    ];
    for (status, answer, verdict, code) in cases {
        let said: String = answer.to_string().chars().take(99).collect();
        assert_eq!(of_result(status, &answer).await, (verdict, code), "{said}");
    }
}

#[tokio::test]
async fn an_order_that_takes_too_long_is_taken_back_and_its_outcome_is_unknown() {
    for cancelled in [202, 400] {
        let theirs = taking_orders().await;
        report(&theirs, u64::MAX, 202, &json!({"status": "IN_QUEUE"})).await;
        let at = format!("{REQUEST}/cancel");
        on(&theirs, "PUT", &at, cancelled, &json!({"status": "CANCELLATION_REQUESTED"})).await;
        let error = ask(&impatient(&theirs)).await.0.unwrap_err();
        assert_eq!((error.verdict, error.code), (Verdict::Unknown, "outcome_unknown"));
        let last = requests(&theirs).await.pop().unwrap();
        assert_eq!((last.method.as_str(), last.url.path()), ("PUT", &at[..]));
        assert_eq!(last.url.query(), Some("_subdomain=queue"));
    }
}
