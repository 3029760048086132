mod answers;
mod questions;

use shared::config::{CaptionerKind, ProviderConfig};
use wiremock::MockServer;

use super::Chat;
use crate::captioner::fixtures::{config, roots};

const PROMPT: &str = "What is \"this\"?";

fn chat(theirs: &MockServer) -> Chat {
    chat_with(theirs, |_| {})
}

fn chat_with(theirs: &MockServer, differ: impl FnOnce(&mut ProviderConfig<CaptionerKind>)) -> Chat {
    let mut config = config(CaptionerKind::Chat, &theirs.uri());
    differ(&mut config);
    Chat::new(&config, PROMPT, &roots()).unwrap()
}
