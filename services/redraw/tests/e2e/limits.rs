//! How much one client, and one e-mail address, may ask for.

use std::net::SocketAddr;

use reqwest::{RequestBuilder, Response};
use serde_json::Value;

use crate::harness::{Child, Redraw, form, jpeg, raw, raw_without_end};
use crate::keys::new_key;

const OWNER: &str = "owner@example.com";

async fn start(per_client: u32, per_email: u32, header: &str) -> Redraw {
    Redraw::start_with(&[
        ("REDRAW__REGISTER__RATE_PER_CLIENT", &per_client.to_string()),
        ("REDRAW__REGISTER__RATE_PER_EMAIL", &per_email.to_string()),
        ("REDRAW__REGISTER__CLIENT_ADDRESS_HEADER", header),
        ("REDRAW__REGISTER__MAX_IMAGE", "256 KiB"),
    ])
    .await
}

async fn taken(post: RequestBuilder) -> Response {
    let answer = post.send().await.unwrap();
    assert_eq!(answer.status(), 202);
    answer
}

/// Refused, and told when to come back: within `longest` seconds.
async fn refused(post: RequestBuilder, code: &str, longest: u64) {
    let answer = post.send().await.unwrap();
    assert_eq!(answer.status(), 429);
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=longest).contains(&wait), "{wait}");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], code);
}

fn post(redraw: &Redraw, email: &str) -> RequestBuilder {
    redraw.post(form(jpeg(1), email))
}

#[tokio::test]
async fn a_client_may_send_so_many_and_whatever_it_says_of_itself_changes_nothing() {
    let redraw = start(2, 0, "").await;
    let id = redraw.register(jpeg(1), OWNER).await;
    // What is refused for other reasons counts as well.
    let bad = redraw.post(form(b"no picture".into(), OWNER)).send().await.unwrap();
    assert_eq!(bad.status(), 415);
    refused(post(&redraw, "other@example.com"), "too_many_from_client", 30).await;
    for header in ["X-Real-Ip", "X-Forwarded-For", "Forwarded"] {
        let spoofed = post(&redraw, OWNER).header(header, "192.0.2.1");
        refused(spoofed, "too_many_from_client", 30).await;
    }
    // To ask is free.
    assert_eq!(redraw.finished(&id).await["status"], "done");
    assert_eq!(redraw.rows("requests").await, 1);
    redraw.stop().await;
}

#[tokio::test]
async fn behind_a_trusted_proxy_clients_are_told_apart_by_what_it_added_last() {
    let redraw = start(1, 0, "X-Forwarded-For").await;
    let from = |clients: &str| post(&redraw, OWNER).header("X-Forwarded-For", clients);
    taken(from("192.0.2.1")).await;
    taken(from("192.0.2.1, 192.0.2.2")).await;
    refused(from("192.0.2.3, 192.0.2.2"), "too_many_from_client", 60).await;
    refused(from("192.0.2.3,192.0.2.1"), "too_many_from_client", 60).await;
    taken(from("2001:db8:1:2::1")).await;
    refused(from("2001:db8:1:2:3::4"), "too_many_from_client", 60).await;
    // Of several lines the last.
    refused(from("192.0.2.9").header("X-Forwarded-For", "192.0.2.1"), "too_many_from_client", 60)
        .await;
    // Who is not named is who connects.
    taken(from("unknown")).await;
    refused(post(&redraw, OWNER), "too_many_from_client", 60).await;
    redraw.stop().await;
}

#[tokio::test]
async fn strangers_at_the_same_address_use_up_nothing_of_a_callers() {
    let ((key, hash), (operator, operators)) = (new_key(), new_key());
    let keys = format!("shop:{hash}");
    let redraw = Redraw::start_with(&[
        ("REDRAW__REGISTER__RATE_PER_CLIENT", "1"),
        ("REDRAW__REGISTER__API_KEYS", &keys),
        ("REDRAW__REGISTER__OPERATOR_KEYS", &operators),
    ])
    .await;
    let wrong = || post(&redraw, OWNER).bearer_auth(new_key().0);
    assert_eq!(wrong().send().await.unwrap().status(), 401);
    // Neither keys can be tried out, nor the door.
    refused(wrong(), "too_many_from_client", 60).await;
    refused(post(&redraw, OWNER), "too_many_from_client", 60).await;
    for key in [&key, &operator, &key] {
        taken(post(&redraw, OWNER).bearer_auth(key)).await;
    }
    redraw.stop().await;
}

