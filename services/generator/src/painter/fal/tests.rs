mod orders;
mod reports;

use std::time::Duration;

use serde_json::{Value, json};
use shared::config::{PainterKind, ProviderConfig};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::Fal;
use crate::painter::fixtures::{base64, commission, config, downloader, picture, roots};

const ORDER: &str = "/fal-ai/fal-ai/flux/schnell";
const REQUEST: &str = "/fal-ai/fal-ai/flux/requests/r1";

fn fal_with(theirs: &MockServer, differ: impl FnOnce(&mut ProviderConfig<PainterKind>)) -> Fal {
    let mut config = config(PainterKind::Fal, &format!("{}/fal-ai", theirs.uri()));
    config.model = "fal-ai/flux/schnell".to_owned();
    differ(&mut config);
    Fal::new(&config, downloader(), commission(), &roots()).unwrap()
}

fn fal(theirs: &MockServer) -> Fal {
    fal_with(theirs, |_| {})
}

fn impatient(theirs: &MockServer) -> Fal {
    fal_with(theirs, |config| config.timeout = Duration::from_millis(700))
}

/// Takes orders, as fal does: its addresses lead to its own host.
async fn taking_orders() -> MockServer {
    let taken = json!({"request_id": "r1", "status": "IN_QUEUE",
        "response_url": "https://queue.fal.run/fal-ai/flux/requests/r1",
        "status_url": "https://queue.fal.run/fal-ai/flux/requests/r1/status",
        "cancel_url": "https://queue.fal.run/fal-ai/flux/requests/r1/cancel"});
    let theirs = MockServer::start().await;
    on(&theirs, "POST", ORDER, 200, &taken).await;
    theirs
}

async fn on(theirs: &MockServer, verb: &str, at: &str, status: u16, answer: &Value) {
    let answer = ResponseTemplate::new(status).set_body_json(answer);
    Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(theirs).await;
}

/// Reports so many times so, before what is mounted later.
async fn report(theirs: &MockServer, times: u64, status: u16, answer: &Value) {
    let answer = ResponseTemplate::new(status).set_body_json(answer);
    Mock::given(method("GET"))
        .and(path(format!("{REQUEST}/status")))
        .respond_with(answer)
        .up_to_n_times(times)
        .mount(theirs)
        .await;
}

async fn completed(theirs: &MockServer) {
    report(theirs, u64::MAX, 200, &json!({"status": "COMPLETED"})).await;
}

async fn result(theirs: &MockServer, status: u16, answer: &Value) {
    on(theirs, "GET", REQUEST, status, answer).await;
}

/// A result that holds its picture.
fn good() -> Value {
    let url = format!("data:image/png;base64,{}", base64(&picture()));
    json!({"images": [{"url": url}], "has_nsfw_concepts": [false]})
}
