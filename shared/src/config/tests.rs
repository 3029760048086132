use std::time::Duration;

use secrecy::ExposeSecret;

use super::{Config, QueueArgument};

fn with(variables: &[(&str, &str)]) -> Result<Config, super::ConfigError> {
    let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(None, owned)
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[test]
fn the_checked_in_file_holds_every_setting() {
    let config = with(&[]).unwrap();
    assert_eq!(config.generator.interval, Duration::from_secs(10));
}

#[test]
fn a_file_needs_only_what_differs_and_the_environment_stands_above_it() {
    let file = file("generator:\n  interval: 3s\n  concurrency: 7\n");
    let variables = [("REDRAW__GENERATOR__INTERVAL".to_owned(), "4s".to_owned())];
    let config = Config::load(Some(file.path()), variables).unwrap();
    assert_eq!(config.generator.interval, Duration::from_secs(4));
    assert_eq!(config.generator.concurrency, 7);
}

#[test]
fn unknown_keys_are_errors_that_name_the_key() {
    let file = file("mail:\n  form: me@example.com\n");
    let error = Config::load(Some(file.path()), []).unwrap_err().to_string();
    assert!(error.contains("`mail.form`"), "{error}");
    let error = with(&[("REDRAW__MIAL__URL", "x")]).unwrap_err().to_string();
    assert!(error.contains("REDRAW__MIAL__URL"), "{error}");
}

#[test]
fn a_secret_is_read_from_a_file_and_never_shown() {
    let secret = file("s3cr3t-value\n");
    let path = secret.path().to_str().unwrap();
    let config = with(&[("REDRAW__STORAGE__SECRET_KEY_FILE", path)]).unwrap();
    assert_eq!(config.storage.secret_key.expose_secret(), "s3cr3t-value");
    assert!(!format!("{config:?}").contains("s3cr3t-value"));
}

#[test]
fn text_that_looks_like_a_number_stays_text() {
    let config = with(&[("REDRAW__STORAGE__ACCESS_KEY", "0123")]).unwrap();
    assert_eq!(config.storage.access_key, "0123");
}

#[test]
fn an_unreadable_value_is_refused_and_its_key_named() {
    let error = with(&[("REDRAW__REGISTER__MAX_PIXELS", "many")]).unwrap_err().to_string();
    assert!(error.contains("register.max_pixels"), "{error}");
}

#[test]
fn queues_are_named_by_file_and_by_variable_and_new_kinds_may_come() {
    let file = file(
        "broker:\n  queues:\n    moderate: adverts\n  queue_arguments:\n    x-max-length: 5\n",
    );
    let variables = [("REDRAW__BROKER__QUEUES__CAPTION".to_owned(), "theirs".to_owned())];
    let config = Config::load(Some(file.path()), variables).unwrap().broker;
    assert_eq!(config.queues["caption"], "theirs");
    assert_eq!(config.queues["moderate"], "adverts");
    assert_eq!(config.queues["notify"], "redraw.notify");
    assert_eq!(config.queue_arguments["x-max-length"], QueueArgument::Number(5));
}

#[test]
fn arguments_of_queues_may_come_from_a_variable() {
    let arguments = "{x-max-length: 7, x-overflow: drop-head, x-single-active-consumer: true}";
    let config = with(&[("REDRAW__BROKER__QUEUE_ARGUMENTS", arguments)]).unwrap().broker;
    assert_eq!(config.queue_arguments["x-max-length"], QueueArgument::Number(7));
    assert_eq!(config.queue_arguments["x-overflow"], QueueArgument::Text("drop-head".to_owned()));
    assert_eq!(config.queue_arguments["x-single-active-consumer"], QueueArgument::Switch(true));
    assert!(with(&[("REDRAW__BROKER__QUEUE_ARGUMENTS", "many")]).is_err());
    assert!(with(&[("REDRAW__BROKER", "{}")]).is_err());
}
