//! TLS towards the broker: verified against the system's root certificates, and the user's own.

use anyhow::{Context, ensure};
use lapin::tcp::RustlsConnector;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::TlsConfig;

/// A connector that takes the authorities of the system, and those in `tls.roots_file`.
///
/// # Errors
///
/// When neither names any authority, or the file cannot be read.
pub fn connector(tls: &TlsConfig) -> anyhow::Result<RustlsConnector> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if !tls.roots_file.is_empty() {
        let whose = || format!("tls.roots_file: {}", tls.roots_file);
        for certificate in CertificateDer::pem_file_iter(&tls.roots_file).with_context(whose)? {
            roots.add(certificate.with_context(whose)?).with_context(whose)?;
        }
    }
    ensure!(!roots.is_empty(), "there are no root certificates: {:?}", found.errors);
    let config = rustls::ClientConfig::builder_with_provider(crate::crypto::provider())
        .with_safe_default_protocol_versions()
        .context("TLS")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config.into())
}
