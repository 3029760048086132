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
    silent: Arc<AtomicUsize>,
    _carrying: JoinSet<()>,
}

impl Wire {
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, state) = watch::channel(State::Whole);
        let (taken, silent) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (count, hushed) = (Arc::clone(&taken), Arc::clone(&silent));
        let mut carrying = JoinSet::new();
        carrying.spawn(async move {
            let mut wires = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                if *state.borrow() != State::Cut {
                    wires.spawn(carry(stream, target, state.clone(), Arc::clone(&hushed)));
                }
            }
        });
        Self { address, state: sender, taken, silent, _carrying: carrying }
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// Connections that have fallen silent, and whose peer has not given up yet.
    pub fn silent(&self) -> usize {
        self.silent.load(Ordering::SeqCst)
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

async fn carry(
    mut near: TcpStream,
    target: SocketAddr,
    mut state: watch::Receiver<State>,
    silent: Arc<AtomicUsize>,
) {
    if *state.borrow() == State::Whole {
        let Ok(mut far) = TcpStream::connect(target).await else { return };
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => return,
            _ = state.wait_for(|state| *state != State::Whole) => {}
        }
        // The far end is let go; the near one hears nothing of it, ever.
    }
    if *state.borrow() == State::Silent {
        silent.fetch_add(1, Ordering::SeqCst);
        let mut nowhere = tokio::io::sink();
        tokio::select! {
            _ = tokio::io::copy(&mut near, &mut nowhere) => {}
            _ = state.wait_for(|state| *state == State::Cut) => {}
        }
        silent.fetch_sub(1, Ordering::SeqCst);
    }
}