#[tokio::test]
async fn a_proxy_that_nobody_named_is_told_of_once() {
    let mut program = Child::new(&[("REDRAW__REGISTER__RATE_PER_CLIENT", "60")]).await;
    program.start().await;
    for header in ["X-Forwarded-For", "Forwarded", "X-Forwarded-For"] {
        let post = program.client.post(format!("{}/api/v1/register", program.url));
        taken(post.multipart(form(jpeg(1), OWNER)).header(header, "for=192.0.2.1")).await;
    }
    program.signal("TERM");
    assert!(program.ended().await.iter().all(|code| *code == 0));
    let said = program.said();
    let told = said.lines().filter(|line| line.contains("register.client_address_header")).count();
    assert_eq!(told, 1, "{said}");
}

#[tokio::test]
async fn a_header_that_cannot_be_one_is_refused_at_the_start() {
    let redraw = Redraw::start().await;
    let mut config = (*redraw.parts.config).clone();
    config.register.client_address_header = "no header".to_owned();
    let parts = shared::service::Parts { config: config.into(), ..redraw.parts.clone() };
    let door = shared::http::bind("127.0.0.1:0".parse().unwrap(), "").await.unwrap();
    let error = register::start(&parts, door).unwrap_err();
    assert!(format!("{error:#}").contains("register.client_address_header"), "{error:#}");
    redraw.stop().await;
}

#[tokio::test]
async fn an_address_may_be_written_to_so_often_and_others_are_not_hit() {
    let redraw = start(0, 2, "").await;
    taken(post(&redraw, OWNER)).await;
    taken(post(&redraw, "Owner+tag@EXAMPLE.com")).await;
    // Half an hour for each.
    refused(post(&redraw, "OWNER@example.com"), "too_many_for_email", 1800).await;
    taken(post(&redraw, "other@example.com")).await;
    assert_eq!(redraw.rows("requests").await, 3);
    assert_eq!(redraw.originals().await.len(), 3);
    redraw.stop().await;
}

#[tokio::test]
async fn a_replay_uses_up_nothing_of_what_an_address_may_have() {
    let redraw = start(0, 2, "").await;
    let keyed = |key: &'static str| post(&redraw, OWNER).header("Idempotency-Key", key);
    // Even those that come while the first is being taken.
    futures_util::future::join_all((0..10).map(|_| taken(keyed("a")))).await;
    assert_eq!(taken(keyed("a")).await.headers()["idempotent-replayed"], "true");
    taken(keyed("b")).await;
    refused(keyed("c"), "too_many_for_email", 1800).await;
    taken(keyed("b")).await;
    assert_eq!(redraw.rows("requests").await, 2);
    redraw.stop().await;
}

#[tokio::test]
async fn over_a_clients_limit_not_a_byte_of_the_body_is_waited_for() {
    let redraw = start(1, 0, "").await;
    taken(post(&redraw, OWNER)).await;
    let address: SocketAddr = redraw.url.trim_start_matches("http://").parse().unwrap();
    let head = |length: &str| {
        format!(
            "POST /api/v1/register HTTP/1.1\r\nHost: redraw\r\nConnection: close\r\n\
             Content-Type: multipart/form-data; boundary=x\r\n{length}\r\n\r\n"
        )
    };
    for length in ["Content-Length: 100000", "Content-Length: 100000\r\nExpect: 100-continue"] {
        let answer = raw(address, head(length).as_bytes()).await.unwrap();
        assert_eq!((answer.status, &answer.json()["code"]), (429, &"too_many_from_client".into()));
    }
    // Who sends and sends hears it too, and is not listened to for ever.
    let chunk = [b"10000\r\n", &vec![0; 0x10000][..], b"\r\n"].concat();
    let (answer, sent) =
        raw_without_end(address, head("Transfer-Encoding: chunked").as_bytes(), &chunk).await;
    assert_eq!(answer.unwrap().status, 429);
    assert!(sent < 16 * 1024 * 1024, "{sent} bytes were taken");
    redraw.stop().await;
}
