//! Each kind of provider, from the picture to the mail.

use serde_json::Value;

use super::{Providers, attempts};
use crate::harness::{Call, Models, jpeg};

const GEMMA: &str = "google/gemma-4-31B-it";
const FLUX: &str = "black-forest-labs/FLUX.1-schnell";

#[tokio::test]
async fn chat_completions_see_and_openai_images_paint() {
    let models = Models::start();
    let [seen, painted] = journey(&models, "chat", "images", "").await;
    assert_eq!((&seen["provider"], &seen["model"]), (&"chat".into(), &GEMMA.into()));
    assert!(request_id(&seen).starts_with("chatcmpl-"), "{seen}");
    assert!(seen["input_tokens"].as_u64() > Some(256), "{seen}");
    assert!(seen["output_tokens"].as_u64() > Some(3), "{seen}");
    assert_eq!((&painted["provider"], &painted["model"]), (&"images".into(), &FLUX.into()));
    assert!(request_id(&painted).starts_with("img-"), "{painted}");
    let tally = models.tally();
    assert_eq!((tally.calls(Call::Chat), tally.calls(Call::Images)), (1, 1));
}

#[tokio::test]
async fn the_classic_tasks_see_and_paint() {
    // With parameters a picture is sent as JSON, without as it is.
    for (blip, parameters) in [("blip", ""), ("Salesforce/blip", ", parameters: { seed: 7 }")] {
        let models = Models::start();
        let more = format!("model: {blip}{parameters}");
        let [seen, painted] = journey(&models, "image_to_text", "text_to_image", &more).await;
        assert_eq!((&seen["provider"], &seen["model"]), (&"image_to_text".into(), &blip.into()));
        assert_eq!(painted["provider"], "text_to_image");
        assert_eq!(painted["model"], blip);
        for attempt in [&seen, &painted] {
            assert!(request_id(attempt).starts_with("task-"), "{attempt}");
        }
        let tally = models.tally();
        assert_eq!((tally.calls(Call::ImageToText), tally.calls(Call::TextToImage)), (1, 1));
    }
}

#[tokio::test]
async fn a_picture_is_ordered_from_fals_queue_asked_after_and_fetched() {
    let models = Models::start();
    let [_, painted] = journey(&models, "chat", "fal", "").await;
    assert_eq!(
        (&painted["provider"], &painted["model"]),
        (&"fal".into(), &"fal-ai/flux/schnell".into())
    );
    // The queue's own name of the order.
    assert_eq!(request_id(&painted).len(), 36, "{painted}");
    let tally = models.tally();
    assert_eq!((tally.calls(Call::Order), tally.calls(Call::Result)), (1, 1));
    assert!(tally.calls(Call::Status) > 1, "{tally:?}");
    assert_eq!(tally.calls(Call::Cancel), 0);
}

/// One picture; returns the attempts that saw and that painted it.
async fn journey(models: &Models, captioner: &str, painter: &str, more: &str) -> [Value; 2] {
    let redraw = Providers::on(models, captioner, painter, more).start().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let document = redraw.finished(&id).await;
    assert_eq!(document["status"], "done", "{document}");
    let caption = document["caption"].as_str().unwrap();
    assert!(caption.contains("blue") && caption.contains("red"), "{caption}");
    let url = document["new_image_url"].as_str().unwrap();
    let picture = redraw.client.get(url).send().await.unwrap();
    image::load_from_memory(&picture.bytes().await.unwrap()).unwrap();
    assert_eq!(redraw.mails().len(), 1);
    redraw.stop().await;
    ["caption", "generate"].map(|step| {
        let [attempt] = attempts(&document, step)[..] else { panic!("one {step}: {document}") };
        assert_eq!(attempt["outcome"], "finished");
        assert!(attempt["latency_seconds"].as_f64() > Some(0.0), "{attempt}");
        assert_eq!(attempt.get("failed_providers"), None);
        attempt.clone()
    })
}

fn request_id(attempt: &Value) -> &str {
    attempt["provider_request_id"].as_str().unwrap_or_default()
}
