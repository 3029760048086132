//! TLS towards PostgreSQL, verified against the system's root certificates.

use anyhow::{Context, ensure};
use tokio_postgres_rustls::MakeRustlsConnect;

/// `SSL_CERT_FILE` and `SSL_CERT_DIR` name other roots, for a database with a private authority.
pub fn connector() -> anyhow::Result<MakeRustlsConnect> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = rustls::RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(found.certs);
    ensure!(
        taken > 0 || found.errors.is_empty(),
        "the system's root certificates cannot be read: {:?}",
        found.errors
    );
    let config = rustls::ClientConfig::builder_with_provider(crate::crypto::provider())
        .with_safe_default_protocol_versions()
        .context("TLS")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
