//! The HTTP client, with the bounds that a bare one lacks.

use std::time::Duration;

use reqwest::Client;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// A client whose calls take no longer than `timeout` from connect to the last byte. Proxies of the
/// environment (`HTTPS_PROXY`, `NO_PROXY`) are honoured.
///
/// # Errors
///
/// When the system's certificates cannot be read.
pub fn client(timeout: Duration) -> reqwest::Result<Client> {
    Client::builder()
        .user_agent(concat!("redraw/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(timeout)
        .build()
}
