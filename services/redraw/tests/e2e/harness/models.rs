//! A model server: speaks as the vendors do, demands its key, counts its calls, and misbehaves when it
//! is told to. What sees and paints behind it are the built-in captioner and painter.

mod call;
mod conversation;
mod fault;
mod mood;
mod queue;
mod tally;
mod vendors;

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use tokio::sync::oneshot;
use uuid::Uuid;

pub use self::call::Call;
pub use self::fault::Fault;
pub use self::tally::Tally;

use self::mood::Mood;
use self::queue::Queue;

/// Environment variable that holds the key, wherever a test's redraw runs.
pub const KEY_ENV: &str = "MODEL_SERVER_KEY";

/// Ends when it is dropped.
pub struct Models {
    /// Such as `http://127.0.0.1:40123`.
    pub url: String,
    state: Arc<State>,
    _stop: oneshot::Sender<()>,
}

/// What all connections share.
struct State {
    url: String,
    mood: Mutex<Mood>,
    tally: Mutex<Tally>,
    queue: Mutex<Queue>,
}

impl Models {
    /// Has a thread of its own, so that it can outlive the test which needed it first.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            url: url.clone(),
            mood: Mutex::new(Mood::Well),
            tally: Mutex::default(),
            queue: Mutex::default(),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let theirs = Arc::clone(&state);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    () = conversation::serve(listener, theirs) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        });
        Self { url, state, _stop: stop }
    }

    /// One for all tests of this process that need none of their own.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Models> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// The key that every server of this process demands. Begins as HuggingFace's do.
    pub fn key() -> &'static str {
        static KEY: OnceLock<String> = OnceLock::new();
        KEY.get_or_init(|| format!("hf_{}", Uuid::new_v4().simple()))
    }

    /// An entry of `captioner.providers` or `painter.providers`; `more` settings, such as
    /// `park: 1s, failures: 2`.
    pub fn provider(&self, kind: &str, more: &str) -> String {
        let path = match kind {
            "image_to_text" | "text_to_image" => "/models/{model}",
            "fal" => "/fal-ai",
            _ => "",
        };
        let more = if more.is_empty() { String::new() } else { format!(", {more}") };
        format!("{{ kind: {kind}, url: '{}{path}', key_env: {KEY_ENV}{more} }}", self.url)
    }

    /// Serves everybody well, from now on.
    pub fn behave(&self) {
        *self.mood() = Mood::Well;
    }

    /// Does this to every call, from now on.
    pub fn always(&self, fault: Fault) {
        *self.mood() = Mood::Always(None, fault);
    }

    /// Does this to every call of one kind, from now on, and serves the others well.
    pub fn always_to(&self, call: Call, fault: Fault) {
        *self.mood() = Mood::Always(Some(call), fault);
    }

    /// Fails so many of a hundred calls, from now on, in any way that passes; the seed says which.
    pub fn fail_sometimes(&self, percent: u32, seed: u128) {
        *self.mood() = Mood::sometimes(percent, seed);
    }

    /// What was asked of it so far, and what came of it.
    pub fn tally(&self) -> Tally {
        self.state.tally().clone()
    }

    fn mood(&self) -> MutexGuard<'_, Mood> {
        self.state.mood.lock().unwrap()
    }
}

impl State {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap()
    }
}
