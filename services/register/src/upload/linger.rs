//! Hearing out whoever still sends: an answer would be lost if the connection closed on them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use shared::lifecycle::Lifecycle;
use tokio::sync::Semaphore;

use super::UploadBody;

/// How long what is left of a refused body is listened to, so that its sender gets to hear why.
const LISTEN_ON: Duration = Duration::from_secs(3);

/// A body that was refused for the size it declared is heard out up to this, or to the largest there may
/// be: whoever sends more is cut off, and may not get to hear why.
pub const HEARD_OUT_BYTES: u64 = 32 << 20;

/// How many are heard out after their answer at the same time; more are cut off.
const MOST: usize = 64;

/// Reads and forgets what still comes, within bounds.
pub async fn listen_on(
    stream: &mut (impl Stream<Item = std::io::Result<Bytes>> + Unpin),
    most: u64,
) {
    let discard = async {
        let mut left = most;
        while let Some(Ok(chunk)) = stream.next().await {
            left = left.saturating_sub(chunk.len() as u64);
            if left == 0 {
                break;
            }
        }
    };
    // Whether it ended or went on, nothing more is expected of it.
    let _ = tokio::time::timeout(LISTEN_ON, discard).await;
}

/// Those who were answered before their body was looked at.
pub struct Lingering {
    lifecycle: Lifecycle,
    places: Arc<Semaphore>,
}

impl Lingering {
    pub fn new(lifecycle: Lifecycle) -> Self {
        Self { lifecycle, places: Arc::new(Semaphore::new(MOST)) }
    }

    /// Hears out whoever is refused with its body unread, while the answer is on its way already.
    pub fn hear_out(&self, upload: UploadBody, most: u64) {
        // Who waits to be told to go on sends nothing.
        if upload.waits_for_continue {
            return;
        }
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        self.lifecycle.spawn_detached("hearing out", async move {
            listen_on(&mut upload.body.into_bytes_stream(), most).await;
            drop(place);
        });
    }
}
