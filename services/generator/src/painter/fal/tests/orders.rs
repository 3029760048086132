//! What is sent, and where to.

use serde_json::{Value, json};
use shared::providers::Verdict;
use wiremock::MockServer;

use super::{ORDER, REQUEST, completed, fal, fal_with, good, on, report, result, taking_orders};
use crate::painter::fixtures::{KEY, ask, picture, requests};

#[tokio::test]
async fn a_picture_is_ordered_asked_after_and_fetched() {
    let theirs = taking_orders().await;
    report(&theirs, 1, 202, &json!({"status": "IN_QUEUE", "queue_position": 3})).await;
    report(&theirs, 1, 202, &json!({"status": "IN_PROGRESS", "logs": null})).await;
    completed(&theirs).await;
    result(&theirs, 200, &good()).await;
    let (painting, notes) = ask(&fal(&theirs)).await;
    assert_eq!(&painting.unwrap().file[..], &picture()[..]);
    assert_eq!(notes.provider_request_id.as_deref(), Some("r1"));
    let requests = requests(&theirs).await;
    let calls: Vec<_> =
        requests.iter().map(|one| format!("{} {}", one.method, one.url.path())).collect();
    let status = format!("GET {REQUEST}/status");
    let expected =
        [format!("POST {ORDER}"), status.clone(), status.clone(), status, format!("GET {REQUEST}")];
    assert_eq!(calls, expected);
    for request in &requests {
        assert_eq!(request.url.query(), Some("_subdomain=queue"), "{}", request.url);
        assert_eq!(request.headers["authorization"], format!("Bearer {KEY}"));
    }
    let expected = json!({"prompt": "A red boat, in oil",
        "image_size": {"width": 512, "height": 256}});
    assert_eq!(requests[0].body_json::<Value>().unwrap(), expected);
}

#[tokio::test]
async fn fals_own_address_wants_its_own_key_and_no_subdomain() {
    let theirs = MockServer::start().await;
    let taken = json!({"request_id": "r1",
        "response_url": "https://queue.fal.run/fal-ai/flux/requests/r1"});
    on(&theirs, "POST", "/fal-ai/flux/schnell", 200, &taken).await;
    let at = "/fal-ai/flux/requests/r1";
    on(&theirs, "GET", &format!("{at}/status"), 200, &json!({"status": "COMPLETED"})).await;
    on(&theirs, "GET", at, 200, &good()).await;
    let painter = fal_with(&theirs, |config| {
        config.url = theirs.uri();
        config.key = shared::config::ProviderKey::Found("id:secret".into());
        let parameters = json!({"image_size": "square", "num_inference_steps": 4});
        config.parameters = parameters.as_object().cloned().unwrap();
    });
    ask(&painter).await.0.unwrap();
    let requests = requests(&theirs).await;
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!(request.url.query(), None);
        assert_eq!(request.headers["authorization"], "Key id:secret");
    }
    let expected = json!({"prompt": "A red boat, in oil", "image_size": "square",
        "num_inference_steps": 4});
    assert_eq!(requests[0].body_json::<Value>().unwrap(), expected);
}

#[tokio::test]
async fn another_host_in_the_answer_is_not_contacted() {
    let (theirs, stranger) = (MockServer::start().await, MockServer::start().await);
    let taken = json!({"request_id": "r1", "status_url": format!("{}/s", stranger.uri()),
        "response_url": format!("{}/fal-ai/flux/requests/r1?next=http://x", stranger.uri())});
    on(&theirs, "POST", ORDER, 200, &taken).await;
    completed(&theirs).await;
    result(&theirs, 200, &good()).await;
    ask(&fal(&theirs)).await.0.unwrap();
    assert!(requests(&stranger).await.is_empty());
    assert_eq!(requests(&theirs).await.len(), 3);
}

#[tokio::test]
async fn an_order_that_is_not_taken_is_told_by_its_status() {
    use Verdict::{Fail, Next, Park, Rest, Retry};
    let refused = json!({"detail": [{"type": "content_policy_violation", "msg": "no"}]});
    let cases = [
        (401, json!({"detail": "Invalid key"}), Park, "key_refused"),
        (402, json!({}), Park, "credit_spent"),
        (
            403,
            json!({"detail": "locked: top up at fal.ai/dashboard/billing"}),
            Park,
            "credit_spent",
        ),
        (404, json!({"detail": "Application not found"}), Park, "model_gone"),
        (422, refused, Fail, "refused"),
        (
            422,
            json!({"detail": [{"type": "missing", "msg": "Field required"}]}),
            Next,
            "request_refused",
        ),
        (429, json!({}), Rest, "rate_limited"),
        (500, json!({}), Retry, "provider_unavailable"),
        (200, json!({"request_id": "r1"}), Retry, "unreadable_answer"),
        (200, json!({"response_url": "nowhere"}), Retry, "unreadable_answer"),
        (200, json!([]), Retry, "unreadable_answer"),
    ];
    for (status, answer, verdict, code) in cases {
        let theirs = MockServer::start().await;
        on(&theirs, "POST", ORDER, status, &answer).await;
        let error = ask(&fal(&theirs)).await.0.unwrap_err();
        assert_eq!((error.verdict, error.code), (verdict, code), "{status} {answer}");
        assert_eq!(requests(&theirs).await.len(), 1);
    }
}
