//! How much one client, and one e-mail address, may ask for. In this process alone: each replica
//! counts for itself.

mod client;
mod rate;

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::hash::RandomState;
use std::sync::{Mutex, PoisonError};

use governor::Quota;
use lettre::Address;
use poem::Request;
use poem::http::StatusCode;
use shared::config::RegisterConfig;
use shared::http::Problem;

pub use self::client::Client;
use self::client::ClientHeader;
use self::rate::{Exceeded, Rate};
use crate::errors;

/// Most registrations that are remembered as paid for.
const MOST_PAID: usize = 10_000;

/// The limits, and what was counted so far.
pub struct Limits {
    header: ClientHeader,
    clients: Option<Rate<Client>>,
    addresses: Option<Rate<u64>>,
    /// Stands for an address: nobody can tell it from the hash, whose key is this process's own.
    hash: RandomState,
    /// Registrations that counted against an address and then were not taken, through no fault of
    /// their sender, who was told to come again.
    paid: Mutex<HashSet<[u8; 32]>>,
}

impl Limits {
    /// # Errors
    ///
    /// When the header that names the client cannot be one.
    pub fn new(config: &RegisterConfig) -> anyhow::Result<Self> {
        Ok(Self {
            header: ClientHeader::new(&config.client_address_header)?,
            clients: Rate::new(config.rate_per_client, Quota::per_minute),
            addresses: Rate::new(config.rate_per_email, Quota::per_hour),
            hash: RandomState::new(),
            paid: Mutex::default(),
        })
    }

    /// Who sends this.
    pub fn client_of(&self, request: &Request) -> Option<Client> {
        if self.clients.is_some() {
            self.header.look_for_a_proxy(request.headers());
        }
        self.header.client_of(request)
    }

    /// Counts a registration from this client.
    ///
    /// # Errors
    ///
    /// 429 if there were too many.
    pub fn count_client(&self, client: Option<Client>) -> Result<(), Problem> {
        let (Some(rate), Some(client)) = (&self.clients, client) else { return Ok(()) };
        let help = "Too many registrations from this address; wait as long as Retry-After says.";
        rate.count(&client).map_err(|exceeded| refuse(&exceeded, "too_many_from_client", help))
    }

    /// Counts a registration for this address, unless it was paid for before.
    ///
    /// # Errors
    ///
    /// 429 if there were too many.
    pub fn count_email(&self, email: &Address, registration: &[u8; 32]) -> Result<(), Problem> {
        let Some(rate) = &self.addresses else { return Ok(()) };
        if self.paid().remove(registration) {
            return Ok(());
        }
        let help =
            "Too many registrations for this e-mail address; wait as long as Retry-After says.";
        let key = self.hash.hash_one(mailbox_of(email));
        rate.count(&key).map_err(|exceeded| refuse(&exceeded, "too_many_for_email", help))
    }

    /// A registration that was counted is not taken, and will be sent again: then it is free.
    pub fn remember_paid(&self, registration: &[u8; 32]) {
        let mut paid = self.paid();
        // Whoever is forgotten here pays twice, which harms nobody much.
        if paid.len() >= MOST_PAID {
            paid.clear();
        }
        paid.insert(*registration);
    }

    fn paid(&self) -> std::sync::MutexGuard<'_, HashSet<[u8; 32]>> {
        self.paid.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The mailbox behind an address, as far as one can tell: `You+1@example.com` and
/// `"you+2"@example.com` are `you@example.com`.
fn mailbox_of(email: &Address) -> String {
    let local = unquoted(email.user());
    // What begins with the sign is no tag, such as a telephone number.
    let tag = local.char_indices().skip(1).find(|(_, sign)| *sign == '+');
    let name = tag.map_or(&*local, |(at, _)| &local[..at]);
    format!("{name}@{}", email.domain()).to_lowercase()
}

/// RFC 5321, section 4.1.2: within quotes a backslash stands before a sign that means itself.
fn unquoted(local: &str) -> String {
    let quoted = local.strip_prefix('"').and_then(|local| local.strip_suffix('"'));
    let Some(quoted) = quoted else { return local.to_owned() };
    let mut signs = quoted.chars();
    std::iter::from_fn(|| match signs.next()? {
        '\\' => signs.next(),
        sign => Some(sign),
    })
    .collect()
}

fn refuse(exceeded: &Exceeded, code: &'static str, help: &str) -> Problem {
    metrics::counter!("requests_limited_total", "code" => code).increment(1);
    match exceeded {
        Exceeded::Until(wait) => {
            Problem::new(StatusCode::TOO_MANY_REQUESTS, code, help).retry_after(*wait)
        }
        Exceeded::NoRoom => errors::busy("callers"),
    }
}

#[cfg(test)]
mod tests;
