//! A store over TLS, with a certificate of its own making. Ends with the test.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::providers::fixtures::roots_of;
use crate::tls::Roots;

pub struct Store {
    pub port: u16,
    pub roots: Roots,
    connections: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

/// From a request's head to the whole answer.
type Answers = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

impl Store {
    /// Listens on all of 127.0.0.0/8, as `localhost`, `127.0.0.1` and `127.0.0.2`.
    pub async fn start(answers: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let names = ["localhost", "127.0.0.1", "127.0.0.2"].map(str::to_owned);
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(crate::crypto::provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let text = STANDARD.encode(cert.der());
        let file = NamedTempFile::new().unwrap();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
        std::fs::write(file.path(), pem).unwrap();
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::<AtomicUsize>::default();
        let (acceptor, count) = (TlsAcceptor::from(Arc::new(config)), Arc::clone(&connections));
        let answers: Answers = Arc::new(answers);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut talks = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                talks.spawn(answer(stream, acceptor.clone(), Arc::clone(&answers)));
            }
        });
        let roots = roots_of(file.path().to_str().unwrap());
        Self { port, roots, connections, _serving: serving }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn answer(stream: TcpStream, acceptor: TlsAcceptor, answers: Answers) {
    // A client that does not trust us goes.
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let Ok(1..) = stream.read_buf(&mut head).await else { return };
    }
    let answer = answers(&String::from_utf8_lossy(&head));
    let _ = stream.write_all(&answer).await;
    let _ = stream.shutdown().await;
}
