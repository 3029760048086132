//! The one TLS provider of the process: rustls with aws-lc-rs.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};

/// Makes it the provider of everybody who does not choose. First thing in `main`.
pub fn install() {
    // A second installation fails, and changes nothing.
    let _ = aws_lc_rs::default_provider().install_default();
}

/// For those who are asked which.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    let fallback = || Arc::new(aws_lc_rs::default_provider());
    CryptoProvider::get_default().cloned().unwrap_or_else(fallback)
}
