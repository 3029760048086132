//! What a look at a mail server finds: a conversation that ends before there is a mail.

use futures_util::FutureExt;
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::commands::Mail;
use lettre::transport::smtp::extension::MailParameter;

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
        match looking.unwrap_or_else(|_| Err(Barrier::silent())) {
            Err(Barrier::Away(cause)) => {
                Err(Barrier::Away(format!("{}: {cause}", self.server.place())))
            }
            found => found,
        }
    }

    async fn look(&self, sender: &Address) -> Result<SmtpFindings, Barrier> {
        let server = &*self.server;
        let connecting = server.connect(self.timeout).await;
        let mut connection = connecting.map_err(|(step, error)| barrier(step, &error))?;
        // RFC 6531: a server that cannot do it says so, as it would to a mail.
        let beyond_ascii = !sender.to_string().is_ascii();
        let parameters = beyond_ascii.then_some(MailParameter::SmtpUtfEight);
        let naming = Mail::new(Some(sender.clone()), parameters.into_iter().collect());
        let named = connection.command(naming).await;
        let against_sender = match named {
            Ok(_) => None,
            Err(error) if error.status().map(u16::from) == Some(530) => {
                let in_the_open = connection.can_starttls() && !connection.is_encrypted();
                return Err(demanded(in_the_open, &error));
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
        // There is to be no mail, and QUIT says so too (RFC 5321, section 4.1.1.10). What is answered to
        // that changes nothing, nor whether it is.
        let _ = connection.quit().now_or_never();
        Ok(findings)
    }
}

fn barrier(step: Step, error: &Error) -> Barrier {
    let cause = cause(step, error);
    let answered = error.status().is_some();
    match step {
        // The client itself says that the server offers no STARTTLS, or no login that it can do.
        Step::StartTls if error.is_client() || answered => Barrier::Unencrypted(cause),
        Step::Auth if error.is_client() || answered => Barrier::Login(cause),
        _ if answered => Barrier::Refused(cause),
        _ if error.is_tls() || tls::is_to_blame(error) => Barrier::Tls(cause),
        _ => Barrier::Away(cause),
    }
}

/// What 530 asks for: TLS (RFC 3207, section 4), or else a login (RFC 4954, section 6), where the URL has
/// none.
fn demanded(in_the_open: bool, error: &Error) -> Barrier {
    if in_the_open {
        return Barrier::Setting(
            "mail.url lacks ?tls=required: the server wants STARTTLS".to_owned(),
        );
    }
    barrier(Step::Auth, error)
}

fn cause(step: Step, error: &Error) -> String {
    if error.status().is_some() {
        return format!("{:#}", Refusal::new(step, error).into_cause());
    }
    // The layers between each say it again.
    let causes =
        std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
