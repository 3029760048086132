//! The parts against the real servers that `scripts/servers up` starts. They are shared: each test
//! makes a database, buckets or recipients of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on panics, and may spawn what it likes"
)]

mod broker;
mod database;
mod log;
mod mail;
mod settings;
mod storage;
mod wire;
