//! Providers of models: what is wrong with each is told, and how to mend it, without paying for it.

use serde_json::Value;

use super::Report;
use crate::harness::{Fault, Home, Models};

const CAPTIONERS: &str = "REDRAW__CAPTIONER__PROVIDERS";
const PAINTERS: &str = "REDRAW__PAINTER__PROVIDERS";

#[tokio::test]
async fn providers_that_would_serve_us_are_well_and_are_not_asked_for_work() {
    let (home, models) = (Home::new().await, Models::start());
    let captioners = ["chat", "image_to_text"].map(|kind| models.provider(kind, ""));
    let painters = ["images", "text_to_image", "fal"].map(|kind| models.provider(kind, ""));
    let captioners = format!("[{}, builtin]", captioners.join(", "));
    let painters = format!("[{}, builtin]", painters.join(", "));
    let report = Report::of(&home, &[(CAPTIONERS, &captioners), (PAINTERS, &painters)]).await;
    report.fails_nowhere();
    for (part, name) in [("captioner", "chat"), ("painter", "images")] {
        assert!(text(report.check(part, name)).contains("and serves"), "{}", report.said);
    }
    for (part, name) in
        [("captioner", "image_to_text"), ("painter", "text_to_image"), ("painter", "fal")]
    {
        assert!(
            text(report.check(part, name)).contains("only --spend can tell"),
            "{}",
            report.said
        );
    }
    assert_eq!(models.tally().paid_in_all(), 0);
}

#[tokio::test]
async fn each_mistake_is_named_with_how_to_mend_it() {
    let (home, models) = (Home::new().await, Models::start());
    let at = |url: &str| format!("[{{kind: chat, url: '{url}', key_env: MODEL_SERVER_KEY}}]");
    let mistakes = [
        (format!("[{}]", models.provider("chat", "model: x/y")), "is not served", "gemma"),
        (format!("[{{kind: chat, url: '{}'}}]", models.url), "key_refused", "make a new one"),
        (at("http://127.0.0.1:1"), "provider_unreachable", "correct its `url`"),
        ("[{kind: chat, key_env: NO_SUCH}]".to_owned(), "NO_SUCH", "correct its settings"),
        (
            format!("[{}]", models.provider("chat", "parameters: {stream: true}")),
            "`stream` is not a further field",
            "correct its settings",
        ),
    ];
    for (captioners, what, mend) in mistakes {
        let report = Report::of(&home, &[(CAPTIONERS, &captioners)]).await;
        report.blames("captioner", "chat", mend);
        assert!(text(report.check("captioner", "chat")).contains(what), "{}", report.said);
    }
    for (fault, what, mend) in [
        (Fault::Status(402), "credit_spent", "buy some"),
        (Fault::Status(410), "model_gone", "choose another"),
        (Fault::Html, "unreadable_answer", "speaks something else"),
        (Fault::Redirect, "wrong_address", "correct `url`"),
    ] {
        models.always(fault);
        let captioners = format!("[{}]", models.provider("chat", ""));
        let report = Report::of(&home, &[(CAPTIONERS, &captioners)]).await;
        if fault == Fault::Status(410) {
            // Not everybody lists models.
            report.fails_nowhere();
            continue;
        }
        report.blames("captioner", "chat", mend);
        assert!(text(report.check("captioner", "chat")).contains(what), "{}", report.said);
    }
    assert_eq!(models.tally().paid_in_all(), 0);
}

#[tokio::test]
async fn settings_of_providers_that_cannot_be_used_are_told() {
    let home = Home::new().await;
    for (captioners, what) in [
        ("[{kind: chta}]", "`chta` is no kind"),
        ("[{kind: chat, modle: x}]", "captioner.providers[0].modle"),
        ("[{kind: chat}]", "wants a token"),
        ("[{kind: chat, url: 'https://api-inference.huggingface.co'}]", "was switched off"),
    ] {
        let report = Report::of(&home, &[(CAPTIONERS, captioners)]).await;
        report.blames("config", "settings", "");
        assert!(text(report.check("config", "settings")).contains(what), "{}", report.said);
    }
}

#[tokio::test]
async fn with_spend_each_captions_and_paints_one_picture() {
    let (home, models) = (Home::new().await, Models::start());
    let captioners = format!("[{}]", models.provider("chat", ""));
    let painters = format!("[{}]", models.provider("images", ""));
    let settings = [(CAPTIONERS, &*captioners), (PAINTERS, &*painters)];
    let report = Report::spending(&home, &settings).await;
    report.fails_nowhere();
    assert!(report.said.contains("it says: ") && report.said.contains("it painted "));
    assert_eq!(models.tally().paid_in_all(), 2);
    models.always(Fault::Status(402));
    let report = Report::spending(&home, &settings).await;
    assert!(!report.well && report.said.contains("credit_spent"), "{}", report.said);
}

fn text(check: &Value) -> &str {
    check["text"].as_str().unwrap()
}
