//! The page on models: its table is the one that the code goes by, and its blocks can be pasted.

use std::path::{Path, PathBuf};

use shared::config::Config;
use shared::providers::{Board, as_markdown};
use shared::tls::Roots;

const BEGIN: &str = "<!-- table -->\n";
const END: &str = "<!-- /table -->";

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

#[test]
fn the_table_of_errors_is_the_one_that_is_gone_by() {
    let file = page("docs/providers.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    if std::env::var("UPDATE_TABLE").is_ok_and(|value| value == "1") {
        let text = format!("{before}{BEGIN}\n{}\n{END}{after}", as_markdown());
        return std::fs::write(&file, text).unwrap();
    }
    assert_eq!(
        table.trim(),
        as_markdown().trim(),
        "if that was meant: UPDATE_TABLE=1 cargo test --locked -p redraw --test e2e table_of_errors"
    );
}

#[test]
fn every_block_can_be_pasted() {
    shared::crypto::install();
    let mut pasted = 0;
    for name in ["docs/providers.md", "README.md"] {
        let text = std::fs::read_to_string(page(name)).unwrap();
        for block in text.split("```yaml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), block).unwrap();
            let keys = [("HF_TOKEN", "hf_made_up"), ("FAL_KEY", "made-up")];
            let keys = keys.map(|(name, key)| (name.to_owned(), key.to_owned()));
            let config = Config::load(Some(file.path()), keys);
            let config = config.unwrap_or_else(|error| panic!("{error}\n{block}"));
            let roots = Roots::load(&config.tls).unwrap();
            caption::captioner::roster(&config, &roots, &Board::default())
                .unwrap_or_else(|error| panic!("{error:#}\n{block}"));
            generator::painter::roster(&config, &roots, &Board::default())
                .unwrap_or_else(|error| panic!("{error:#}\n{block}"));
            pasted += 1;
        }
    }
    assert!(pasted >= 10, "{pasted}");
}
