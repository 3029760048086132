//! The error table, through HTTP: each row, each of its words, wherever a server may put them.

use reqwest::Method;
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::server;
use crate::jobs::Notes;
use crate::providers::Verdict;
use crate::providers::table::{ROWS, look_up};

/// A server that answers what it is asked to.
async fn obedient() -> MockServer {
    let theirs = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(|request: &Request| {
            let wish: Value = request.body_json().unwrap();
            let status = u16::try_from(wish["status"].as_u64().unwrap()).unwrap();
            ResponseTemplate::new(status).set_body_string(wish["body"].as_str().unwrap())
        })
        .mount(&theirs)
        .await;
    theirs
}

fn bodies(words: &str) -> [Value; 5] {
    [
        json!({"error": words}),
        json!({"error": {"message": words, "type": "x", "code": null}}),
        json!({"message": words}),
        json!({"detail": words}),
        json!({"detail": [{"loc": ["body", "prompt"], "msg": words, "type": "x"}]}),
    ]
}

#[tokio::test]
async fn every_row_holds_wherever_its_words_stand() {
    let theirs = obedient().await;
    let server = server(&theirs.uri());
    let url = server.of_model("").unwrap();
    for row in ROWS {
        for words in if row.says.is_empty() { &["oh"] } else { row.says } {
            // Of the statuses that a row is about others, before it, may have taken some.
            let (from, to) = row.status;
            let is_row =
                |status: &u16| look_up(*status, words).is_some_and(|it| std::ptr::eq(it, row));
            let status = (from..=to).find(is_row).unwrap();
            for body in bodies(&format!("Sorry: {}!", words.to_uppercase())) {
                let wish = json!({"status": status, "body": body.to_string()});
                let request = server.request(Method::POST, url.clone()).json(&wish);
                let error = server.generate(request, &mut Notes::default()).await.unwrap_err();
                assert_eq!((error.verdict, error.code), (row.verdict, row.code), "{status} {body}");
            }
        }
    }
}

#[tokio::test]
async fn what_the_vendors_say_is_understood() {
    use Verdict::{Fail, Next, Park, Rest, Retry};
    let theirs = obedient().await;
    let server = server(&theirs.uri());
    let cases = [
        (401, Park, "key_refused"),
        (402, Park, "credit_spent"),
        (403, Park, "key_refused"),
        (404, Park, "model_gone"),
        (408, Retry, "provider_unavailable"),
        (410, Park, "model_gone"),
        (413, Next, "too_large"),
        (422, Next, "request_refused"),
        (429, Rest, "rate_limited"),
        (500, Retry, "provider_unavailable"),
        (504, Retry, "provider_unavailable"),
    ];
    for (status, verdict, code) in cases {
        let request = server.request(Method::POST, server.of_model("").unwrap());
        let request = request.json(&json!({"status": status, "body": ""}));
        let error = server.look(request).await.unwrap_err();
        assert_eq!((error.verdict, error.code), (verdict, code), "{status}");
    }
    let flagged = json!({"detail": [{"type": "content_policy_violation", "msg": "no"}]});
    let request = server.request(Method::POST, server.of_model("").unwrap());
    let request = request.json(&json!({"status": 422, "body": flagged.to_string()}));
    let error = server.look(request).await.unwrap_err();
    assert_eq!((error.verdict, error.code), (Fail, "refused"));
}
