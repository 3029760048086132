//! The key of a model server, and pictures on their way to it, are nobody else's business.

use serde_json::Value;

use super::Providers;
use crate::harness::{Child, Fault, Models, eventually, form, jpeg};

/// Two of them quote the key, and two hold half of a picture.
const FAULTS: [Fault; 5] =
    [Fault::Status(401), Fault::ErrorInside, Fault::Nonsense, Fault::Truncated, Fault::Html];

#[tokio::test]
async fn no_answer_and_no_log_line_holds_a_key_or_a_picture() {
    let models = Models::start();
    for (captioner, painter) in [("chat", "images"), ("image_to_text", "fal")] {
        let more = "model: some/model, park: 50ms, park_longest: 50ms";
        let providers = Providers::on(&models, captioner, painter, more);
        let loud = [("REDRAW__LOG__FILTER", "debug")];
        let mut program = Child::new(&[&providers.settings()[..], &loud].concat()).await;
        program.start().await;
        for fault in FAULTS {
            models.always(fault);
            let failed = models.tally().failures().values().sum::<usize>();
            let document = register(&program).await;
            let url = document["status_url"].as_str().unwrap();
            let look = async || program.client.get(url).send().await.unwrap().text().await.unwrap();
            eventually("a failed call", async || {
                (models.tally().failures().values().sum::<usize>() > failed).then_some(())
            })
            .await;
            assert_silent("the request", &look().await);
            models.behave();
            let done = eventually("the end", async || {
                let text = look().await;
                text.contains("\"stage\":\"finished\"").then_some(text)
            })
            .await;
            assert!(done.contains("\"done\""), "{done}");
            assert_silent("the request", &done);
        }
        for url in program.urls() {
            for page in ["/readyz", "/metrics"] {
                let answer = program.client.get(format!("{url}{page}")).send().await.unwrap();
                assert_silent(page, &answer.text().await.unwrap());
            }
        }
        let said = program.said();
        assert!(said.contains("provider"), "the log tells of providers");
        said.lines().for_each(|line| assert_silent("the log", line));
        program.signal("TERM");
        assert!(program.ended().await.iter().all(|code| *code == 0));
    }
}

async fn register(program: &Child) -> Value {
    let post = program.client.post(format!("{}/api/v1/register", program.url));
    let answer = post.multipart(form(jpeg(1), "owner@example.com")).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    answer.json().await.unwrap()
}

fn assert_silent(what: &str, text: &str) {
    assert!(!text.contains(Models::key()), "the key in {what}");
    assert!(!text.contains("data:image"), "a picture in {what}");
}
