//! The way of a picture through the whole system.

use serde_json::json;

use crate::harness::{Redraw, jpeg};

#[tokio::test]
async fn a_picture_is_redrawn_and_its_owner_gets_one_mail_with_the_link() {
    let redraw = Redraw::start().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let document = redraw.finished(&id).await;

    assert_eq!(document["status"], "done");
    assert_eq!(document["version"], 3);
    let caption = document["caption"].as_str().unwrap();
    assert!(caption.contains("blue") && caption.contains("red"), "{caption}");
    let attempts = document["timeline"].as_array().unwrap().iter();
    let steps: Vec<_> =
        attempts.map(|attempt| json!([attempt["step"], attempt["outcome"]])).collect();
    assert_eq!(
        json!(steps),
        json!([["caption", "finished"], ["generate", "finished"], ["notify", "finished"]])
    );

    let url = document["new_image_url"].as_str().unwrap();
    let picture = redraw.client.get(url).send().await.unwrap();
    assert_eq!(picture.status(), 200);
    assert_eq!(picture.headers()["content-type"], "image/png");
    image::load_from_memory(&picture.bytes().await.unwrap()).unwrap();

    let [mail] = &redraw.mails()[..] else { panic!("one mail") };
    assert!(mail.text.contains(url), "{}", mail.text);
    assert!(mail.text.contains("To: owner@example.com"));
    redraw.stop().await;
}

#[tokio::test]
async fn what_is_stored_survives_a_stop_and_is_served_afterwards() {
    let redraw = Redraw::start().await;
    let id = redraw.register(jpeg(2), "owner@example.com").await;
    let home = redraw.stop().await;
    let redraw = Redraw::start_in(home, &[]).await;
    assert_eq!(redraw.finished(&id).await["status"], "done");
    assert_eq!(redraw.mails().len(), 1);
    redraw.stop().await;
}
