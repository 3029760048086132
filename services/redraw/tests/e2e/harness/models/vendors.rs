//! What the vendors answer: HuggingFace's router and toolkits, OpenAI, fal.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;
use serde_json::{Value, json};
use uuid::Uuid;

use super::conversation::{Reply, Request};
use super::{Call, State};

/// The models that are served: the defaults of the settings.
const CAPTIONS: &str = "google/gemma-4-31B-it";
const PAINTS: &str = "black-forest-labs/FLUX.1-schnell";

/// As OpenAI words it, and the router too.
pub fn error(status: u16, words: &str) -> Reply {
    Reply::json(status, &json!({ "error": { "message": words, "type": "server_error" } }))
}

/// As HuggingFace's own servers do while they load a model.
pub fn loading() -> Reply {
    let body = json!({ "error": "Model is currently loading", "estimated_time": 1.0 });
    Reply::json(503, &body)
}

/// As fal does.
pub fn refused() -> Reply {
    let why = "The content could not be processed because it was flagged by a content checker.";
    let detail =
        json!([{ "loc": ["body", "prompt"], "msg": why, "type": "content_policy_violation" }]);
    Reply::json(422, &json!({ "detail": detail }))
}

/// An answer in which all is right but what matters.
pub fn nonsense(call: Call) -> Reply {
    const NO_BASE64: &str = "this is no base64!";
    let body = match call {
        Call::Chat => json!({ "id": "chatcmpl-0", "object": "chat.completion", "choices": [] }),
        Call::Images => json!({ "created": 0, "data": [{ "b64_json": NO_BASE64 }] }),
        Call::ImageToText => json!([{ "generated": "no" }]),
        Call::TextToImage => json!(NO_BASE64),
        Call::Order | Call::Status | Call::Cancel | Call::List => json!({ "status": "" }),
        Call::Result => {
            json!({ "images": [{ "url": format!("data:image/png;base64,{NO_BASE64}") }] })
        }
    };
    Reply::json(200, &body)
}

/// The answer to a call that is served.
pub async fn reply(call: Call, request: Request, state: &State) -> Reply {
    let reply = match call {
        Call::Chat => working(move || chat(&request)).await,
        Call::Images => working(move || images(&request)).await,
        Call::ImageToText => working(move || image_to_text(&request)).await,
        Call::TextToImage => working(move || text_to_image(&request)).await,
        Call::Order => order(&request, state),
        Call::List => Some(list()),
        Call::Status => state.queue().status(&request.path).map(|(status, word)| {
            Reply::json(status, &json!({ "status": word, "queue_position": 0 }))
        }),
        Call::Cancel => {
            let found = state.queue().cancel(&request.path);
            found.then(|| Reply::json(202, &json!({ "status": "CANCELLATION_REQUESTED" })))
        }
        Call::Result => {
            let prompt = state.queue().prompt(&request.path);
            working(move || Some(result(&prompt?))).await
        }
    };
    reply.unwrap_or_else(|| error(400, "It is not what the vendor's documentation says."))
}

/// As OpenAI lists them, and whoever speaks like it.
fn list() -> Reply {
    let models = [CAPTIONS, PAINTS].map(|id| json!({ "id": id, "object": "model" }));
    Reply::json(200, &json!({ "object": "list", "data": models }))
}

/// Models compute.
async fn working(work: impl FnOnce() -> Option<Reply> + Send + 'static) -> Option<Reply> {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn chat(request: &Request) -> Option<Reply> {
    let question: Value = serde_json::from_slice(&request.body).ok()?;
    let model = question["model"].as_str().filter(|model| !model.is_empty())?;
    let prompt = question.pointer("/messages/0/content/0/text")?.as_str()?;
    let url = question.pointer("/messages/0/content/1/image_url/url")?.as_str()?;
    let caption = describe(&STANDARD.decode(url.strip_prefix("data:image/jpeg;base64,")?).ok()?)?;
    let (asked, said) = (prompt.split(' ').count() + 256, caption.split(' ').count());
    Some(Reply::json(
        200,
        &json!({
            "id": format!("chatcmpl-{}", Uuid::new_v4().simple()),
            "object": "chat.completion",
            "created": 1_790_000_000,
            "model": model,
            "choices": [{
                "index": 0,
                "message": { "role": "assistant", "content": caption },
                "finish_reason": "stop",
            }],
            "usage": {
                "prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said,
            },
        }),
    ))
}

fn images(request: &Request) -> Option<Reply> {
    let order: Value = serde_json::from_slice(&request.body).ok()?;
    order["model"].as_str().filter(|model| !model.is_empty())?;
    let (width, height) = order["size"].as_str()?.split_once('x')?;
    let side = width.parse::<u32>().ok()?.max(height.parse().ok()?);
    if order["response_format"] != "b64_json" {
        return None;
    }
    let base64 = STANDARD.encode(paint(order["prompt"].as_str()?, side));
    let body = json!({ "created": 1_790_000_000, "data": [{ "b64_json": base64 }] });
    Some(Reply::json(200, &body).with("x-request-id", id("img")))
}

fn image_to_text(request: &Request) -> Option<Reply> {
    let caption = if request.header("content-type")? == "image/jpeg" {
        describe(&request.body)?
    } else {
        let body: Value = serde_json::from_slice(&request.body).ok()?;
        body["parameters"].as_object()?;
        describe(&STANDARD.decode(body["inputs"].as_str()?).ok()?)?
    };
    let body = json!([{ "generated_text": caption }]);
    Some(Reply::json(200, &body).with("x-request-id", id("task")))
}

fn text_to_image(request: &Request) -> Option<Reply> {
    let order: Value = serde_json::from_slice(&request.body).ok()?;
    let side = |name: &str| order["parameters"][name].as_u64();
    let side = side("width")?.max(side("height")?);
    let picture = paint(order["inputs"].as_str()?, u32::try_from(side).ok()?);
    Some(Reply::new(200, "image/png", picture).with("x-request-id", id("task")))
}

fn order(request: &Request, state: &State) -> Option<Reply> {
    let order: Value = serde_json::from_slice(&request.body).ok()?;
    order["image_size"].as_object()?;
    let taken = state.queue().take(order["prompt"].as_str()?);
    Some(Reply::json(200, &taken))
}

fn result(prompt: &str) -> Reply {
    let url = format!("data:image/png;base64,{}", STANDARD.encode(paint(prompt, 0)));
    let picture = json!({ "url": url, "content_type": "image/png" });
    let body = json!({ "images": [picture], "has_nsfw_concepts": [false], "prompt": prompt });
    Reply::json(200, &body)
}

fn id(of: &str) -> String {
    format!("{of}-{}", Uuid::new_v4().simple())
}

/// What the built-in captioner says of a picture.
fn describe(file: &[u8]) -> Option<String> {
    let picture = image::load_from_memory(file).ok()?.to_rgb8();
    Some(caption::builtin::describe(&picture).to_string())
}

/// What the built-in painter makes of a sentence, as PNG.
fn paint(sentence: &str, longest_side_pixels: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = generator::builtin::paint(sentence, longest_side_pixels);
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}
