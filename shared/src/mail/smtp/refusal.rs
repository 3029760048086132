//! What an answer that is not "yes" means: for this mail, for all mail, or for the connection.

use anyhow::anyhow;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::extension::Extension;

use super::super::MailError;
use crate::telemetry::chain;

/// How far the conversation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Connect,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The mail itself, after whose last dot the server has it.
    Content,
}

/// What went wrong. Holds none of the server's words: they like to quote the address.
#[derive(Debug)]
pub struct Refusal {
    step: Step,
    what: What,
}

#[derive(Debug)]
enum What {
    /// A reply code (RFC 5321, section 4.2), and the enhanced one behind it (RFC 3463), if any.
    Answer { code: u16, enhanced: Option<String> },
    /// The connection broke, or was refused.
    Broken(String),
    /// The server lacks what this mail needs.
    Unsupported(Extension),
}

impl Refusal {
    pub fn new(step: Step, error: &Error) -> Self {
        let what = match error.status() {
            Some(code) => {
                let words = std::error::Error::source(error).map(ToString::to_string);
                What::Answer { code: code.into(), enhanced: words.as_deref().and_then(enhanced) }
            }
            None if error.is_response() => What::Broken("it broke off in its answer".to_owned()),
            None => What::Broken(chain(error)),
        };
        Self { step, what }
    }

    pub fn unsupported(extension: Extension) -> Self {
        Self { step: Step::Mail, what: What::Unsupported(extension) }
    }

    /// Whether the server spoke, and waits for our next word.
    pub fn is_an_answer(&self) -> bool {
        // 421: it closes the connection (RFC 5321, section 3.8).
        !matches!(self.what, What::Broken(_) | What::Answer { code: 421, .. })
    }

    /// Whether another connection may do better, and the mail cannot have been taken.
    pub fn is_the_connections(&self) -> bool {
        !self.is_an_answer() && self.step != Step::Content
    }

    pub fn into_error(self) -> MailError {
        let permanent = match &self.what {
            What::Answer { code, enhanced } => ends_the_mail(self.step, *code, enhanced.as_deref()),
            What::Broken(_) => false,
            What::Unsupported(_) => true,
        };
        let cause = self.into_cause();
        if permanent { MailError::Permanent(cause) } else { MailError::Passing(cause) }
    }

    pub fn into_cause(self) -> anyhow::Error {
        let Self { step, what } = self;
        match what {
            What::Answer { code, enhanced } => {
                anyhow!("{step:?}: {code} {}", enhanced.unwrap_or_default())
            }
            What::Broken(how) => anyhow!("{step:?}: {how}"),
            What::Unsupported(extension) => anyhow!("the server does not do {extension}"),
        }
    }
}

/// `5.1.1` at the beginning of a reply.
fn enhanced(words: &str) -> Option<String> {
    let first = words.split_whitespace().next()?;
    let mut numbers = first.split('.');
    let plain = numbers.clone().count() == 3 && numbers.all(|number| number.parse::<u16>().is_ok());
    plain.then(|| first.to_owned())
}

/// Whether this mail will never be taken, whoever asks again. Everything else passes: by itself, or
/// when the operator mends it.
fn ends_the_mail(step: Step, code: u16, enhanced: Option<&str>) -> bool {
    // RFC 5321, section 4.2.1: 4yz is transient.
    code >= 500 && !is_about_us(step, code) && !is_about_room(step, code, enhanced)
}

/// Our login, our sender's name, our words: none of it is the mail's fault.
fn is_about_us(step: Step, code: u16) -> bool {
    let before_the_mail = matches!(step, Step::Connect | Step::StartTls | Step::Auth | Step::Mail);
    // RFC 4954, section 6: authentication required, too weak, failed. Postfix and others ask for it
    // as late as at RCPT.
    let login = matches!(code, 530 | 534 | 535 | 538);
    // RFC 5321, section 4.2.4: a command that it does not know, or at another time. 501 is another
    // thing: an address that it cannot read.
    let words = matches!(code, 500 | 502 | 503 | 504);
    before_the_mail || login || words
}

/// The mailbox is full, the mail system is, there are too many recipients: all of that passes,
/// whatever class the code has.
fn is_about_room(step: Step, code: u16, enhanced: Option<&str>) -> bool {
    // RFC 3463, sections 3.3, 3.4 and 3.6.
    let full = matches!(enhanced, Some("5.2.2" | "5.3.1" | "5.5.3"));
    // RFC 5321, section 4.5.3.1.10: 552 at RCPT was once said for "too many recipients", and is to
    // be treated as 452. Later on, and with 5.3.4, it is the size of the mail.
    full || (step == Step::Rcpt && code == 552 && enhanced != Some("5.3.4"))
}

#[cfg(test)]
mod tests {
    use super::{Step, ends_the_mail, enhanced};

    #[test]
    fn what_ends_a_mail_and_what_does_not() {
        for (step, code, enhanced, ends) in [
            (Step::Rcpt, 550, Some("5.1.1"), true),
            (Step::Rcpt, 550, None, true),
            (Step::Rcpt, 501, None, true),
            (Step::Rcpt, 553, Some("5.1.3"), true),
            (Step::Rcpt, 556, Some("5.1.10"), true),
            (Step::Content, 554, Some("5.7.1"), true),
            (Step::Content, 552, Some("5.3.4"), true),
            (Step::Data, 554, None, true),
            (Step::Rcpt, 450, Some("4.2.1"), false),
            (Step::Rcpt, 421, None, false),
            (Step::Content, 451, None, false),
            (Step::Rcpt, 552, Some("5.2.2"), false),
            (Step::Content, 552, Some("5.2.2"), false),
            (Step::Rcpt, 552, None, false),
            (Step::Auth, 535, Some("5.7.8"), false),
            (Step::Auth, 534, None, false),
            (Step::Mail, 530, Some("5.7.0"), false),
            (Step::Rcpt, 530, Some("5.7.0"), false),
            (Step::Mail, 550, Some("5.7.1"), false),
            (Step::Mail, 553, None, false),
            (Step::Connect, 554, None, false),
            (Step::Rcpt, 503, None, false),
        ] {
            assert_eq!(ends_the_mail(step, code, enhanced), ends, "{step:?} {code} {enhanced:?}");
        }
    }

    #[test]
    fn of_a_servers_words_only_numbers_are_kept() {
        assert_eq!(enhanced("5.1.1 <jane@example.com>: unknown").as_deref(), Some("5.1.1"));
        for words in ["<jane@example.com>: unknown", "jane.doe.x gone", "5.1 short", ""] {
            assert_eq!(enhanced(words), None, "{words}");
        }
    }
}
