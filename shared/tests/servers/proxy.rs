//! A wire to a server that a test can cut, mend, and have fall silent.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

#[derive(Clone, Copy, PartialEq)]
enum State {
    Whole,
    Cut,
    Silent,
}

/// Ends with the test.
pub struct Proxy {
    pub address: SocketAddr,
    state: watch::Sender<State>,
    silent: Arc<AtomicUsize>,
    task: AbortHandle,
}

impl Proxy {
    pub async fn start(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, state) = watch::channel(State::Whole);
        let silent = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&silent);
        let task = tokio::spawn(async move {
            let mut wires = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                if *state.borrow() != State::Cut {
                    wires.spawn(carry(stream, target.clone(), state.clone(), Arc::clone(&count)));
                }
            }
        });
        Self { address, state: sender, silent, task: task.abort_handle() }
    }

    /// Connections break, and new ones are closed at once.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Connections are taken, and nothing moves on any.
    pub fn silence(&self) {
        self.state.send_replace(State::Silent);
    }

    /// Connections that have fallen silent, and whose peer has not given up yet.
    pub fn silent(&self) -> usize {
        self.silent.load(Ordering::SeqCst)
    }

    /// New connections work. Those that have fallen silent stay so.
    pub fn mend(&self) {
        self.state.send_replace(State::Whole);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(
    mut near: TcpStream,
    target: String,
    mut state: watch::Receiver<State>,
    silent: Arc<AtomicUsize>,
) {
    if *state.borrow() == State::Whole {
        let Ok(mut far) = TcpStream::connect(target).await else { return };
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => return,
            _ = state.wait_for(|state| *state != State::Whole) => {}
        }
    }
    if *state.borrow() == State::Silent {
        // The far end is let go; the near one hears nothing of it, ever.
        silent.fetch_add(1, Ordering::SeqCst);
        let _ = tokio::io::copy(&mut near, &mut tokio::io::sink()).await;
        silent.fetch_sub(1, Ordering::SeqCst);
    }
}
