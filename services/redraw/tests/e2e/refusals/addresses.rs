//! Addresses at which there is nothing, and ids that are none.

use reqwest::Method;

use super::{Row, row};
use crate::harness::Redraw;

const UNKNOWN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

pub fn rows(redraw: &Redraw) -> Vec<Row> {
    let call =
        |method: Method, path: &str| redraw.client.request(method, format!("{}{path}", redraw.url));
    let calls = |id: &str| {
        let get = |of: &str| call(Method::GET, &format!("/api/v1/request/{id}{of}"));
        let delete = call(Method::DELETE, &format!("/api/v1/request/{id}"));
        ["", "/events", "/image", "/new_image"].map(get).into_iter().chain([delete])
    };
    let mut rows = Vec::new();
    for id in ["five", "0", "01890a5d-ac96-774b-bcce-b302099a805", "%00", "%ff", "%2e%2e%2f"] {
        rows.extend(calls(id).map(|call| row("an id that is none", 400, "id_malformed", call)));
    }
    rows.extend(calls(UNKNOWN).map(|call| row("an unknown id", 404, "request_unknown", call)));
    let wrong = [
        (Method::GET, "/api/v1/register".to_owned()),
        (Method::PUT, "/api/v1/register".to_owned()),
        (Method::POST, format!("/api/v1/request/{UNKNOWN}")),
        (Method::DELETE, format!("/api/v1/request/{UNKNOWN}/image")),
        (Method::POST, "/readyz".to_owned()),
    ];
    for (method, path) in wrong {
        rows.push(row("a wrong method", 405, "method_not_allowed", call(method, &path)));
    }
    for path in ["/nothing", "/api", "/api/v1", "/api/v1/nothing", "/api/v2/register", "/..%2f.env"]
    {
        rows.push(row("no such address", 404, "no_such_address", call(Method::GET, path)));
    }
    let events = call(Method::GET, &format!("/api/v1/request/{UNKNOWN}/events"));
    let events = events.header("Last-Event-ID", "five");
    rows.push(row("a version that is none", 400, "parameter_malformed", events));
    rows
}
