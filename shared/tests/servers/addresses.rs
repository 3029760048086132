//! Where the servers are.

/// A value of the file that `REDRAW_TEST_SERVERS` names.
pub fn address(key: &str) -> String {
    let file = std::env::var("REDRAW_TEST_SERVERS").unwrap_or_else(|_| {
        panic!("REDRAW_TEST_SERVERS must name var/servers/env; `scripts/servers up` writes it")
    });
    let text = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{file}: {error}; is `scripts/servers up` done?"));
    text.lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .unwrap_or_else(|| panic!("{file} does not say {key}"))
        .to_owned()
}
