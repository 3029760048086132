//! Mail: a transport, and messages whose Message-ID says which job they belong to.

mod folder;

use std::time::Duration;

use anyhow::Context;
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::config::MailConfig;

/// What is to be said, and to whom.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The job that sends it: a second copy of the same job's mail is the same message (RFC 5322,
    /// section 3.6.4).
    pub job: Uuid,
    pub to: Address,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Why a mail was not taken. Holds no address.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Trying again later helps: the server is away, or answered 4xx.
    #[error("the mail server cannot take it now")]
    Passing(#[source] anyhow::Error),
    /// It never will: the server answered 5xx, or the mail cannot be written.
    #[error("the mail was refused")]
    Permanent(#[source] anyhow::Error),
}

/// Sends mail. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: Transport,
    from: Mailbox,
}

#[derive(Clone)]
enum Transport {
    Folder(folder::Folder),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

impl Mailer {
    /// Makes the transport; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// When the URL names no transport, or its folder cannot be made.
    pub fn new(config: &MailConfig) -> anyhow::Result<Self> {
        let url = config.url.expose_secret();
        let transport = match url.strip_prefix("file:") {
            Some(folder) => Transport::Folder(folder::Folder::open(folder.into())?),
            None => Transport::Smtp(smtp(url, config.timeout)?),
        };
        Ok(Self { transport, from: config.from.clone() })
    }

    /// Sends one mail.
    ///
    /// # Errors
    ///
    /// Told apart by whether trying again helps.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let message = self.compose(mail).map_err(MailError::Permanent)?;
        match &self.transport {
            Transport::Folder(folder) => folder.write(mail.job, &message.formatted()).await,
            Transport::Smtp(smtp) => match smtp.send(message).await {
                Ok(_) => Ok(()),
                Err(error) if error.is_permanent() => Err(MailError::Permanent(error.into())),
                Err(error) => Err(MailError::Passing(error.into())),
            },
        }
    }

    fn compose(&self, mail: &Outgoing) -> anyhow::Result<Message> {
        let body = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, mail.to.clone()))
            .subject(&mail.subject)
            .message_id(Some(format!("<{}@{}>", mail.job, self.from.email.domain())))
            // Automatic replies would go nowhere (RFC 3834).
            .header(AutoSubmitted)
            .multipart(body)
            .context("the mail cannot be put together")
    }
}

fn smtp(url: &str, timeout: Duration) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    // The cause may quote the URL, and with it the password.
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
        .map_err(|_| anyhow::anyhow!("mail.url must be file:FOLDER, smtp://... or smtps://..."))?;
    Ok(builder.timeout(Some(timeout)).build())
}

/// `Auto-Submitted: auto-generated` (RFC 3834, section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
