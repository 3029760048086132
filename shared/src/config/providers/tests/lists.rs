//! Lists of providers: by name, by mapping, by variable, over what `kinds` says.

use std::time::Duration;

use serde_yaml::Value;

use super::super::{CaptionerKind, PainterKind};
use crate::config::{Config, ConfigError, DEFAULTS};

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(file.path()), owned)
}

fn refusal(text: &str, variables: &[(&str, &str)]) -> String {
    load(text, variables).expect_err(text).to_string()
}

#[test]
fn by_itself_nobody_is_called() {
    let config = load("", &[]).unwrap();
    assert_eq!(config.captioner.providers[0].kind, CaptionerKind::Builtin);
    assert_eq!(config.painter.providers[0].kind, PainterKind::Builtin);
    assert_eq!((config.captioner.providers.len(), config.painter.providers.len()), (1, 1));
}

#[test]
fn an_entry_is_a_kind_or_what_differs_from_it() {
    let text = "
captioner:
  providers:
    - kind: chat
      name: router
      key_env: HF_TOKEN
      timeout: 7s
      parameters: {temperature: 0.2}
    - kind: chat
      url: http://localhost:8080
      max_tokens: 0
    - builtin
painter:
  providers: [{kind: images, url: 'http://localhost:8081'}]
";
    let config = load(text, &[("HF_TOKEN", "hf_x")]).unwrap();
    let [router, local, builtin] = &config.captioner.providers[..] else { panic!("three") };
    assert_eq!((&router.name[..], router.timeout), ("router", Duration::from_secs(7)));
    assert_eq!(router.url, "https://router.huggingface.co");
    assert_eq!(router.parameters["temperature"], 0.2);
    assert!(router.is_key_of_huggingface());
    assert_eq!((&local.name[..], local.max_tokens), ("chat", 0));
    assert_eq!((local.timeout, local.concurrency), (Duration::from_mins(1), 4));
    assert_eq!((&builtin.name[..], builtin.kind), ("builtin", CaptionerKind::Builtin));
    assert_eq!(config.painter.providers[0].kind, PainterKind::Images);
}

#[test]
fn a_variable_may_hold_the_whole_list() {
    let list = "[{kind: chat, url: 'http://localhost:8080', requests_per_minute: 9}, builtin]";
    let config = load("", &[("REDRAW__CAPTIONER__PROVIDERS", list)]).unwrap();
    assert_eq!(config.captioner.providers.len(), 2);
    assert_eq!(config.captioner.providers[0].requests_per_minute, 9);
    let error = refusal("", &[("REDRAW__CAPTIONER__PROVIDERS", "[{kind: chat, ulr: x}]")]);
    assert!(error.contains("REDRAW__CAPTIONER__PROVIDERS"), "{error}");
    assert!(error.contains("captioner.providers[0].ulr"), "{error}");
}

#[test]
fn what_a_kind_is_may_be_said_by_file_and_by_variable() {
    let text = "
captioner:
  kinds: {chat: {url: 'http://localhost:8080', model: theirs, parameters: {seed: 1}}}
  providers: [chat, {kind: chat, name: second, model: own, parameters: {top_p: 0.5}}]
";
    let config = load(text, &[("REDRAW__CAPTIONER__KINDS__CHAT__MODEL", "123")]).unwrap();
    let [first, second] = &config.captioner.providers[..] else { panic!("two") };
    assert_eq!((&first.model[..], &first.url[..]), ("123", "http://localhost:8080"));
    assert_eq!(&second.model[..], "own");
    assert_eq!(second.parameters.len(), 2);
    let parameters = [("REDRAW__CAPTIONER__KINDS__CHAT__PARAMETERS", "{seed: 2, max: 3}")];
    let config = load(text, &parameters).unwrap();
    assert_eq!(config.captioner.providers[0].parameters["seed"], 2);
    let error = refusal("", &[("REDRAW__PAINTER__KINDS__FAL__MODLE", "x")]);
    assert!(error.contains("REDRAW__PAINTER__KINDS__FAL__MODLE"), "{error}");
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let cases = [
        ("captioner: {providers: []}", "captioner.providers"),
        ("captioner: {providers: chat}", "captioner.providers"),
        ("captioner: {providers: [chta]}", "captioner.providers[0]"),
        ("captioner: {providers: [builtin, images]}", "captioner.providers[1]"),
        ("captioner: {providers: [builtin, {url: x}]}", "captioner.providers[1]"),
        ("captioner: {providers: [{kind: 7}]}", "captioner.providers[0]"),
        ("captioner: {providers: [7]}", "captioner.providers[0]"),
        ("painter: {providers: [{kind: fal, modle: x}]}", "painter.providers[0].modle"),
        ("painter: {providers: [{kind: fal, max_tokens: 9}]}", "painter.providers[0].max_tokens"),
        ("painter: {providers: [{kind: builtin, url: x}]}", "painter.providers[0].url"),
        ("painter: {providers: [{kind: fal, timeout: soon}]}", "painter.providers[0].timeout"),
        (
            "painter: {providers: [{kind: fal, concurrency: -1}]}",
            "painter.providers[0].concurrency",
        ),
        ("painter: {providers: [{kind: fal, parameters: 5}]}", "painter.providers[0].parameters"),
        ("painter: {providers: [{kind: fal, url: 'ftp://x'}]}", "painter.providers[0]"),
        ("painter: {providers: [{kind: text_to_image}]}", "painter.providers[0]"),
    ];
    for (text, place) in cases {
        let error = refusal(text, &[]);
        assert!(error.contains(&format!("`{place}`")), "{text}: {error}");
    }
    let error = refusal("captioner: {providers: [chta]}", &[]);
    assert!(error.contains("builtin, chat, image_to_text"), "{error}");
}

#[test]
fn two_of_one_name_are_refused() {
    let error = refusal("captioner: {providers: [builtin, {kind: builtin}]}", &[]);
    assert!(error.contains("captioner.providers[1]") && error.contains("builtin"), "{error}");
    let named = "captioner: {providers: [builtin, {kind: builtin, name: other}]}";
    assert!(load(named, &[]).is_ok());
}

#[test]
fn every_kind_that_is_a_server_lists_the_same_common_keys() {
    let defaults: Value = serde_yaml::from_str(DEFAULTS).unwrap();
    let common = [
        "name",
        "url",
        "model",
        "key_env",
        "key_file",
        "bill_to",
        "concurrency",
        "requests_per_minute",
        "timeout",
        "failures",
        "park",
        "park_longest",
        "parameters",
    ];
    let mut kinds = 0;
    for section in ["captioner", "painter"] {
        for (kind, settings) in defaults[section]["kinds"].as_mapping().unwrap() {
            let settings = settings.as_mapping().unwrap();
            let mut keys: Vec<_> = settings.keys().map(|key| key.as_str().unwrap()).collect();
            keys.retain(|key| *key != "max_tokens" || kind != "chat");
            let expected = if kind == "builtin" { &common[..1] } else { &common[..] };
            assert_eq!(keys, expected, "{section}: {kind:?}");
            kinds += 1;
        }
    }
    assert_eq!(kinds, 7);
}
