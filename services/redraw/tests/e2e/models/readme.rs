//! The settings that README.md tells people to paste, as they stand there.

use std::path::Path;

use crate::harness::{Call, Child, Home, Models, form, jpeg, servers, within};

/// Where HuggingFace is.
const ROUTER: &str = "https://router.huggingface.co";

#[tokio::test]
async fn a_picture_goes_through_with_the_settings_for_huggingface_from_the_readme() {
    let models = Models::start();
    let block = block();
    assert!(block.contains(ROUTER), "the block names no {ROUTER}: {block}");
    let home = Home::new().await;
    std::fs::write(home.settings_file(), block.replace(ROUTER, &models.url)).unwrap();
    let root = home.path().display();
    let (folder, mail) = (format!("{root}/var"), format!("file:{root}/mail"));
    let token = [("HF_TOKEN", Models::key())];
    let embedded = [
        ("REDRAW__STORAGE__EMBEDDED_LISTEN", "127.0.0.1:0"),
        ("REDRAW__DATA__FOLDER", &*folder),
        ("REDRAW__MAIL__URL", &*mail),
    ];
    let embedded = if servers().is_some() { &[][..] } else { &embedded };
    let mut program = Child::in_home(home, &[&token[..], embedded].concat());
    program.start().await;

    let post = program.client.post(format!("{}/api/v1/register", program.url));
    let answer = post.multipart(form(jpeg(1), "owner@example.com")).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let document: serde_json::Value = answer.json().await.unwrap();
    let url = document["status_url"].as_str().unwrap();
    // As often as the timers say that are not of a test.
    let patience = std::time::Duration::from_mins(1);
    let document = within(patience, "the end", async || {
        let document = program.client.get(url).send().await.unwrap();
        let document: serde_json::Value = document.json().await.unwrap();
        (document["stage"] == "finished").then_some(document)
    })
    .await;
    assert_eq!(document["status"], "done", "{document}");
    let tally = models.tally();
    assert_eq!((tally.well(Call::Chat), tally.well(Call::Images)), (1, 1));
    program.signal("TERM");
    assert!(program.ended().await.iter().all(|code| *code == 0));
}

/// What stands in the fence between the two marks.
fn block() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, rest) = page.split_once("<!-- huggingface -->").expect("the mark before");
    let (marked, _) = rest.split_once("<!-- /huggingface -->").expect("the mark behind");
    let (_, rest) = marked.split_once("```yaml\n").expect("a block of yaml");
    let (block, _) = rest.split_once("```").expect("the end of the block");
    block.to_owned()
}
