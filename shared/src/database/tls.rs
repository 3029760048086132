//! TLS towards PostgreSQL.

use tokio_postgres_rustls::MakeRustlsConnect;

use crate::tls::Roots;

pub fn connector(roots: &Roots) -> anyhow::Result<MakeRustlsConnect> {
    Ok(MakeRustlsConnect::new(roots.client_config()?))
}
