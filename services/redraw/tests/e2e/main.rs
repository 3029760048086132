//! The whole thing, from outside: started on port 0 in a temporary folder, spoken to over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on panics, may spawn what it likes, and says its seed"
)]

mod chaos;
mod deletion;
mod documents;
mod events;
mod harness;
mod idempotency;
mod journey;
mod kills;
mod ledger;
mod metadata;
mod parts;
mod pictures;
mod refusals;
mod round_trip;
mod stop;
mod worker;
