//! The whole thing, from outside: started on port 0 in a temporary folder, spoken to over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on panics, and may spawn what it likes"
)]

mod harness;
mod journey;
mod kills;
mod ledger;
mod parts;
mod stop;
mod worker;
