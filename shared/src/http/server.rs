//! The HTTP server: bound before anything is promised, stopped with the process. Once that is asked to
//! stop, connections are not kept for another request: the next one had better go elsewhere.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use poem::endpoint::BoxEndpoint;
use poem::http::uri::Scheme;
use poem::http::{HeaderValue, Version, header};
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, EndpointExt, IntoEndpoint, IntoResponse, Request, Response, Server};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::lifecycle::Lifecycle;

/// A connection on which nothing moves for this long is closed.
const IDLE: Duration = Duration::from_secs(75);

/// How long requests may go on after the door has shut; event streams end by themselves before.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// A bound port that nobody listens to yet.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

/// Binds the port.
///
/// # Errors
///
/// When somebody has it, with a hint on how to choose another.
pub async fn bind(address: SocketAddr, setting: &str) -> anyhow::Result<Bound> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; choose another address with {setting}")
    })?;
    let address = listener.local_addr()?;
    Ok(Bound { listener, address })
}

impl Bound {
    /// Where it listens; tells the port that the system chose.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shut`: [`closing`](Lifecycle::closing) where people come in, and
    /// [`stopping`](Lifecycle::stopping) where nobody does.
    pub fn serve<E>(self, endpoint: E, lifecycle: &Lifecycle, shut: CancellationToken)
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
        <E::Endpoint as poem::Endpoint>::Output: IntoResponse,
    {
        let (stopping, aborting) = (lifecycle.stopping(), lifecycle.aborting());
        let endpoint: BoxEndpoint<'static, Response> = endpoint
            .into_endpoint()
            .map_to_response()
            .around(move |endpoint, request| answer(endpoint, request, stopping.clone()))
            .boxed();
        lifecycle.spawn("http", async move {
            let server = Server::new_with_acceptor(self).idle_timeout(IDLE);
            let serving = server.run_with_graceful_shutdown(
                endpoint,
                shut.cancelled_owned(),
                Some(LAST_REQUESTS),
            );
            tokio::select! {
                outcome = serving => outcome.context("the HTTP server"),
                // A short grace: requests that still go on are cut.
                () = aborting.cancelled() => Ok(()),
            }
        });
    }
}

/// The answer; once the process is asked to stop, with a word to whoever would keep the connection.
async fn answer<E: Endpoint<Output = Response>>(
    endpoint: std::sync::Arc<E>,
    request: Request,
    stopping: CancellationToken,
) -> poem::Result<Response> {
    // HTTP/2 has no such header (RFC 9113, section 8.2.2).
    let may_be_kept = request.version() <= Version::HTTP_11;
    let mut response = endpoint.call(request).await?;
    if may_be_kept && stopping.is_cancelled() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

impl Acceptor for Bound {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![LocalAddr(self.address.into())]
    }

    async fn accept(&mut self) -> std::io::Result<(TcpStream, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, remote) = self.listener.accept().await?;
        // Small answers must not wait for Nagle's algorithm.
        stream.set_nodelay(true)?;
        Ok((stream, LocalAddr(self.address.into()), RemoteAddr(remote.into()), Scheme::HTTP))
    }
}
