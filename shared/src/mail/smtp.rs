//! Mail by SMTP: connections that are kept and used again, one conversation a mail.
//!
//! `lettre` has a pool of its own, but a conversation that is dropped half-way (a deadline, a lost
//! lease) goes back into it, and the next mail would take the answers that were meant for the last.

mod conversation;
mod inspection;
mod refusal;
mod server;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::anyhow;
use lettre::Message;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::time::Instant;

use super::MailError;
use crate::tls::Roots;

pub use self::inspection::SmtpFindings;
use self::refusal::Refusal;
use self::server::Server;

/// Connections that are kept for the next mail.
const MOST_KEPT: usize = 4;

/// Servers close an idle connection after minutes (RFC 5321, section 4.5.3.2.7: five); we do earlier.
const IDLE: Duration = Duration::from_mins(1);

/// A connection that does not answer within this time, between two mails, is none.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);

/// A mail server. Cheap to clone.
#[derive(Clone)]
pub struct Smtp {
    server: Arc<Server>,
    /// For a whole conversation, connecting included.
    timeout: Duration,
    kept: Arc<Mutex<Vec<Kept>>>,
}

struct Kept {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl Smtp {
    /// Connects to nothing yet.
    pub fn new(url: &str, timeout: Duration, roots: &Roots) -> anyhow::Result<Self> {
        let server = Server::parse(url, roots)?;
        if server.may_show_its_password() {
            tracing::warn!(
                "mail.url has a password, and nothing there keeps it from going over the network \
                 as it is: smtps://, or smtp://...?tls=required, does"
            );
        }
        Ok(Self { server: Arc::new(server), timeout, kept: Arc::default() })
    }

    pub async fn send(&self, message: &Message) -> Result<(), MailError> {
        let conversation = tokio::time::timeout(self.timeout, self.converse(message));
        let silent = || Err(MailError::Passing(anyhow!("it did not end in time")));
        let (connection, outcome) = conversation.await.unwrap_or_else(|_| silent())?;
        // After the conversation's time: whatever comes of the connection, the answer stands.
        self.put_back(connection, &outcome).await;
        outcome.map_err(Refusal::into_error)
    }

    /// Whether the server takes us in.
    pub async fn ping(&self) -> Result<(), MailError> {
        let looking = async {
            if let Some(connection) = self.take_kept().await {
                self.keep(connection);
                return Ok(());
            }
            self.keep(self.connect().await?);
            Ok(())
        };
        let silent = || Err(MailError::Passing(anyhow!("it does not answer in time")));
        tokio::time::timeout(self.timeout, looking).await.unwrap_or_else(|_| silent())
    }

    /// What the server said of the mail, and over which connection.
    async fn converse(
        &self,
        message: &Message,
    ) -> Result<(AsyncSmtpConnection, Result<(), Refusal>), MailError> {
        if let Some(mut connection) = self.take_kept().await {
            match conversation::hold(&mut connection, message).await {
                // It was about to close: nothing was taken, and another is better.
                Err(refusal) if refusal.is_the_connections() => {}
                outcome => return Ok((connection, outcome)),
            }
        }
        let mut connection = self.connect().await?;
        let outcome = conversation::hold(&mut connection, message).await;
        Ok((connection, outcome))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        // Whatever goes wrong here is the operator's to mend, also what the server calls permanent,
        // such as a wrong password: it says nothing about the mail.
        let connecting = self.server.connect(self.timeout).await;
        connecting
            .map_err(|(step, error)| MailError::Passing(Refusal::new(step, &error).into_cause()))
    }

    /// Keeps the connection if the server is at the beginning of a conversation again.
    async fn put_back(&self, mut connection: AsyncSmtpConnection, outcome: &Result<(), Refusal>) {
        let fresh = match outcome {
            Ok(()) => true,
            Err(refusal) if refusal.is_an_answer() => {
                let bound = SIGN_OF_LIFE.min(self.timeout);
                let reset = tokio::time::timeout(bound, conversation::reset(&mut connection));
                reset.await.unwrap_or(false)
            }
            Err(_) => false,
        };
        if fresh {
            self.keep(connection);
        }
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST_KEPT {
            kept.push(Kept { connection, since: Instant::now() });
        }
    }

    /// A connection that was kept and still lives.
    async fn take_kept(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let next = self.kept.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Kept { mut connection, since } = next?;
            if since.elapsed() > IDLE {
                continue;
            }
            let alive = tokio::time::timeout(SIGN_OF_LIFE, connection.test_connected()).await;
            match alive {
                Ok(true) => return Some(connection),
                Ok(false) => {}
                // Where one is frozen the others are: each would cost the same again.
                Err(_) => self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear(),
            }
        }
    }
}
