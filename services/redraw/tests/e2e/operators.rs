//! The operator's calls: finding requests, and putting back what is dead.

mod listing;
mod retrying;

use reqwest::RequestBuilder;
use serde_json::Value;

use crate::harness::{Redraw, jpeg};
use crate::keys::{NOT_KNOWN, new_key, refused, start};

const OWNER: &str = "owner@example.com";

/// A redraw, and its operator's key.
struct Run {
    redraw: Redraw,
    key: String,
}

impl Run {
    async fn start() -> Self {
        let (key, hash) = new_key();
        Self { redraw: start("[]", &format!("me:{hash}")).await, key }
    }

    fn list(&self, query: &str) -> RequestBuilder {
        self.redraw.get(&format!("/api/v1/requests{query}")).bearer_auth(&self.key)
    }

    async fn listed(&self, query: &str) -> Value {
        let answer = self.list(query).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{query}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        answer.json().await.unwrap()
    }

    /// The ids on a page.
    async fn ids(&self, query: &str) -> Vec<String> {
        let page = self.listed(query).await;
        let requests = page["requests"].as_array().unwrap();
        requests.iter().map(|request| request["id"].as_str().unwrap().to_owned()).collect()
    }

    fn retry(&self, job: &str) -> RequestBuilder {
        let url = format!("{}/api/v1/jobs/{job}/retry", self.redraw.url);
        self.redraw.client.post(url).bearer_auth(&self.key)
    }

    /// The id of a request's job.
    async fn job(&self, id: &str, kind: &str) -> String {
        let sql = format!("select id::text from jobs where subject = '{id}' and kind = '{kind}'");
        self.redraw.column(&sql).await.pop_first().expect("a job")
    }
}

#[tokio::test]
async fn only_an_operator_may_look_and_where_there_is_none_nobody() {
    let ((key, hash), (operator, operators)) = (new_key(), new_key());
    let redraw = start(&hash, &operators).await;
    let calls = |redraw: &Redraw| {
        let retry = format!("{}/api/v1/jobs/{}/retry", redraw.url, uuid::Uuid::now_v7());
        [redraw.get("/api/v1/requests"), redraw.client.post(retry)]
    };
    let enough = Some("Bearer error=\"insufficient_scope\"");
    for call in calls(&redraw) {
        let again = || call.try_clone().unwrap();
        refused(again(), 401, "key_missing", Some("Bearer")).await;
        refused(again().bearer_auth(&new_key().0), 401, "key_invalid", NOT_KNOWN).await;
        refused(again().bearer_auth(&key), 403, "operator_needed", enough).await;
        let status = again().bearer_auth(&operator).send().await.unwrap().status().as_u16();
        assert!([200, 404].contains(&status), "{status}");
    }
    redraw.stop().await;

    let redraw = start(&hash, "[]").await;
    for call in calls(&redraw) {
        refused(call.bearer_auth(&key), 403, "operator_disabled", None).await;
    }
    redraw.stop().await;
}

#[tokio::test]
async fn swagger_ui_knows_how_to_send_a_key() {
    let run = Run::start().await;
    let document = run.redraw.get("/openapi.json").send().await.unwrap();
    let document: Value = document.json().await.unwrap();
    let scheme = &document["components"]["securitySchemes"]["key"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&"http".into(), &"bearer".into()));
    let security = |path: &str, method: &str| {
        document["paths"][format!("/api/v1{path}")][method]["security"].to_string()
    };
    // Registering may be open.
    assert_eq!(security("/register", "post"), r#"[{"key":[]},{}]"#);
    assert_eq!(security("/requests", "get"), r#"[{"key":[]}]"#);
    assert_eq!(security("/jobs/{id}/retry", "post"), r#"[{"key":[]}]"#);
    assert_eq!(security("/request/{id}", "get"), "null");
    run.redraw.stop().await;
}
