//! The sections of the three services.

use std::net::SocketAddr;
use std::time::Duration;

use bytesize::ByteSize;
use serde::Deserialize;

use crate::keys::KeyRing;

/// Section `register`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterConfig {
    /// Where the HTTP server listens; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// How people reach it; empty: `localhost` and the port.
    pub public_url: String,
    /// Largest picture file taken.
    pub max_image: ByteSize,
    /// Largest width times height.
    pub max_pixels: u64,
    /// Longest side, in pixels.
    pub max_side: u32,
    /// Most frames of an animation.
    pub max_frames: u32,
    /// Uploads of the largest size taken at the same time; of smaller ones there may be more.
    pub max_uploads: usize,
    /// How long an upload may wait for its turn.
    #[serde(with = "humantime_serde")]
    pub upload_patience: Duration,
    /// How long one upload may take to arrive.
    #[serde(with = "humantime_serde")]
    pub upload_timeout: Duration,
    /// Live event streams held open at the same time.
    pub max_event_streams: usize,
    /// How often a live stream looks for itself.
    #[serde(with = "humantime_serde")]
    pub event_poll: Duration,
    /// How long an `Idempotency-Key` is remembered.
    #[serde(with = "humantime_serde")]
    pub idempotency_window: Duration,
    /// How long an answer waits for a part that is silent; for a store, the time that the picture's
    /// bytes take at 1 MiB/s comes on top.
    #[serde(with = "humantime_serde")]
    pub part_patience: Duration,
    /// Registrations a minute from one client address without a valid key; 0: no limit.
    pub rate_per_client: u32,
    /// Registrations an hour for one e-mail address; 0: no limit.
    pub rate_per_email: u32,
    /// Header in which a trusted proxy says who the client is; empty: the connection's address.
    pub client_address_header: String,
    /// Who may register; none: everyone.
    pub api_keys: KeyRing,
    /// Who may see everything and put dead jobs back; none: nobody.
    pub operator_keys: KeyRing,
}

/// Section `caption`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptionConfig {
    /// Health and metrics, where the service runs by itself.
    pub listen: SocketAddr,
    /// Pictures looked at the same time.
    pub concurrency: usize,
    /// How often to look for work that no hint announced.
    #[serde(with = "humantime_serde")]
    pub tick: Duration,
    /// Longest a single attempt may take.
    #[serde(with = "humantime_serde")]
    pub deadline: Duration,
}

/// Section `generator`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratorConfig {
    /// Health and metrics, where the service runs by itself.
    pub listen: SocketAddr,
    /// Pictures painted at the same time.
    pub concurrency: usize,
    /// Mails sent at the same time.
    pub mail_concurrency: usize,
    /// The timer.
    #[serde(with = "humantime_serde")]
    pub interval: Duration,
    /// Longest a single attempt may take.
    #[serde(with = "humantime_serde")]
    pub deadline: Duration,
}

impl RegisterConfig {
    /// Where the API is, as people reach it, without a slash at the end.
    #[must_use]
    pub fn api_url(&self) -> String {
        let base = match self.public_url.trim_end_matches('/') {
            "" => format!("http://localhost:{}", self.listen.port()),
            given => given.to_owned(),
        };
        format!("{base}/api/v1")
    }
}
