//! Where the new picture is seen when its bucket is open to nobody: through the API.

mod on_embedded_parts;

use crate::harness::{Redraw, jpeg};

/// Asserts that the link in the document leads to the API and to the picture, and was mailed.
async fn is_seen_through_the_api(redraw: &Redraw) {
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let document = redraw.finished(&id).await;
    let link = document["new_image_url"].as_str().unwrap();
    assert!(link.ends_with(&format!("/api/v1/request/{id}/new_image")), "{link}");
    let answer = redraw.get(&format!("/api/v1/request/{id}/new_image")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    image::load_from_memory(&answer.bytes().await.unwrap()).unwrap();
    let [mail] = &redraw.mails()[..] else { panic!("one mail") };
    assert!(mail.text.contains(link));
}

#[tokio::test]
async fn a_bucket_that_is_to_stay_private_is_shown_through_the_api() {
    let redraw = Redraw::start_with(&[("REDRAW__STORAGE__PUBLIC_ACCESS", "api")]).await;
    is_seen_through_the_api(&redraw).await;
    redraw.stop().await;
}
