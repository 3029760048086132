//! What the tests of captioners share: pictures, settings, and a server that answers in turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;
use shared::config::{CaptionerKind, ProviderConfig, TlsConfig};
use shared::jobs::Notes;
use shared::providers::CallError;
use shared::tls::Roots;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::{Captioner, jpeg};

pub const KEY: &str = "hf_thisKeyIsNobodys";

pub fn config(kind: CaptionerKind, url: &str) -> ProviderConfig<CaptionerKind> {
    ProviderConfig {
        kind,
        name: "one".to_owned(),
        url: url.to_owned(),
        model: "org/model".to_owned(),
        timeout: Duration::from_secs(20),
        max_tokens: 400,
        key: shared::config::ProviderKey::Found(KEY.into()),
        ..ProviderConfig::default()
    }
}

pub fn roots() -> Roots {
    shared::crypto::install();
    Roots::load(&TlsConfig { roots_file: String::new() }).unwrap()
}

/// A picture that does not become small by being encoded.
pub fn noise(width: u32, height: u32) -> Arc<RgbImage> {
    let mut seed = 7_u32;
    Arc::new(RgbImage::from_fn(width, height, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [red, green, blue, _] = seed.to_be_bytes();
        Rgb([red, green, blue])
    }))
}

/// Sides of a file that is a JPEG and not too large for the servers.
pub fn sides(file: &[u8]) -> (u32, u32) {
    assert!(file.len() < jpeg::MOST_BYTES, "{} bytes", file.len());
    let picture = image::load_from_memory_with_format(file, ImageFormat::Jpeg).unwrap();
    (picture.width(), picture.height())
}

/// Says one after the other, and the last of them again and again.
pub async fn saying(answers: Vec<ResponseTemplate>) -> MockServer {
    let theirs = MockServer::start().await;
    let said = AtomicUsize::new(0);
    Mock::given(any())
        .respond_with(move |_: &Request| {
            let next = said.fetch_add(1, Ordering::SeqCst);
            answers[next.min(answers.len() - 1)].clone()
        })
        .mount(&theirs)
        .await;
    theirs
}

pub fn json(answer: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(answer)
}

pub async fn ask(
    captioner: &Captioner,
    picture: &Arc<RgbImage>,
) -> (Result<String, CallError>, Notes) {
    let mut notes = Notes::default();
    let result = captioner.ask(picture, &mut notes).await;
    assert!(!notes.unanswered);
    (result, notes)
}
