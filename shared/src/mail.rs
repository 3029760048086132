//! Mail: a transport, and messages whose Message-ID says which job they belong to.

mod folder;
mod inspection;
mod smtp;

use anyhow::Context;
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::config::MailConfig;
use crate::tls::Roots;

pub use self::inspection::{MailFindings, inspect};
pub use self::smtp::SmtpFindings;

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
    /// Trying again later helps: the server is away, or takes no mail of ours.
    #[error("the mail server cannot take it now")]
    Passing(#[source] anyhow::Error),
    /// The server is well and will not take this very mail now: its owner's mailbox is full, or it
    /// wants to be asked again. It takes it ill to be asked again soon.
    #[error("the mail server puts it off")]
    PutOff(#[source] anyhow::Error),
    /// It never will: the server refused this mail for good, or it cannot be written.
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
    Smtp(smtp::Smtp),
}

impl Mailer {
    /// Makes the transport; connects to nothing, and writes nothing yet.
    ///
    /// # Errors
    ///
    /// When the URL names no transport.
    pub fn new(config: &MailConfig, roots: &Roots) -> anyhow::Result<Self> {
        let url = config.url.expose_secret();
        let transport = match url.strip_prefix("file:") {
            Some(folder) => Transport::Folder(folder::Folder::new(folder.into())),
            None => Transport::Smtp(smtp::Smtp::new(url, config.timeout, roots)?),
        };
        Ok(Self { transport, from: config.from.clone() })
    }

    /// For those who will send: makes the folder, where it is one. Whoever sends nothing needs no place
    /// to write to.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub fn open(&self) -> anyhow::Result<()> {
        match &self.transport {
            Transport::Folder(folder) => folder.open(),
            Transport::Smtp(_) => Ok(()),
        }
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
            Transport::Smtp(smtp) => smtp.send(&message).await,
        }
    }

    /// Whether mail would be taken: the folder can be written to, the server lets us in.
    ///
    /// # Errors
    ///
    /// What stands in the way.
    pub async fn ping(&self) -> Result<(), MailError> {
        match &self.transport {
            Transport::Folder(folder) => folder.ping().await,
            Transport::Smtp(smtp) => smtp.ping().await,
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
