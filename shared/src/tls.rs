//! The root certificates that TLS connections to the parts are verified against: the public ones, the
//! system's, and those in a file of the operator's.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tempfile::NamedTempFile;

use crate::config::TlsConfig;

/// Read once at start. Cheap to clone.
#[derive(Clone)]
pub struct Roots {
    store: Arc<RootCertStore>,
    /// Those beside the public ones.
    added: Arc<[CertificateDer<'static>]>,
}

impl Roots {
    /// Reads them. `SSL_CERT_FILE` and `SSL_CERT_DIR` stand in for the system's.
    ///
    /// # Errors
    ///
    /// When the operator's file cannot be read or holds no certificate.
    pub fn load(config: &TlsConfig) -> anyhow::Result<Self> {
        let mut store = RootCertStore::empty();
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let mut added = Vec::new();
        let system = rustls_native_certs::load_native_certs();
        if system.certs.is_empty() && !system.errors.is_empty() {
            tracing::warn!(errors = ?system.errors, "the system's root certificates cannot be read");
        }
        for certificate in system.certs {
            // A system's store may hold some that are too old to be read.
            if store.add(certificate.clone()).is_ok() {
                added.push(certificate);
            }
        }
        for certificate in in_file(&config.roots_file).context("tls.roots_file")? {
            store.add(certificate.clone()).with_context(|| {
                format!("tls.roots_file: {} holds no usable certificate", config.roots_file)
            })?;
            added.push(certificate);
        }
        Ok(Self { store: Arc::new(store), added: added.into() })
    }

    /// For clients that take rustls as it is.
    ///
    /// # Errors
    ///
    /// When the process's TLS provider knows no version of TLS.
    pub fn client_config(&self) -> anyhow::Result<ClientConfig> {
        Ok(ClientConfig::builder_with_provider(crate::crypto::provider())
            .with_safe_default_protocol_versions()
            .context("TLS")?
            .with_root_certificates(Arc::clone(&self.store))
            .with_no_client_auth())
    }

    /// For clients that know the public ones by themselves: the others.
    #[must_use]
    pub fn added(&self) -> &[CertificateDer<'static>] {
        &self.added
    }

    /// For clients that read the others from a PEM file: such a file, while this value lives.
    ///
    /// # Errors
    ///
    /// When there is no room for temporary files.
    pub fn as_file(&self) -> std::io::Result<NamedTempFile> {
        use base64::Engine;
        let mut file = NamedTempFile::new()?;
        for certificate in self.added.iter() {
            let text = base64::engine::general_purpose::STANDARD.encode(certificate);
            writeln!(file, "-----BEGIN CERTIFICATE-----")?;
            for line in text.as_bytes().chunks(64) {
                file.write_all(line)?;
                writeln!(file)?;
            }
            writeln!(file, "-----END CERTIFICATE-----")?;
        }
        file.flush()?;
        Ok(file)
    }
}

/// Whether it was TLS that failed, however deep in the error that is.
#[must_use]
pub fn is_to_blame(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| (*error).source()).any(|error| {
        // An input/output error is silent about the one that it wraps: its source is that one's.
        let wrapped = error.downcast_ref().and_then(std::io::Error::get_ref);
        error.is::<rustls::Error>() || wrapped.is_some_and(|wrapped| is_to_blame(wrapped))
    })
}

fn in_file(path: &str) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let unreadable = || format!("{path} cannot be read as PEM");
    let found = CertificateDer::pem_file_iter(Path::new(path)).with_context(unreadable)?;
    let found: Vec<_> = found.collect::<Result<_, _>>().with_context(unreadable)?;
    ensure!(!found.is_empty(), "{path} holds no certificate");
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Roots, is_to_blame};
    use crate::config::TlsConfig;

    fn load(roots_file: &str) -> anyhow::Result<Roots> {
        crate::crypto::install();
        Roots::load(&TlsConfig { roots_file: roots_file.to_owned() })
    }

    #[test]
    fn a_failure_of_tls_is_found_in_whatever_wraps_it() {
        let wrap = |error| std::io::Error::other(std::io::Error::other(error));
        assert!(is_to_blame(&wrap(rustls::Error::DecryptError)));
        assert!(!is_to_blame(&std::io::Error::other("cut")));
    }

    #[test]
    fn without_a_file_the_public_ones_are_known() {
        assert!(load("").unwrap().store.len() > 50);
    }

    #[test]
    fn a_file_that_is_missing_or_holds_no_certificate_is_an_error_that_names_it() {
        let empty = tempfile::NamedTempFile::new().unwrap();
        let rubbish = tempfile::NamedTempFile::new().unwrap();
        let text = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
        std::fs::write(rubbish.path(), text).unwrap();
        for path in
            ["/nowhere/ca.pem", empty.path().to_str().unwrap(), rubbish.path().to_str().unwrap()]
        {
            let Err(error) = load(path) else { panic!("{path} was taken") };
            let error = format!("{error:#}");
            assert!(error.contains("tls.roots_file") && error.contains(path), "{error}");
        }
    }
}
