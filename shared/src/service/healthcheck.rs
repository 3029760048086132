//! A process asks another of its kind whether it lives: the `HEALTHCHECK` of an image, which has no
//! other program to do it with.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::config::TlsConfig;
use crate::http;
use crate::tls::Roots;

/// Whoever lives answers `/healthz` in far less.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks for `/healthz` where a service with this `listen` answers, from the same host.
///
/// # Errors
///
/// When it is not answered with a 2xx within three seconds.
pub async fn ask(listen: SocketAddr, tls: &TlsConfig) -> anyhow::Result<()> {
    ensure!(listen.port() != 0, "the system chose its port: nobody can tell which");
    let url = format!("http://{}/healthz", reachable(listen));
    // A proxy of the environment is for the outside.
    let client = http::builder(PATIENCE, &Roots::load(tls)?)?.no_proxy().build()?;
    let unwell = || format!("{url} does not answer as it should");
    let answer = client.get(&url).send().await.with_context(unwell)?;
    answer.error_for_status().map(drop).with_context(unwell)
}

/// Who listens everywhere is asked on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other.ip(),
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use wiremock::matchers::path;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::reachable;
    use crate::config::TlsConfig;

    async fn ask(listen: SocketAddr) -> anyhow::Result<()> {
        super::ask(listen, &TlsConfig { roots_file: String::new() }).await
    }

    #[test]
    fn who_listens_everywhere_is_asked_on_loopback() {
        for (listen, asked) in [
            ("0.0.0.0:8000", "127.0.0.1:8000"),
            ("[::]:8000", "[::1]:8000"),
            ("10.0.0.7:8000", "10.0.0.7:8000"),
        ] {
            let listen: SocketAddr = listen.parse().unwrap();
            assert_eq!(reachable(listen).to_string(), asked);
        }
    }

    #[tokio::test]
    async fn only_an_answer_that_says_well_is_taken_for_one() {
        crate::crypto::install();
        let server = MockServer::start().await;
        let mut listen = *server.address();
        assert!(ask(listen).await.unwrap_err().to_string().contains("/healthz"));
        Mock::given(path("/healthz")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
        ask(listen).await.unwrap();
        drop(server);
        listen.set_port(1);
        ask(listen).await.unwrap_err();
        listen.set_port(0);
        ask(listen).await.unwrap_err();
    }
}
