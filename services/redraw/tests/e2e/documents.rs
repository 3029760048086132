//! What the service says of itself: the OpenAPI document, the pages, health and metrics; and that
//! the address stands in none of it.

mod deployments;
mod openapi;
mod providers;
mod silence;

use crate::harness::Redraw;

#[tokio::test]
async fn the_pages_answer() {
    let redraw = Redraw::start().await;
    let pages = [
        ("/", "text/html", "<html"),
        ("/docs", "text/html", "swagger"),
        ("/openapi.json", "application/json", "\"/api/v1/register\""),
        ("/healthz", "text/plain", "ok"),
        ("/readyz", "application/json", "\"ready\":true"),
        ("/metrics", "text/plain", "http_request_seconds"),
    ];
    for (path, media_type, word) in pages {
        let answer = redraw.get(path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers().clone();
        assert!(headers["content-type"].to_str().unwrap().starts_with(media_type), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(word), "{path} lacks {word}");
    }
    redraw.stop().await;
}
