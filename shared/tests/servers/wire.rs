//! A wire to a server that can fall silent, as a frozen server or a lost route does: connections are
//! taken and acknowledged, and nothing moves on any.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Whole,
    Cut,
    Silent,
}

/// Ends with the test.
pub struct Wire {
    pub address: SocketAddr,
    state: watch::Sender<State>,
    taken: Arc<AtomicUsize>,
    _carrying: JoinSet<()>,
}

impl Wire {
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, state) = watch::channel(State::Whole);
        let taken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&taken);
        let mut carrying = JoinSet::new();
        carrying.spawn(async move {
            let mut wires = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                if *state.borrow() != State::Cut {
                    wires.spawn(carry(stream, target, state.clone()));
                }
            }
        });
        Self { address, state: sender, taken, _carrying: carrying }
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    pub fn fall_silent(&self) {
        self.state.send_replace(State::Silent);
    }

    /// Connections break, and new ones are closed at once.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Connections that fell silent stay so; new ones are carried.
    pub fn mend(&self) {
        self.state.send_replace(State::Whole);
    }
}

async fn carry(mut near: TcpStream, target: SocketAddr, mut state: watch::Receiver<State>) {
    let Ok(mut far) = TcpStream::connect(target).await else { return };
    if *state.borrow() == State::Whole {
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => return,
            _ = state.wait_for(|state| *state != State::Whole) => {}
        }
    }
    let _ = state.wait_for(|state| *state == State::Cut).await;
}
