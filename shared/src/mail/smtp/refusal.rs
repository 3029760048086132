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
    /// The server lacks what this mail needs, or what our sender's address does.
    Unsupported { extension: Extension, by: Needed },
}

/// What makes an extension of SMTP necessary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    BySender,
    ByMail,
}

/// What a refusal means for the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// It will never be taken, whoever asks again.
    Ends,
    /// The server looked at it, and may take it another time.
    PutsOff,
    /// Nothing: it is about us, or about the server.
    Nothing,
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

    pub fn unsupported(extension: Extension, by: Needed) -> Self {
        Self { step: Step::Mail, what: What::Unsupported { extension, by } }
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
        let meaning = match &self.what {
            What::Answer { code, enhanced } => meaning_of(self.step, *code, enhanced.as_deref()),
            What::Unsupported { by: Needed::ByMail, .. } => Meaning::Ends,
            // The operator's to mend: another sender, or another server.
            What::Unsupported { by: Needed::BySender, .. } | What::Broken(_) => Meaning::Nothing,
        };
        let cause = self.into_cause();
        match meaning {
            Meaning::Ends => MailError::Permanent(cause),
            Meaning::PutsOff => MailError::PutOff(cause),
            Meaning::Nothing => MailError::Passing(cause),
        }
    }

    pub fn into_cause(self) -> anyhow::Error {
        let Self { step, what } = self;
        match what {
            What::Answer { code, enhanced } => {
                anyhow!("{step:?}: {code} {}", enhanced.unwrap_or_default())
            }
            What::Broken(how) => anyhow!("{step:?}: {how}"),
            What::Unsupported { extension, by: Needed::ByMail } => {
                anyhow!("the server does not do {extension}")
            }
            What::Unsupported { extension, by: Needed::BySender } => {
                anyhow!("the server does not do {extension}, which the address of mail.from needs")
            }
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

/// What does not end the mail passes: by itself, or when the operator mends it.
fn meaning_of(step: Step, code: u16, enhanced: Option<&str>) -> Meaning {
    // 421 at any step: the server goes, or has enough of us.
    if code == 421 || is_about_us(step, code, enhanced) {
        Meaning::Nothing
    // RFC 5321, section 4.2.1: 4yz is transient.
    } else if code < 500 || is_about_room(step, code, enhanced) {
        Meaning::PutsOff
    } else {
        Meaning::Ends
    }
}

/// Our login, our sender's name, our address, our words: none of it is the mail's fault.
fn is_about_us(step: Step, code: u16, enhanced: Option<&str>) -> bool {
    let before_the_mail = matches!(step, Step::Connect | Step::StartTls | Step::Auth | Step::Mail);
    // RFC 4954, section 6: authentication required, too weak, failed. Postfix and others ask for it
    // as late as at RCPT.
    let login = matches!(code, 530 | 534 | 535 | 538);
    // RFC 5321, section 4.2.4: a command that it does not know, or at another time. 501 is another
    // thing: an address that it cannot read.
    let words = matches!(code, 500 | 502 | 503 | 504);
    // RFC 3463, sections 3.2 and 3.8: our sender's address, and what we may do. Postfix says at RCPT
    // whatever it has against us (smtpd_delay_reject). Without such a code it is the recipient's.
    let ours = |code: &str| code.starts_with("5.7.") || matches!(code, "5.1.7" | "5.1.8");
    let delayed = step == Step::Rcpt && enhanced.is_some_and(ours);
    before_the_mail || login || words || delayed
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
    use super::{Meaning, Step, enhanced, meaning_of};

    #[test]
    fn what_ends_a_mail_what_puts_it_off_and_what_says_nothing_of_it() {
        use Meaning::{Ends, Nothing, PutsOff};
        for (step, code, enhanced, meaning) in [
            (Step::Rcpt, 550, Some("5.1.1"), Ends),
            (Step::Rcpt, 550, None, Ends),
            (Step::Rcpt, 501, None, Ends),
            (Step::Rcpt, 553, Some("5.1.3"), Ends),
            (Step::Rcpt, 556, Some("5.1.10"), Ends),
            (Step::Content, 554, Some("5.7.1"), Ends),
            (Step::Content, 552, Some("5.3.4"), Ends),
            (Step::Data, 554, None, Ends),
            (Step::Rcpt, 554, None, Ends),
            (Step::Rcpt, 450, Some("4.2.1"), PutsOff),
            (Step::Rcpt, 421, None, Nothing),
            (Step::Content, 451, None, PutsOff),
            (Step::Data, 452, Some("4.3.1"), PutsOff),
            (Step::Rcpt, 552, Some("5.2.2"), PutsOff),
            (Step::Content, 552, Some("5.2.2"), PutsOff),
            (Step::Rcpt, 552, None, PutsOff),
            (Step::Auth, 535, Some("5.7.8"), Nothing),
            (Step::Auth, 534, None, Nothing),
            (Step::Mail, 530, Some("5.7.0"), Nothing),
            (Step::Rcpt, 530, Some("5.7.0"), Nothing),
            (Step::Mail, 550, Some("5.7.1"), Nothing),
            (Step::Mail, 553, None, Nothing),
            (Step::Mail, 451, None, Nothing),
            (Step::Rcpt, 554, Some("5.7.1"), Nothing),
            (Step::Rcpt, 550, Some("5.7.26"), Nothing),
            (Step::Rcpt, 450, Some("4.7.1"), PutsOff),
            (Step::Rcpt, 553, Some("5.1.7"), Nothing),
            (Step::Rcpt, 550, Some("5.1.8"), Nothing),
            (Step::Content, 421, None, Nothing),
            (Step::Connect, 554, None, Nothing),
            (Step::Rcpt, 503, None, Nothing),
        ] {
            assert_eq!(meaning_of(step, code, enhanced), meaning, "{step:?} {code} {enhanced:?}");
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
