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
mod doctor;
mod documents;
mod events;
mod harness;
mod healthcheck;
mod idempotency;
mod journey;
mod keys;
mod kills;
mod ledger;
mod limits;
mod metadata;
mod models;
mod operators;
mod orphans;
mod parts;
mod pictures;
mod public_access;
mod refusals;
mod retention;
mod round_trip;
mod scaling;
mod silent_parts;
mod stop;
mod worker;
