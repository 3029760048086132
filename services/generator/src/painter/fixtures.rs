//! What the tests of painters share: pictures, settings, and a server that answers in turn.

use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;
use shared::config::{PainterKind, ProviderConfig, TlsConfig};
use shared::jobs::Notes;
use shared::providers::{CallError, Downloader};
use shared::tls::Roots;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::{Commission, Painter, Painting, Style};

pub const KEY: &str = "hf_thisKeyIsNobodys";

/// Largest picture that the tests' painters take, in bytes.
pub const MOST: usize = 20_000;

pub fn config(kind: PainterKind, url: &str) -> ProviderConfig<PainterKind> {
    ProviderConfig {
        kind,
        name: "one".to_owned(),
        url: url.to_owned(),
        model: "org/model".to_owned(),
        timeout: Duration::from_secs(20),
        key: shared::config::ProviderKey::Found(KEY.into()),
        ..ProviderConfig::default()
    }
}

pub fn commission() -> Commission {
    Commission { style: Style::new("in oil"), width: 512, height: 256, max_bytes: MOST }
}

pub fn roots() -> Roots {
    shared::crypto::install();
    Roots::load(&TlsConfig { roots_file: String::new() }).unwrap()
}

pub fn downloader() -> Downloader {
    Downloader::new(Duration::from_secs(20), MOST, &roots()).unwrap()
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A picture that shows something.
pub fn picture() -> Vec<u8> {
    let colours = [[200, 30, 30], [30, 30, 200]];
    png(&RgbImage::from_fn(64, 64, |x, _| Rgb(colours[usize::from(x > 31)])))
}

/// One of a single colour.
pub fn blank() -> Vec<u8> {
    png(&RgbImage::new(64, 64))
}

/// One whose file is larger than is taken.
pub fn large() -> Vec<u8> {
    let mut seed = 7_u32;
    let noise = RgbImage::from_fn(128, 128, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [red, green, blue, _] = seed.to_be_bytes();
        Rgb([red, green, blue])
    });
    let file = png(&noise);
    assert!(file.len() > MOST);
    file
}

pub fn base64(file: &[u8]) -> String {
    STANDARD.encode(file)
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

pub async fn ask(painter: &Painter) -> (Result<Painting, CallError>, Notes) {
    let mut notes = Notes::default();
    let result = painter.ask(&"A red boat.".to_owned(), &mut notes).await;
    assert!(!notes.unanswered);
    (result, notes)
}

pub async fn requests(theirs: &MockServer) -> Vec<Request> {
    theirs.received_requests().await.unwrap()
}
