//! The whole thing, from outside: started on port 0 in a temporary folder, spoken to over HTTP.

mod deletion;
mod documents;
mod events;
mod harness;
mod idempotency;
mod journey;
mod metadata;
mod pictures;
mod refusals;
