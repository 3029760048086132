//! What a look at a mail server finds: a conversation that ends before there is a mail.

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::commands::{Mail, Rset};

use super::Smtp;
use super::refusal::{Refusal, Step};
use crate::inspection::Barrier;
use crate::tls;

/// What was found behind the login.
#[derive(Debug)]
pub struct SmtpFindings {
    /// Host and port.
    pub place: String,
    pub is_encrypted: bool,
    pub is_logged_in: bool,
    /// Nothing keeps the password from going over the network as it is.
    pub may_show_its_password: bool,
    /// What the server has against our sender: a code, without its words.
    pub against_sender: Option<String>,
}

impl Smtp {
    /// Connects, encrypts, logs in and names the sender, within `mail.timeout`.
    pub async fn inspect(&self, sender: &Address) -> Result<SmtpFindings, Barrier> {
        let looking = tokio::time::timeout(self.timeout, self.look(sender)).await;
        looking.unwrap_or_else(|_| Err(Barrier::silent()))
    }

    async fn look(&self, sender: &Address) -> Result<SmtpFindings, Barrier> {
        let server = &*self.server;
        let connecting = server.connect(self.timeout).await;
        let mut connection = connecting.map_err(|(step, error)| barrier(step, &error))?;
        let named = connection.command(Mail::new(Some(sender.clone()), Vec::new())).await;
        let against_sender = match named {
            Ok(_) => None,
            // RFC 4954, section 6: it wants a login, and the URL has none.
            Err(error) if error.status().map(u16::from) == Some(530) => {
                return Err(barrier(Step::Auth, &error));
            }
            Err(error) => Some(cause(Step::Mail, &error)),
        };
        let findings = SmtpFindings {
            place: server.place(),
            is_encrypted: connection.is_encrypted(),
            is_logged_in: server.has_credentials(),
            may_show_its_password: server.may_show_its_password(),
            against_sender,
        };
        // There is to be no mail. What becomes of the leave-taking changes nothing.
        drop(connection.command(Rset).await);
        drop(connection.quit().await);
        Ok(findings)
    }
}

fn barrier(step: Step, error: &Error) -> Barrier {
    let cause = cause(step, error);
    match step {
        // The client itself says that the server does not offer it.
        Step::StartTls if error.is_client() => Barrier::Unencrypted(cause),
        Step::Auth => Barrier::Login(cause),
        Step::StartTls => Barrier::Tls(cause),
        _ if error.is_tls() || tls::is_to_blame(error) => Barrier::Tls(cause),
        _ => Barrier::Away(cause),
    }
}

fn cause(step: Step, error: &Error) -> String {
    format!("{:#}", Refusal::new(step, error).into_cause())
}
