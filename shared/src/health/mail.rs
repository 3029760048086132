//! Whether mail goes out: asked now and then, however often we are asked.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::PATIENCE;
use crate::mail::Mailer;

/// An answer is good for this long: a mail server takes it ill to be called all the time.
const GOOD_FOR: Duration = Duration::from_secs(10);

/// Looks at the mail server, once somebody said that this process sends mail. Cheap to clone.
#[derive(Clone, Default)]
pub struct MailWatch {
    mailer: Arc<OnceLock<Mailer>>,
    seen: Arc<Mutex<Option<(Instant, bool)>>>,
}

impl MailWatch {
    /// From now on this is looked at.
    pub fn begin(&self, mailer: Mailer) {
        // A second one would be the same.
        let _ = self.mailer.set(mailer);
    }

    /// Whether mail would be taken; none, if this process sends none.
    pub async fn look(&self) -> Option<bool> {
        let mailer = self.mailer.get()?;
        let mut seen = self.seen.lock().await;
        if let Some((when, well)) = *seen
            && when.elapsed() < GOOD_FOR
        {
            return Some(well);
        }
        let well = matches!(tokio::time::timeout(PATIENCE, mailer.ping()).await, Ok(Ok(())));
        *seen = Some((Instant::now(), well));
        Some(well)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::TcpListener;

    use super::MailWatch;
    use crate::config::{MailConfig, TlsConfig};
    use crate::mail::Mailer;
    use crate::tls::Roots;

    #[tokio::test]
    async fn the_server_is_not_called_for_each_look() {
        crate::crypto::install();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap()).into();
        let from = "redraw@example.org".parse().unwrap();
        let config = MailConfig { url, from, timeout: Duration::from_secs(5) };
        let roots = Roots::load(&TlsConfig { roots_file: String::new() }).unwrap();
        let watch = MailWatch::default();
        assert_eq!(watch.look().await, None);
        watch.begin(Mailer::new(&config, &roots).unwrap());
        let hanging_up = async {
            let (stream, _) = listener.accept().await.unwrap();
            drop(stream);
        };
        let (seen, ()) = tokio::join!(watch.look(), hanging_up);
        assert_eq!(seen, Some(false));
        tokio::select! {
            biased;
            _ = listener.accept() => panic!("called again"),
            seen = watch.look() => assert_eq!(seen, Some(false)),
        }
    }
}
