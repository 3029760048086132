//! Live events: the document at every change, until the request has ended.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use futures_util::Stream;
use poem::web::sse::Event;
use poem_openapi::ApiResponse;
use poem_openapi::payload::EventStream;
use poem_openapi::types::ToJSON;
use shared::broker::Change;
use shared::requests::Request;
use shared::telemetry::chain;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::Api;
use super::documents::RequestDocument;
use super::refused::FollowRefused;
use crate::errors;

type Documents = Pin<Box<dyn Stream<Item = RequestDocument> + Send>>;

/// A comment this often keeps proxies from closing a silent stream. The server notices only when
/// it writes that nobody listens any more: so often a place is given back.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

#[derive(ApiResponse)]
pub enum EventsResponse {
    /// Events named `request`; each carries the document.
    #[oai(status = 200)]
    Live(
        EventStream<Documents>,
        /// `no-store`: it is told once.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// Nothing will change any more, and all was seen: do not connect again.
    #[oai(status = 204)]
    Ended,
}

impl Api {
    pub(super) fn follow(
        &self,
        request: &Request,
        seen: Option<u64>,
    ) -> Result<EventsResponse, FollowRefused> {
        // Nobody has seen the future: who says so must not miss it.
        let seen = seen.unwrap_or(0).min(request.version);
        if request.status.is_final() && seen >= request.version {
            return Ok(EventsResponse::Ended);
        }
        let places = Arc::clone(&self.streams);
        let place = places.try_acquire_owned().map_err(|_| errors::busy("live streams"))?;
        let id = request.id;
        let documents = self.documents.clone();
        let closing = self.lifecycle.closing();
        let poll = self.config.event_poll;
        // Subscribed before the first look: no change can fall in between.
        let mut changes = self.broker.changes();
        let stream = stream! {
            let _place = place;
            let mut seen = seen;
            loop {
                match documents.newer_than(id, seen).await {
                    Ok(Some(document)) => {
                        seen = document.version;
                        let ended = document.is_final();
                        yield document;
                        if ended { return }
                    }
                    Ok(None) => {}
                    // Deleted, or a part is away: the client asks again, and is told which.
                    Err(error) => {
                        tracing::debug!(error = %chain(&error.problem()), "a live stream ends");
                        return
                    }
                }
                tokio::select! {
                    () = closing.cancelled() => return,
                    () = tokio::time::sleep(poll) => {}
                    () = changed(&mut changes, id) => {}
                }
            }
        };
        let stream: Documents = Box::pin(stream);
        let events = EventStream::new(stream).keep_alive(KEEP_ALIVE).to_event(|document| {
            Event::message(document.to_json_string())
                .event_type("request")
                .id(document.version.to_string())
        });
        Ok(EventsResponse::Live(events, "no-store".to_owned()))
    }
}

/// Waits for news of this request, or for having missed some.
async fn changed(changes: &mut Receiver<Change>, id: Uuid) {
    loop {
        match changes.recv().await {
            Ok(Change::Of(subject)) if subject != id => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
