//! What may be wrong with the broker, told apart by what to do about it.

use lapin::ErrorKind;
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};

use crate::tls;

/// A kind of trouble; the same kind is logged once, however often it is met.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Trouble {
    #[error("the broker cannot be reached, or broke off; hints wait, and the ticks find the work")]
    Away,
    #[error(
        "the broker refuses us: look at user, password, vhost and permissions of broker.url; \
         meanwhile the ticks find the work"
    )]
    Refused,
    #[error(
        "the broker has no such vhost, or keeps our user out of it: look at the vhost of broker.url; \
         meanwhile the ticks find the work"
    )]
    NoVhost,
    #[error(
        "TLS towards the broker fails: look at tls.roots_file, and whether broker.url has the port \
         for amqps; meanwhile the ticks find the work"
    )]
    Tls,
    #[error(
        "`{0}` exists already on the broker, and is another than the settings say: set \
         broker.queue_type and broker.queue_arguments to what exists, or delete it; meanwhile it is \
         used as it is"
    )]
    Mismatch(String),
    #[error(
        "the broker takes no messages (its memory or disk runs low); hints wait, and the ticks \
         find the work"
    )]
    Blocked,
}

impl Trouble {
    /// What is said when it is over.
    pub fn relief(&self) -> &'static str {
        match self {
            Self::Away => "the broker is there again",
            Self::Refused => "the broker lets us in again",
            Self::NoVhost => "the broker lets us into the vhost again",
            Self::Tls => "TLS towards the broker works again",
            Self::Mismatch(_) => "what exists on the broker is as the settings say",
            Self::Blocked => "the broker takes messages again",
        }
    }
}

/// A trouble, and how it showed. Holds no secret.
#[derive(Debug)]
pub struct Failure {
    pub trouble: Trouble,
    pub cause: String,
}

impl Failure {
    pub fn away(cause: impl Into<String>) -> Self {
        Self { trouble: Trouble::Away, cause: cause.into() }
    }

    /// Of a declaration of `name`: some errors then mean that it exists, and is another.
    pub fn of_declaring(name: &str, error: &lapin::Error) -> Self {
        let failure = Self::from(error);
        match soft(error) {
            Some(AMQPSoftError::PRECONDITIONFAILED | AMQPSoftError::RESOURCELOCKED) => {
                Self { trouble: Trouble::Mismatch(name.to_owned()), ..failure }
            }
            _ => failure,
        }
    }
}

impl From<&lapin::Error> for Failure {
    fn from(error: &lapin::Error) -> Self {
        let trouble = if soft(error) == Some(&AMQPSoftError::ACCESSREFUSED) {
            Trouble::Refused
        } else if hard(error) == Some(&AMQPHardError::NOTALLOWED) {
            Trouble::NoVhost
        } else if is_tls(error) {
            Trouble::Tls
        } else {
            Trouble::Away
        };
        let cause = match error.kind() {
            ErrorKind::ProtocolError(error) => error.get_message().to_string(),
            _ => error.to_string(),
        };
        Self { trouble, cause }
    }
}

impl From<lapin::Error> for Failure {
    fn from(error: lapin::Error) -> Self {
        Self::from(&error)
    }
}

/// Of a passive declaration: what it asks for does not exist.
pub fn is_missing(error: &lapin::Error) -> bool {
    soft(error) == Some(&AMQPSoftError::NOTFOUND)
}

fn is_tls(error: &lapin::Error) -> bool {
    matches!(error.kind(), ErrorKind::IOError(error) if tls::is_to_blame(&**error))
}

fn soft(error: &lapin::Error) -> Option<&AMQPSoftError> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => match error.kind() {
            AMQPErrorKind::Soft(soft) => Some(soft),
            AMQPErrorKind::Hard(_) => None,
        },
        _ => None,
    }
}

fn hard(error: &lapin::Error) -> Option<&AMQPHardError> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => match error.kind() {
            AMQPErrorKind::Hard(hard) => Some(hard),
            AMQPErrorKind::Soft(_) => None,
        },
        _ => None,
    }
}
