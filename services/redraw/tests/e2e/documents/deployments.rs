//! The settings that deployments start from: as they are checked in, the programs take them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use shared::config::Config;

/// What a reader puts in for the words in capitals.
const MAIL_ADDRESS: (&str, &str) = ("YOUR-MAIL-ADDRESS", "redraw@example.com");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every `settings.yaml` below a folder.
fn settings_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            settings_below(&path, found);
        } else if path.ends_with("settings.yaml") {
            found.push(path);
        }
    }
}

fn load(text: &str) -> Config {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let keys = HashMap::from([("HF_TOKEN".to_owned(), "hf_made_up".to_owned())]);
    Config::load(Some(file.path()), keys).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The text with its last block, the models: the `#` of each line taken away.
fn with_models(text: &str) -> Option<String> {
    let begin = text.find("#captioner:")?;
    let (before, block) = text.split_at(begin);
    let block = block.lines().map(|line| line.strip_prefix('#').unwrap_or(line));
    Some(before.to_owned() + &block.collect::<Vec<_>>().join("\n"))
}

#[test]
fn the_settings_of_every_deployment_are_taken_with_and_without_models() {
    let mut files = Vec::new();
    for folder in ["docker", "hamravesh"] {
        settings_below(&root().join(folder), &mut files);
    }
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.replace(MAIL_ADDRESS.0, MAIL_ADDRESS.1);
        load(&text);
        let Some(with_models) = with_models(&text) else { continue };
        // A key that is read from a file is nowhere here.
        let keys =
            with_models.replace("key_file: /run/secrets/models/hf-token", "key_env: HF_TOKEN");
        let config = load(&keys);
        assert_ne!(config.captioner.providers[0].name, "builtin", "{}", file.display());
        assert_ne!(config.painter.providers[0].name, "builtin", "{}", file.display());
    }
}
