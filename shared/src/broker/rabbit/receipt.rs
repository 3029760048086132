//! The right to ack a delivery.

use lapin::Acker;
use lapin::options::{BasicAckOptions, BasicNackOptions};
use tokio::sync::mpsc::UnboundedSender;

use super::server::Server;

/// Dropped without [`ack`](Receipt::ack) it returns the message to its queue.
#[derive(Debug)]
pub struct Receipt {
    acker: Option<Acker>,
    /// To the task that has the channel. There are never more than the prefetch allows.
    settlements: UnboundedSender<Settlement>,
}

/// What is to become of a message.
#[derive(Debug)]
pub struct Settlement {
    acker: Acker,
    served: bool,
}

impl Receipt {
    pub(super) fn new(acker: Acker, settlements: UnboundedSender<Settlement>) -> Self {
        Self { acker: Some(acker), settlements }
    }

    pub fn ack(mut self) {
        self.settle(true);
    }

    fn settle(&mut self, served: bool) {
        if let Some(acker) = self.acker.take() {
            // An error means that its channel is no more: the broker delivers the message again.
            let _ = self.settlements.send(Settlement { acker, served });
        }
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        self.settle(false);
    }
}

impl Settlement {
    /// Tells the broker. A failure is not worth more than a word: the message is delivered again,
    /// finds nothing to do, and is acked then.
    pub async fn carry_out(self, server: &Server) {
        let Self { acker, served } = self;
        let told = async {
            if served {
                acker.ack(BasicAckOptions::default()).await
            } else {
                acker.nack(BasicNackOptions { requeue: true, multiple: false }).await
            }
        };
        match server.in_time("an ack", told).await {
            Ok(true) => {}
            Ok(false) => tracing::debug!("a hint outlived its connection; it comes again"),
            Err(failure) => tracing::debug!(cause = failure.cause, "a hint could not be acked"),
        }
    }
}
