//! Keys: who may register, where not everyone may.

use std::process::Command;

use reqwest::{RequestBuilder, Response};
use serde_json::Value;

use crate::harness::{Child, Redraw, form, jpeg, raw};

const OWNER: &str = "owner@example.com";

/// A key and its hash, as the command line makes them.
pub fn new_key() -> (String, String) {
    let made = Command::new(env!("CARGO_BIN_EXE_redraw")).arg("new-key").output().unwrap();
    assert!(made.status.success());
    let said = String::from_utf8(made.stdout).unwrap();
    let lines: Vec<_> = said.lines().filter(|line| !line.starts_with(' ')).collect();
    let [key, hash] = lines[..] else { panic!("{said}") };
    (key.to_owned(), hash.to_owned())
}

/// A redraw with these hashes of keys.
pub async fn start(callers: &str, operators: &str) -> Redraw {
    Redraw::start_with(&[
        ("REDRAW__REGISTER__API_KEYS", callers),
        ("REDRAW__REGISTER__OPERATOR_KEYS", operators),
    ])
    .await
}

/// Refused with this status, code and challenge.
pub async fn refused(asked: RequestBuilder, status: u16, code: &str, challenge: Option<&str>) {
    let answer: Response = asked.send().await.unwrap();
    assert_eq!(answer.status(), status);
    let said = answer.headers().get("www-authenticate").map(|value| value.to_str().unwrap());
    assert_eq!(said, challenge);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], code);
}

pub const NOT_KNOWN: Option<&str> = Some("Bearer error=\"invalid_token\"");

#[tokio::test]
async fn where_keys_are_given_out_only_who_has_one_may_register() {
    let ((key, hash), (operator, operators)) = (new_key(), new_key());
    let redraw = start(&format!("shop:{hash}"), &operators).await;
    let post = || redraw.post(form(jpeg(1), OWNER));
    refused(post(), 401, "key_missing", Some("Bearer")).await;
    refused(post().basic_auth("shop", Some(&key)), 401, "key_missing", Some("Bearer")).await;
    for wrong in [&new_key().0, &key[1..], &key[..key.len() - 1], &key.to_uppercase(), &hash] {
        refused(post().bearer_auth(wrong), 401, "key_invalid", NOT_KNOWN).await;
    }
    assert_eq!(redraw.rows("requests").await, 0);
    let sent = [
        post().bearer_auth(&key),
        post().bearer_auth(&operator),
        post().header("Authorization", format!("bearer  {key} ")),
    ];
    for post in sent {
        let answer = post.send().await.unwrap();
        assert_eq!(answer.status(), 202);
        let document: Value = answer.json().await.unwrap();
        // What the mail links to works without.
        let id = document["id"].as_str().unwrap();
        assert_eq!(redraw.finished(id).await["status"], "done");
        let url = format!("{}/api/v1/request/{id}", redraw.url);
        assert_eq!(redraw.client.delete(url).send().await.unwrap().status(), 204);
    }
    // Told before anything of the body was sent.
    let head = "POST /api/v1/register HTTP/1.1\r\nHost: redraw\r\nConnection: close\r\n\
        Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n";
    let address = redraw.url.trim_start_matches("http://").parse().unwrap();
    assert_eq!(raw(address, head.as_bytes()).await.unwrap().status, 401);
    redraw.stop().await;
}

#[tokio::test]
async fn where_none_are_given_out_everyone_may_register_whatever_they_show() {
    let redraw = start("[]", &new_key().1).await;
    let post = redraw.post(form(jpeg(1), OWNER)).bearer_auth("whatever");
    assert_eq!(post.send().await.unwrap().status(), 202);
    redraw.stop().await;
}

#[tokio::test]
async fn a_hash_that_is_none_is_refused_at_the_start_by_name_and_not_shown() {
    let (key, _) = new_key();
    let keys = format!("shop:{key}");
    let mut program = Child::new(&[("REDRAW__REGISTER__API_KEYS", &keys)]).await;
    program.launch();
    assert!(program.ended().await.iter().all(|code| *code == 1));
    let said = program.said();
    assert!(said.contains("register.api_keys") && said.contains("the key shop"), "{said}");
    assert!(!said.contains(&key[7..]), "{said}");
}

#[tokio::test]
async fn a_file_that_holds_no_key_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    std::fs::write(&file, "# not filled in yet\n").unwrap();
    for (variable, value) in [
        ("REDRAW__REGISTER__API_KEYS", ""),
        ("REDRAW__REGISTER__OPERATOR_KEYS", ""),
        ("REDRAW__REGISTER__API_KEYS_FILE", file.to_str().unwrap()),
    ] {
        let mut program = Child::new(&[(variable, value)]).await;
        program.launch();
        assert!(program.ended().await.iter().all(|code| *code == 1), "{variable}");
        let said = program.said();
        let told = said.contains(variable) && said.contains("holds no key; write [] for none");
        assert!(told, "{said}");
    }
}

#[tokio::test]
async fn a_key_is_in_no_answer_and_no_log_line() {
    let ((key, hash), (operator, operators)) = (new_key(), new_key());
    let (wrong, _) = new_key();
    let keys = format!("shop:{hash}");
    let mut program = Child::new(&[
        ("REDRAW__LOG__FILTER", "trace"),
        ("REDRAW__REGISTER__API_KEYS", &keys),
        ("REDRAW__REGISTER__OPERATOR_KEYS", &operators),
    ])
    .await;
    program.start().await;
    for shown in [&key, &wrong, &operator] {
        let post = program.client.post(format!("{}/api/v1/register", program.url));
        let answer = post.multipart(form(jpeg(1), OWNER)).bearer_auth(shown).send().await.unwrap();
        assert!(!answer.text().await.unwrap().contains(&shown[7..]));
        let list = program.client.get(format!("{}/api/v1/requests", program.url));
        let answer = list.bearer_auth(shown).send().await.unwrap();
        assert!(!answer.text().await.unwrap().contains(&shown[7..]));
    }
    program.signal("TERM");
    assert!(program.ended().await.iter().all(|code| *code == 0));
    let said = program.said();
    assert!(said.contains("shop"), "the log names the key's owner");
    for secret in [&key, &wrong, &operator, &hash, &operators] {
        let line = said.lines().find(|line| line.contains(&secret[7..]));
        assert_eq!(line, None);
    }
}
