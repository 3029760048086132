//! The publishing connection: kept up, and fed.

use std::sync::Arc;
use std::time::Duration;

use lapin::Channel;
use lapin::options::ConfirmSelectOptions;
use lapin::types::ShortString;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::super::link::Link;
use super::super::server::{Retries, Server};
use super::super::trouble::Failure;
use super::super::watch::Post;
use super::message::Message;
use crate::telemetry;

/// Most messages that are on their way at the same time.
const BATCH: usize = 128;

/// Takes what callers leave, and has the broker confirm it.
pub struct Sender {
    pub(super) server: Arc<Server>,
    pub(super) post: Post,
    messages: Receiver<Message>,
    pub(super) origin: ShortString,
    /// What is taken and not confirmed: a batch at the most.
    pub(super) unconfirmed: Vec<Message>,
    pub(super) untaken: telemetry::Trouble,
    quiet: CancellationToken,
}

impl Sender {
    pub fn new(
        server: Arc<Server>,
        post: Post,
        messages: Receiver<Message>,
        origin: ShortString,
    ) -> Self {
        let quiet = server.lifecycle.quiet();
        let untaken = telemetry::Trouble::new("no queue takes some hints; ticks find their work");
        Self { server, post, messages, origin, unconfirmed: Vec::new(), untaken, quiet }
    }

    /// Publishes until all others have ended, and whatever they left then.
    pub async fn run(mut self) -> anyhow::Result<()> {
        let (server, quiet) = (Arc::clone(&self.server), self.quiet.clone());
        let mut retries = Retries::begin();
        while let Err(failure) = self.session().await {
            // Nobody waits any more for a dead letter, and changes are looked for.
            self.unconfirmed.retain(Message::keeps);
            if !retries.pause(&server, &self.post, &failure, &quiet).await {
                break;
            }
        }
        let lost = self.unconfirmed.len() + self.messages.len();
        if lost > 0 {
            tracing::debug!(lost, "hints are left behind; the ticks will find their work");
        }
        Ok(())
    }

    /// One connection's life. Ends well when all is said.
    async fn session(&mut self) -> Result<(), Failure> {
        let server = Arc::clone(&self.server);
        let quiet = self.quiet.clone();
        let opened = tokio::select! {
            opened = self.open() => opened?,
            () = quiet.cancelled() => return Ok(()),
        };
        let (link, channel) = opened;
        self.post.well();
        let mut looks = looks(server.reconnect_longest);
        while self.take(&link, &channel, &mut looks).await? {
            self.send(&link, &channel).await?;
        }
        link.close(&server).await;
        Ok(())
    }

    async fn open(&self) -> Result<(Link, Channel), Failure> {
        let server = &*self.server;
        let link = Link::open(server, self.post.name()).await?;
        server.topology.declare(server, &link).await?;
        let channel = link.channel(server).await?;
        let confirming = channel.confirm_select(ConfirmSelectOptions::default());
        server.in_time("asking for confirms", confirming).await?;
        Ok((link, channel))
    }

    /// Waits for something to send, unless something is left. False: nothing will come any more.
    async fn take(
        &mut self,
        link: &Link,
        channel: &Channel,
        looks: &mut Interval,
    ) -> Result<bool, Failure> {
        loop {
            if !self.unconfirmed.is_empty() {
                return Ok(true);
            }
            tokio::select! {
                taken = self.messages.recv_many(&mut self.unconfirmed, BATCH) => {
                    return Ok(taken > 0);
                }
                // What was left before this is still received.
                () = self.quiet.cancelled(), if !self.messages.is_closed() => self.messages.close(),
                _ = looks.tick() => {
                    // Somebody may have put right by now what is not as the settings say.
                    if !self.server.watch.all_fits() && !link.is_blocked() {
                        self.server.topology.declare(&self.server, link).await?;
                    }
                }
                failure = link.lost(channel) => return Err(failure),
            }
        }
    }
}

fn looks(period: Duration) -> Interval {
    let period = period.max(Duration::from_secs(1));
    let mut looks = tokio::time::interval_at(Instant::now() + period, period);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks
}
