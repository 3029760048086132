//! What becomes of a request when a provider is gone, declines, or never answers.

use super::{Providers, attempts};
use crate::harness::{Call, Fault, Models, jpeg};

#[tokio::test]
async fn when_the_first_provider_is_gone_the_second_does_it() {
    let (gone, there) = (Models::start(), Models::start());
    gone.always(Fault::Status(410));
    let both =
        |kind: &str| [gone.provider(kind, "name: first"), there.provider(kind, "name: second")];
    let redraw = Providers::of(&both("chat"), &both("images")).start().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let document = redraw.finished(&id).await;
    assert_eq!(document["status"], "done");
    for step in ["caption", "generate"] {
        let [attempt] = attempts(&document, step)[..] else { panic!("one {step}: {document}") };
        assert_eq!(attempt["provider"], "second");
        assert_eq!(attempt["failed_providers"], serde_json::json!(["first: model_gone"]));
    }

    // Whoever is gone is left alone.
    let id = redraw.register(jpeg(2), "owner@example.com").await;
    assert_eq!(redraw.finished(&id).await["status"], "done");
    assert_eq!((gone.tally().calls(Call::Chat), gone.tally().calls(Call::Images)), (1, 1));
    assert_eq!((there.tally().well(Call::Chat), there.tally().well(Call::Images)), (2, 2));
    redraw.stop().await;
}

#[tokio::test]
async fn a_refused_prompt_is_a_failure_and_its_owner_gets_one_mail() {
    let models = Models::start();
    models.always_to(Call::Images, Fault::Refused);
    let redraw = Providers::on(&models, "chat", "images", "").start().await;
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let document = redraw.finished(&id).await;
    assert_eq!(
        (&document["status"], &document["error"]["code"]),
        (&"failure".into(), &"refused".into())
    );
    assert_eq!(models.tally().calls(Call::Images), 1);
    let [mail] = &redraw.mails()[..] else { panic!("one mail") };
    assert!(mail.text.contains("To: owner@example.com"));
    assert!(mail.text.contains("declined"), "{}", mail.text);
    redraw.stop().await;
}

#[tokio::test]
async fn a_painting_that_never_comes_is_asked_for_twice_and_no_more() {
    for silence in [Fault::Silence, Fault::Stall, Fault::Endless] {
        let models = Models::start();
        models.always_to(Call::Images, silence);
        let redraw = Providers::on(&models, "chat", "images", "timeout: 500ms").start().await;
        let id = redraw.register(jpeg(1), "owner@example.com").await;
        let document = redraw.finished(&id).await;
        assert_eq!(document["status"], "failure", "{document}");
        assert_eq!(document["error"]["code"], "outcome_unknown");
        let codes: Vec<_> = attempts(&document, "generate")
            .iter()
            // The silent one is left alone for a moment.
            .filter(|attempt| attempt["error_code"] != "provider_silent")
            .map(|attempt| {
                (attempt["outcome"].as_str().unwrap(), attempt["error_code"].as_str().unwrap())
            })
            .collect();
        assert_eq!(codes, [("retry", "outcome_unknown"), ("failed", "outcome_unknown")]);
        assert_eq!(models.tally().calls(Call::Images), 2, "{silence}");
        assert_eq!(redraw.mails().len(), 1);
        redraw.stop().await;
    }
}

#[tokio::test]
async fn chat_and_images_are_asked_again_whatever_passes() {
    whatever_passes_is_asked_again("chat", "images").await;
}

#[tokio::test]
async fn the_classic_tasks_are_asked_again_whatever_passes() {
    whatever_passes_is_asked_again("image_to_text", "text_to_image").await;
}

#[tokio::test]
async fn fals_queue_is_asked_again_whatever_passes() {
    whatever_passes_is_asked_again("chat", "fal").await;
}

/// And no redirect is followed.
async fn whatever_passes_is_asked_again(captioner: &str, painter: &str) {
    let unanswered = [Fault::Silence, Fault::Stall, Fault::Endless];
    let models = Models::start();
    let more = "model: some/model, failures: 100, park: 20ms, park_longest: 20ms";
    let redraw = Providers::on(&models, captioner, painter, more).start().await;
    for fault in Fault::PASSING.iter().filter(|fault| !unanswered.contains(fault)) {
        models.always(*fault);
        let id = redraw.register(jpeg(1), "owner@example.com").await;
        let failed = async || models.tally().failures().contains_key(&*fault.to_string());
        redraw.until(failed).await;
        models.behave();
        let document = redraw.finished(&id).await;
        assert_eq!(document["status"], "done", "{fault}: {document}");
    }
    assert_eq!(models.tally().followed(), 0);
    redraw.stop().await;
}

#[tokio::test]
async fn a_picture_that_lies_ready_in_fals_queue_is_not_ordered_again() {
    let models = Models::start();
    for call in [Call::Status, Call::Result] {
        models.always_to(call, Fault::Status(502));
        let redraw = Providers::on(&models, "chat", "fal", "").start().await;
        let orders = models.tally().calls(Call::Order);
        let id = redraw.register(jpeg(1), "owner@example.com").await;
        redraw.until(async || models.tally().calls(call) - models.tally().well(call) > 1).await;
        models.behave();
        let document = redraw.finished(&id).await;
        assert_eq!(document["status"], "done", "{document}");
        assert_eq!(models.tally().calls(Call::Order), orders + 1);
        redraw.stop().await;
    }
}
