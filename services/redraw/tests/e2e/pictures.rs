//! The pictures as they are served, and what of the store nobody else may touch.

mod on_embedded_parts;

use reqwest::header::HeaderMap;
use reqwest::{Method, Response};
use serde_json::Value;

use crate::harness::{Redraw, jpeg};

fn checked_headers(headers: &HeaderMap, media_type: &str, length: usize) {
    assert_eq!(headers["content-type"], media_type);
    assert_eq!(headers["content-length"], length.to_string());
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
    assert_eq!(headers["cache-control"], "private, max-age=3600, immutable");
    assert_eq!(headers["referrer-policy"], "no-referrer");
}

#[tokio::test]
async fn both_pictures_come_whole_and_as_what_they_are() {
    let redraw = Redraw::start().await;
    let picture = async |id: &str, which: &str| -> Response {
        redraw.get(&format!("/api/v1/request/{id}/{which}")).send().await.unwrap()
    };
    redraw.hold_work().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;

    let answer = picture(&id, "image").await;
    assert_eq!(answer.status(), 200);
    let stored = redraw.original(&id).await;
    checked_headers(answer.headers(), "image/jpeg", stored.len());
    assert_eq!(answer.bytes().await.unwrap(), stored);

    let answer = picture(&id, "new_image").await;
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "picture_not_ready");

    redraw.let_work_go().await;
    let document = redraw.finished(&id).await;
    let answer = picture(&id, "new_image").await;
    assert_eq!(answer.status(), 200);
    let url = document["new_image_url"].as_str().unwrap();
    assert!(!url.contains(&id), "whoever sees the picture could delete the request");
    let public = redraw.client.get(url).send().await.unwrap();
    let length = public.content_length().unwrap();
    checked_headers(answer.headers(), "image/png", usize::try_from(length).unwrap());
    assert_eq!(answer.bytes().await.unwrap(), public.bytes().await.unwrap());
    redraw.stop().await;
}

#[tokio::test]
async fn strangers_may_get_a_new_picture_by_its_name_and_nothing_else() {
    let redraw = Redraw::start().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    redraw.finished(&id).await;
    let store = &redraw.parts.config.storage;
    // By the names that the buckets have by default.
    let call = async |method: Method, path: &str| {
        let path = path.replace("redraw-originals", &store.originals_bucket);
        let path = path.replace("redraw-public", &store.public_bucket);
        let request = redraw.client.request(method, format!("{}/{path}", store.endpoint));
        request.body("nothing").send().await.unwrap().status().as_u16()
    };
    let (original, painting) = (&redraw.originals().await[0], &redraw.paintings().await[0]);
    let original = format!("redraw-originals/{original}");
    let painting = format!("redraw-public/{painting}");
    assert_eq!(call(Method::GET, &painting).await, 200);

    let lists = [
        "",
        "redraw-public",
        "redraw-public/",
        "redraw-public/?list-type=2",
        "redraw-public?versions",
        "redraw-public?uploads",
        "redraw-public?policy",
        "redraw-public?acl",
        "redraw-public?location",
        "redraw-originals/",
        "redraw-originals/?list-type=2",
        &original,
        "redraw-originals/no-such-object",
    ];
    for path in lists {
        assert_eq!(call(Method::GET, path).await, 403, "GET {path}");
    }
    assert_eq!(call(Method::HEAD, &original).await, 403);
    let new = ["redraw-public/new.png", "redraw-originals/new.png", "redraw-public/", "new-bucket"];
    for path in new.into_iter().chain([&*original, &*painting]) {
        for method in [Method::PUT, Method::DELETE, Method::POST] {
            let status = call(method.clone(), path).await;
            // The store knows no POST on an object; it says so with 501.
            assert!(status >= 400 && status != 500, "{status} {method} {path}");
        }
    }
    // One store misses the right, another a checksum first.
    let status = call(Method::POST, "redraw-public/?delete").await;
    assert!([400, 403].contains(&status), "{status}");
    assert_eq!((redraw.originals().await.len(), redraw.paintings().await.len()), (1, 1));
    assert_eq!(call(Method::GET, &painting).await, 200);
    redraw.stop().await;
}
