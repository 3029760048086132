//! Where the servers are: the KEY=VALUE lines of the file that `REDRAW_TEST_SERVERS` names.

use std::collections::HashMap;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use shared::config::{Config, TlsConfig};
use shared::tls::Roots;

/// What a test that hangs may take.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A line of the file.
pub fn value(key: &str) -> String {
    lines().remove(key).unwrap_or_else(|| panic!("{key} is not set"))
}

/// The settings of a redraw on these servers; with `REDRAW_TEST_POOLER`, through PgBouncer.
pub fn config() -> Config {
    shared::crypto::install();
    let ours = lines().into_iter().filter(|(key, _)| key.starts_with("REDRAW__"));
    let mut config = Config::load(None, ours).unwrap();
    if std::env::var_os("REDRAW_TEST_POOLER").is_some() {
        config.database.url = value("SERVERS_POOLER_URL").into();
        config.database.pooler = true;
    }
    config
}

/// With the private authority of the servers.
pub fn roots() -> Roots {
    Roots::load(&config().tls).unwrap()
}

/// Without it.
pub fn public_roots() -> Roots {
    shared::crypto::install();
    Roots::load(&TlsConfig { roots_file: String::new() }).unwrap()
}

/// A URL that leads to `address` in place of the server itself.
pub fn through(url: &SecretString, address: std::net::SocketAddr) -> SecretString {
    let mut url: reqwest::Url = url.expose_secret().parse().unwrap();
    url.set_port(Some(address.port())).unwrap();
    url.to_string().into()
}

/// Where a URL leads.
pub fn address_of(url: &str) -> std::net::SocketAddr {
    let url: reqwest::Url = url.parse().unwrap();
    let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
    format!("{host}:{port}").parse().unwrap()
}

fn lines() -> HashMap<String, String> {
    let file = std::env::var("REDRAW_TEST_SERVERS")
        .expect("REDRAW_TEST_SERVERS must name the file that scripts/servers up wrote");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let pair = |line: &str| line.split_once('=').map(|(key, value)| (key.into(), value.into()));
    text.lines().filter_map(pair).collect()
}
