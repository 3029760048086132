//! One mail over one connection: MAIL, RCPT, DATA, the mail, and what the server says to each.

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::{Address, Message};

use super::refusal::{Needed, Refusal, Step};

/// Hands the mail over. After an error that [is an answer](Refusal::is_an_answer) the connection can
/// be [reset](reset) and used again.
pub async fn hold(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Refusal> {
    let (envelope, mail) = (message.envelope(), message.formatted());
    let mut parameters = Vec::new();
    // RFC 6531 and RFC 6152: both only where the server can.
    let beyond_ascii = |address: &Address| !address.to_string().is_ascii();
    let by_mail = envelope.to().iter().any(beyond_ascii).then_some(Needed::ByMail);
    let by_sender = envelope.from().is_some_and(beyond_ascii).then_some(Needed::BySender);
    if let Some(by) = by_mail.or(by_sender) {
        require(connection, Extension::SmtpUtfEight, by)?;
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !mail.is_ascii() {
        require(connection, Extension::EightBitMime, Needed::ByMail)?;
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let from = Mail::new(envelope.from().cloned(), parameters);
    connection.command(from).await.map_err(|error| Refusal::new(Step::Mail, &error))?;
    for to in envelope.to() {
        let to = Rcpt::new(to.clone(), Vec::new());
        connection.command(to).await.map_err(|error| Refusal::new(Step::Rcpt, &error))?;
    }
    connection.command(Data).await.map_err(|error| Refusal::new(Step::Data, &error))?;
    // If the answer to this one is lost, nobody knows whether it was taken: it is sent again, as the
    // same message (its Message-ID says so).
    connection.message(&mail).await.map_err(|error| Refusal::new(Step::Content, &error))?;
    Ok(())
}

fn require(
    connection: &AsyncSmtpConnection,
    extension: Extension,
    by: Needed,
) -> Result<(), Refusal> {
    let supported = connection.server_info().supports_feature(extension);
    if supported { Ok(()) } else { Err(Refusal::unsupported(extension, by)) }
}

/// Has the server forget a conversation that it refused. False: the connection is of no use.
pub async fn reset(connection: &mut AsyncSmtpConnection) -> bool {
    connection.command(Rset).await.is_ok()
}
