//! The embedded store is a folder, and paths can climb.

use crate::harness::{Redraw, jpeg, raw};

#[tokio::test]
async fn no_way_leads_out_of_the_public_bucket() {
    let redraw = Redraw::start().await;
    redraw.hold_work().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let original = redraw.originals().await.remove(0);
    assert!(original.starts_with(&id));
    let beside =
        redraw.everything_stored().await.into_iter().find(|name| name.starts_with(".bucket"));
    let beside = beside.unwrap();
    let store = &redraw.parts.config.storage.endpoint;
    let store = store.trim_start_matches("http://").parse().unwrap();
    let absolute = redraw.home.path().join("var/objects/redraw-originals").join(&original);
    let ways = [
        format!("/redraw-public/../redraw-originals/{original}"),
        format!("/redraw-public/..%2fredraw-originals%2f{original}"),
        format!("/redraw-public/%2e%2e/redraw-originals/{original}"),
        format!("/redraw-public/x/../../redraw-originals/{original}"),
        format!("/redraw-public/.%2f..%2fredraw-originals%2f{original}"),
        format!("/redraw-public/%2fredraw-originals%2f{original}"),
        format!("/redraw-public/{}", absolute.display().to_string().replace('/', "%2f")),
        format!("/redraw-public/../{beside}"),
        "/redraw-public/../../store-secret".to_owned(),
        "/redraw-public/..%2f..%2fstore-secret".to_owned(),
        "/redraw-public/..".to_owned(),
        "/redraw-public/%00".to_owned(),
    ];
    for way in ways {
        for method in ["GET", "HEAD"] {
            let request =
                format!("{method} {way} HTTP/1.1\r\nHost: store\r\nConnection: close\r\n\r\n");
            let answer = raw(store, request.as_bytes()).await.unwrap();
            assert!((400..500).contains(&answer.status), "{} {method} {way}", answer.status);
        }
    }
    redraw.stop().await;
}
