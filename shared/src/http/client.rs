//! The HTTP client, with the bounds that a bare one lacks.

use std::time::Duration;

use anyhow::Context;
use reqwest::{Client, ClientBuilder};

use crate::tls::Roots;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// A client whose calls take no longer than `timeout` from connect to the last byte. Proxies of the
/// environment (`HTTPS_PROXY`, `NO_PROXY`) are honoured.
///
/// # Errors
///
/// When TLS cannot be set up.
pub fn client(timeout: Duration, roots: &Roots) -> anyhow::Result<Client> {
    builder(timeout, roots)?.build().context("the HTTP client")
}

/// The same, for who wants more of it.
///
/// # Errors
///
/// When TLS cannot be set up.
pub fn builder(timeout: Duration, roots: &Roots) -> anyhow::Result<ClientBuilder> {
    let mut tls = roots.client_config()?;
    // What reqwest does by itself, were it not handed a configuration.
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Client::builder()
        .user_agent(concat!("redraw/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(timeout)
        .tls_backend_preconfigured(tls))
}
