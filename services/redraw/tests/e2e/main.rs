//! The whole thing, from outside: started on port 0 in a temporary folder, spoken to over HTTP.

mod harness;
mod journey;
mod kills;
mod ledger;
mod parts;
mod stop;
mod worker;
