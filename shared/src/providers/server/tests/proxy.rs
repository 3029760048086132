//! The proxy of the environment is used. A process's environment is its own from the start, so the
//! half that calls is this test program once more, as a child.

use std::process::Command;

use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{generate, server};
use crate::jobs::Notes;

#[tokio::test]
#[ignore = "started by the test below, with a proxy in its environment"]
async fn calls_a_server_that_only_the_proxy_reaches() {
    let answer = generate(&server("http://model.invalid/"), &mut Notes::default()).await.unwrap();
    assert_eq!(answer.body, "by proxy");
}

#[tokio::test]
async fn the_proxy_of_the_environment_is_asked() {
    let proxy = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_string("by proxy");
    Mock::given(any()).respond_with(answer).mount(&proxy).await;
    let uri = proxy.uri();
    let child = tokio::task::spawn_blocking(move || {
        let name = "providers::server::tests::proxy::calls_a_server_that_only_the_proxy_reaches";
        Command::new(std::env::current_exe().unwrap())
            .args([name, "--exact", "--ignored"])
            .env("http_proxy", uri)
            .env_remove("no_proxy")
            .env_remove("NO_PROXY")
            .output()
    });
    let output = child.await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let asked = proxy.received_requests().await.unwrap();
    assert_eq!(asked[0].headers["host"], "model.invalid");
}
