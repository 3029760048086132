//! Whether mail goes out: asked now and then, however often we are asked, and nobody waits for it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::PATIENCE;
use crate::lifecycle::Lifecycle;
use crate::mail::Mailer;

/// An answer is good for this long: a mail server takes it ill to be called all the time.
const GOOD_FOR: Duration = Duration::from_secs(10);

/// An older answer than this says nothing about now.
const FORGOTTEN: Duration = Duration::from_mins(1);

/// Who asks while nothing is known waits for this long; then mail counts as away.
const FIRST_ANSWER: Duration = Duration::from_millis(500);

/// Looks at the mail server, once somebody said that this process sends mail. Cheap to clone.
#[derive(Clone)]
pub struct MailWatch {
    mailer: Arc<OnceLock<Mailer>>,
    seen: watch::Sender<Seen>,
    lifecycle: Lifecycle,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    answer: Option<(Instant, bool)>,
    /// Somebody is on the way to the server.
    asking: bool,
}

impl Seen {
    fn no_older_than(self, age: Duration) -> Option<bool> {
        self.answer.filter(|(when, _)| when.elapsed() < age).map(|(_, well)| well)
    }
}

impl MailWatch {
    pub fn new(lifecycle: Lifecycle) -> Self {
        Self { mailer: Arc::default(), seen: watch::Sender::default(), lifecycle }
    }

    /// From now on this is looked at.
    pub fn begin(&self, mailer: Mailer) {
        // A second one would be the same.
        let _ = self.mailer.set(mailer);
    }

    /// Whether mail would be taken, as of the last look; none, if this process sends none.
    pub async fn look(&self) -> Option<bool> {
        self.refresh(self.mailer.get()?);
        let mut seen = self.seen.subscribe();
        let known = seen.wait_for(|seen| seen.no_older_than(FORGOTTEN).is_some());
        let known = tokio::time::timeout(FIRST_ANSWER, known).await;
        // It cannot be closed: we hold the other end.
        Some(matches!(known, Ok(Ok(seen)) if seen.answer.is_some_and(|(_, well)| well)))
    }

    /// Sends somebody to the server, if the answer is not good any more and nobody is on the way.
    fn refresh(&self, mailer: &Mailer) {
        let needed = self.seen.send_if_modified(|seen| {
            let needed = !seen.asking && seen.no_older_than(GOOD_FOR).is_none();
            seen.asking |= needed;
            needed
        });
        if !needed {
            return;
        }
        let (mailer, seen) = (mailer.clone(), self.seen.clone());
        self.lifecycle.spawn_detached("mail watch", async move {
            let well = matches!(tokio::time::timeout(PATIENCE, mailer.ping()).await, Ok(Ok(())));
            seen.send_replace(Seen { answer: Some((Instant::now(), well)), asking: false });
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    use super::{GOOD_FOR, MailWatch, Seen};
    use crate::config::{MailConfig, TlsConfig};
    use crate::lifecycle::Lifecycle;
    use crate::mail::Mailer;
    use crate::tls::Roots;

    async fn watch() -> (TcpListener, MailWatch) {
        crate::crypto::install();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap()).into();
        let from = "redraw@example.org".parse().unwrap();
        let config = MailConfig { url, from, timeout: Duration::from_secs(5) };
        let roots = Roots::load(&TlsConfig { roots_file: String::new() }).unwrap();
        let watch = MailWatch::new(Lifecycle::new());
        assert_eq!(watch.look().await, None);
        watch.begin(Mailer::new(&config, &roots).unwrap());
        (listener, watch)
    }

    #[tokio::test]
    async fn the_server_is_not_called_for_each_look() {
        let (listener, watch) = watch().await;
        let hanging_up = async {
            let (stream, _) = listener.accept().await.unwrap();
            drop(stream);
        };
        let (seen, ()) = tokio::join!(watch.look(), hanging_up);
        assert_eq!(seen, Some(false));
        watch.seen.subscribe().wait_for(|seen| !seen.asking).await.unwrap();
        assert_eq!(watch.look().await, Some(false));
        assert!(!watch.seen.borrow().asking, "called again");
    }

    #[tokio::test]
    async fn a_silent_server_is_called_once_and_holds_nobody_up() {
        let (listener, watch) = watch().await;
        // Nothing is known, and nothing comes.
        assert_eq!(watch.look().await, Some(false));
        let _silent = listener.accept().await.unwrap();
        let old = Instant::now().checked_sub(GOOD_FOR).unwrap();
        watch.seen.send_replace(Seen { answer: Some((old, true)), asking: false });
        for _ in 0..3 {
            // At once: the first poll has the answer.
            assert_eq!(watch.look().now_or_never(), Some(Some(true)));
        }
        let _silent = listener.accept().await.unwrap();
        assert!(watch.seen.borrow().asking);
        assert!(listener.accept().now_or_never().is_none(), "called twice");
    }
}
