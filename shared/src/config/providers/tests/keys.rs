//! Keys and addresses of providers: found where the settings say, and never shown.

use secrecy::ExposeSecret;

use crate::config::{Config, ConfigError};

const KEY: &str = "hf_s3cr3tKey";

/// One chat provider with these settings.
fn chat(settings: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let list = format!("[{{kind: chat, {settings}}}]");
    let variables = [&[("REDRAW__CAPTIONER__PROVIDERS", &list[..])], variables].concat();
    Config::load(None, variables.iter().map(|(name, value)| ((*name).into(), (*value).into())))
}

/// The refusal in all its forms, without the key.
fn refusal(settings: &str, variables: &[(&str, &str)]) -> String {
    let error = chat(settings, variables).expect_err(settings);
    let told = format!("{error} {error:?}");
    assert!(!told.contains("s3cr3t"), "{settings}: {told}");
    assert!(told.contains("captioner.providers[0]"), "{settings}: {told}");
    told
}

fn key_of(config: &Config) -> &str {
    config.captioner.providers[0].key().unwrap().unwrap().expose_secret()
}

/// Why a key cannot be used, without it. The settings can: not every program asks every provider.
fn lack(settings: &str, variables: &[(&str, &str)]) -> String {
    let config = chat(settings, variables).expect(settings);
    let told = format!("{:?} {config:?}", config.captioner.providers[0].key().unwrap_err());
    assert!(!told.contains("s3cr3t"), "{settings}: {told}");
    told
}

#[test]
fn a_key_comes_from_a_variable_or_a_file_and_is_not_shown() {
    let config = chat("key_env: HF_TOKEN", &[("HF_TOKEN", &format!(" {KEY}\n"))]).unwrap();
    assert_eq!(key_of(&config), KEY);
    assert!(!format!("{config:?}").contains("s3cr3t"));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{KEY}\r\n")).unwrap();
    let config = chat(&format!("key_file: {}", file.path().display()), &[]).unwrap();
    assert_eq!(key_of(&config), KEY);
    assert!(!format!("{config:?}").contains("s3cr3t"));
}

#[test]
fn a_key_that_is_missing_empty_or_odd_is_told_to_who_needs_it_and_not_shown() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    let empty = format!("key_file: {}", empty.path().display());
    assert!(lack("key_env: HF_TOKEN", &[]).contains("HF_TOKEN"));
    assert!(lack("key_file: /nowhere/token", &[]).contains("/nowhere/token"));
    for value in ["", "  \n"] {
        assert!(lack("key_env: HF_TOKEN", &[("HF_TOKEN", value)]).contains("empty"));
    }
    assert!(lack(&empty, &[]).contains("empty"));
    for value in ["hf_s3cr3t key", "hf_s3cr3t\u{7f}", "hf_s3cr3t\nsecond", "hf_s3cr3tق"] {
        assert!(lack("key_env: HF_TOKEN", &[("HF_TOKEN", value)]).contains("odd"));
    }
    let both = format!("key_env: HF_TOKEN, {empty}");
    assert!(refusal(&both, &[("HF_TOKEN", KEY)]).contains("not both"));
}

#[test]
fn a_key_in_the_wrong_place_is_refused_and_not_shown() {
    assert!(refusal(&format!("key_env: {KEY}"), &[]).contains("not the key itself"));
    refusal(&format!("key: {KEY}"), &[]);
    for url in ["https://s3cr3t@a.example", "https://me:s3cr3t@a.example"] {
        assert!(refusal(&format!("url: '{url}'"), &[]).contains("must hold no key"));
    }
    refusal("url: 'https://me:s3cr3t@'", &[]);
}

#[test]
fn the_router_wants_a_key_and_others_need_none() {
    assert!(refusal("name: x", &[]).contains("wants a token"));
    assert!(refusal("url: 'https://router.huggingface.co/nscale'", &[]).contains("HF_TOKEN"));
    assert!(matches!(
        chat("url: 'http://localhost:8080'", &[]).unwrap().captioner.providers[0].key(),
        Ok(None)
    ));
}

#[test]
fn the_address_that_was_switched_off_is_refused_with_the_one_that_took_its_place() {
    let url = "url: 'https://api-inference.huggingface.co/models/x', key_env: HF_TOKEN";
    let error = refusal(url, &[("HF_TOKEN", KEY)]);
    assert!(error.contains("router.huggingface.co"), "{error}");
}

#[test]
fn an_address_that_is_none_is_refused() {
    for url in ["''", "localhost", "'ftp://a.example'", "'file:///etc/passwd'", "'https://'"] {
        assert!(refusal(&format!("url: {url}"), &[]).contains("url"), "{url}");
    }
    assert!(refusal("concurrency: 0", &[]).contains("concurrency"));
}
