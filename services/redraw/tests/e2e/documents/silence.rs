//! The address goes in, and comes out in the mail alone.

use serde_json::Value;

use crate::harness::{Child, eventually, form, jpeg};
use crate::keys::new_key;

const OWNER: &str = "hush.hush@quiet.example";

/// No half of the address is a word that would be there without it.
fn betrays(text: &str) -> bool {
    text.contains("hush") || text.contains("quiet.example")
}

#[tokio::test]
async fn no_answer_and_no_log_line_holds_the_address() {
    let (operator, hash) = new_key();
    let operators = ("REDRAW__REGISTER__OPERATOR_KEYS", &*hash);
    let loud = ("REDRAW__LOG__FILTER", "debug");
    for environment in [&[operators][..], &[operators, loud]] {
        let mut program = Child::new(environment).await;
        program.start().await;
        let answers = say_it_in_every_way(&program, &operator).await;
        for (what, answer) in answers {
            assert!(!betrays(&answer), "{what}: {answer}");
        }
        let said = program.said();
        let line = said.lines().find(|line| betrays(line));
        assert_eq!(line, None);
        program.signal("TERM");
        assert!(program.ended().await.iter().all(|code| *code == 0));
    }
}

/// Sends it where it belongs and where it does not; returns every answer as a text, with headers.
async fn say_it_in_every_way(program: &Child, operator: &str) -> Vec<(String, String)> {
    let api = format!("{}/api/v1", program.url);
    let post = |form| program.client.post(format!("{api}/register")).multipart(form);
    let key = "a-key";
    let registered =
        post(form(jpeg(1), OWNER)).header("Idempotency-Key", key).send().await.unwrap();
    let document: Value = registered.json().await.unwrap();
    let id = document["id"].as_str().unwrap().to_owned();
    let request = format!("{api}/request/{id}");
    let get = |of: &str| program.client.get(format!("{request}{of}"));
    eventually("the mail", async || {
        let document: Value = get("").send().await.unwrap().json().await.unwrap();
        (document["stage"] == "finished").then_some(())
    })
    .await;
    let bad = |address: &str| post(form(jpeg(1), address));
    let with = |name: &'static str| post(form(jpeg(1), OWNER).text(name, OWNER));
    let page = |path: &str| program.client.get(format!("{}{path}", program.url));
    let list = |email: &str| page(&format!("/api/v1/requests?email={email}")).bearer_auth(operator);
    let found: Value =
        list("hush.hush%40quiet.example").send().await.unwrap().json().await.unwrap();
    assert_eq!(found["requests"][0]["id"], *id, "a search that finds it");
    let calls = [
        ("register", post(form(jpeg(2), OWNER))),
        ("replay", post(form(jpeg(1), OWNER)).header("Idempotency-Key", key)),
        ("conflict", post(form(jpeg(2), OWNER)).header("Idempotency-Key", key)),
        ("bad picture", post(form(b"no picture".into(), OWNER))),
        ("bad address", bad("hush.hush@quiet.example\r\nBcc: hush@quiet.example")),
        ("two in one", bad("hush.hush@quiet.example, hush.hush@quiet.example")),
        ("twice", with("email")),
        ("as language", with("language")),
        ("as key", post(form(jpeg(1), OWNER)).header("Idempotency-Key", format!("{OWNER} ") + "x")),
        ("the request", get("")),
        ("events", get("/events")),
        ("image", get("/image")),
        ("new image", get("/new_image")),
        ("metrics", page("/metrics")),
        ("list", list("hush.hush%40quiet.example")),
        ("bad list", list("hush.hush%40quiet.example%00")),
        ("readiness", page("/readyz")),
        ("delete", program.client.delete(&request)),
        ("deleted", get("")),
    ];
    let mut answers = Vec::new();
    for (what, call) in calls {
        let answer = call.send().await.unwrap();
        let head = format!("{} {:?}", answer.status(), answer.headers());
        let body = answer.bytes().await.unwrap();
        answers.push((what.to_owned(), format!("{head} {}", String::from_utf8_lossy(&body))));
    }
    answers
}
