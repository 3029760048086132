//! Everything that is not one service's own idea, on two floors.
//!
//! The *engine* knows nothing of pictures: [`config`], [`lifecycle`], [`telemetry`], [`database`],
//! [`jobs`], [`worker`], [`broker`], [`storage`], [`mail`], [`http`], [`tls`], [`health`], [`inspection`],
//! and [`service`], the spine that every program hangs on. On it stands the pipeline's own floor: [`requests`], and
//! [`scene`], the words that the built-in captioner and painter share.

pub mod broker;
pub mod config;
pub mod crypto;
pub mod database;
pub mod health;
pub mod http;
pub mod inspection;
pub mod jobs;
pub mod keys;
pub mod lifecycle;
pub mod mail;
pub mod providers;
pub mod requests;
pub mod scene;
pub mod service;
pub mod storage;
pub mod telemetry;
pub mod tls;
pub mod worker;
