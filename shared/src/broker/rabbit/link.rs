//! A connection that ends when it is told to.
//!
//! The client runs each connection on a thread of its own, which waits for the socket for as long
//! as it takes: for a server that accepts and never answers, or one that has blocked us, for ever.
//! So we keep a handle on the socket, and shut it down whenever a connection is given up.

use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::tcp::AsyncTcpStream;
use lapin::{Channel, Connection, ConnectionProperties};

use super::address;
use super::server::Server;
use super::trouble::Failure;

/// How often to look whether a connection on which nothing happens is still there.
const GLANCE: Duration = Duration::from_millis(500);

/// An open connection. Dropped without [`close`](Link::close) it is cut.
pub struct Link {
    connection: Connection,
    _hold: Hold,
}

/// The second handle on a connection's socket.
#[derive(Clone, Default)]
struct Socket(Arc<Mutex<State>>);

#[derive(Default)]
enum State {
    #[default]
    Expected,
    Open(TcpStream),
    GivenUp,
}

/// As long as it is held the socket may be open.
struct Hold(Socket);

impl Link {
    /// Connects and logs in, within `broker.timeout`. `name` is shown in RabbitMQ's console.
    pub async fn open(server: &Server, name: &str) -> Result<Self, Failure> {
        let socket = Socket::default();
        let hold = Hold(socket.clone());
        let name = format!("redraw {name} (process {})", std::process::id());
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let (tls, timeout, kept) = (server.tls.clone(), server.timeout, socket);
        let host = server.uri.authority.host.clone();
        let address = (host.clone(), server.uri.authority.port);
        let connecting = Connection::connector(
            server.uri.clone(),
            lapin::runtime::default_runtime()?,
            async move |_, runtime| {
                let connected = async {
                    let addresses: Vec<SocketAddr> =
                        tokio::net::lookup_host(address.clone()).await?.collect();
                    let stream = AsyncTcpStream::connect(&runtime, addresses).await?;
                    if let AsyncTcpStream::Plain(plain) = &stream {
                        kept.keep(plain.get_ref())?;
                    }
                    match &tls {
                        Some(connector) => stream.into_rustls(connector, &host).await,
                        None => Ok(stream),
                    }
                };
                Ok(tokio::time::timeout(timeout, connected)
                    .await
                    .map_err(std::io::Error::from)??)
            },
            properties,
        );
        let what = address::shown(&server.uri);
        match server.in_time(&what, connecting).await {
            Ok(connection) => Ok(Self { connection, _hold: hold }),
            Err(failure) => Err(Failure { cause: format!("{what}: {}", failure.cause), ..failure }),
        }
    }

    pub async fn channel(&self, server: &Server) -> Result<Channel, Failure> {
        server.in_time("opening a channel", self.connection.create_channel()).await
    }

    /// Whether the broker has stopped to read what we publish.
    pub fn is_blocked(&self) -> bool {
        self.connection.status().blocked()
    }

    /// Returns when the connection or its channel is no more.
    pub async fn lost(&self, channel: &Channel) -> Failure {
        while self.connection.status().connected() && channel.status().connected() {
            tokio::time::sleep(GLANCE).await;
        }
        Failure::away("the connection or its channel was closed")
    }

    /// Takes leave, as far as that is possible in time.
    pub async fn close(self, server: &Server) {
        let goodbye = self.connection.close(200, "goodbye".into());
        if let Err(Failure { cause, .. }) = server.in_time("closing", goodbye).await {
            tracing::debug!(cause, "a connection to the broker was not closed well");
        }
    }
}

impl Socket {
    /// # Errors
    ///
    /// When nobody waits for the connection any more.
    fn keep(&self, stream: &tokio::net::TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let handle = TcpStream::from(stream.as_fd().try_clone_to_owned()?);
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::GivenUp) {
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        *state = State::Open(handle);
        Ok(())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Open(stream) = std::mem::replace(&mut *state, State::GivenUp) {
            // An error means that it is shut down already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
