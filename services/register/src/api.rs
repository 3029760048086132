//! The calls, one file each for what is more than a few lines.

mod caller;
mod documents;
mod events;
mod operators;
mod pictures;
mod refused;
mod registration;

use std::sync::Arc;

use poem::Request as Asked;
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi, Tags};
use shared::broker::Broker;
use shared::config::RegisterConfig;
use shared::database::Database;
use shared::lifecycle::Lifecycle;
use shared::requests::{self, Reason, Request};
use shared::service::Parts;
use shared::storage::{Bucket, Storage};
use uuid::Uuid;

use self::caller::Shown;
use self::documents::{Documents, Links, RequestDocument};
use self::events::EventsResponse;
pub use self::operators::Operators;
use self::pictures::{Picture, PictureResponse};
use self::refused::{DeleteRefused, FollowRefused, ReadRefused, RegisterRefused, ShowRefused};
use self::registration::RegisterResponse;
use crate::access::Access;
use crate::errors;
use crate::limits::Limits;
use crate::patience::Patience;
use crate::upload::{Gate, IdempotencyKey, InFlight, Lingering, UploadBody};

/// The API and what it works with.
pub struct Api {
    config: RegisterConfig,
    database: Database,
    storage: Storage,
    broker: Broker,
    lifecycle: Lifecycle,
    documents: Documents,
    patience: Patience,
    limits: Limits,
    access: Access,
    uploads: Gate,
    lingering: Lingering,
    in_flight: InFlight,
    /// Half of the database's connections, at most: whoever only asks always finds another.
    turns: tokio::sync::Semaphore,
    streams: Arc<tokio::sync::Semaphore>,
}

#[derive(Tags)]
enum Group {
    /// Send a picture, and follow what becomes of it.
    Requests,
}

#[derive(ApiResponse)]
enum Seen {
    /// The request, as it is now.
    #[oai(status = 200)]
    Now(
        Json<RequestDocument>,
        /// `no-store`: the next moment it may be another.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

#[derive(ApiResponse)]
enum Deleted {
    /// Deleted, now or before.
    #[oai(status = 204)]
    Done,
}

impl Api {
    /// # Errors
    ///
    /// When a setting cannot be used.
    pub fn new(parts: &Parts) -> anyhow::Result<Self> {
        let config = parts.config.register.clone();
        let patience = Patience::new(&parts.config);
        Ok(Self {
            documents: Documents {
                database: parts.database.clone(),
                links: Links::new(&config),
                patience,
            },
            patience,
            limits: Limits::new(&config)?,
            access: Access::new(&config),
            lingering: Lingering::new(parts.lifecycle.clone()),
            in_flight: InFlight::default(),
            uploads: Gate::new(
                config.max_uploads,
                config.max_image.as_u64(),
                config.upload_patience,
            ),
            turns: tokio::sync::Semaphore::new(parts.config.database.pool_size.div_ceil(2).max(1)),
            streams: Arc::new(tokio::sync::Semaphore::new(config.max_event_streams)),
            database: parts.database.clone(),
            storage: parts.storage.clone(),
            broker: parts.broker.clone(),
            lifecycle: parts.lifecycle.clone(),
            config,
        })
    }
}

#[OpenApi]
impl Api {
    /// Send a picture
    ///
    /// Takes the picture and the address, and answers at once with the id under which to ask what
    /// became of it. The metadata of the picture (place, camera, comments) is not stored.
    ///
    /// With an `Idempotency-Key` it is safe to send again when an answer was lost: the same key and
    /// content get the same answer, with `Idempotent-Replayed: true`.
    ///
    /// There may be limits to how many one client, and one e-mail address, may send in a time. A key
    /// is needed only where the operator gave some out; whoever shows one is not limited by client.
    #[oai(path = "/register", method = "post", tag = "Group::Requests", operation_id = "register")]
    async fn register(
        &self,
        asked: &Asked,
        shown: Shown<false>,
        upload: UploadBody,
        /// A name of your choice for this submission, such as a UUID; 1 to 255 visible ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: IdempotencyKey,
    ) -> Result<RegisterResponse, RegisterRefused> {
        match self.admit(asked, shown.0.as_ref()) {
            Ok(key) => Ok(self.submit(upload, key, idempotency_key.0).await?),
            Err(problem) => {
                self.lingering.hear_out(upload, self.upload_limits().body_bytes());
                Err(problem.into())
            }
        }
    }

    /// See what became of it
    ///
    /// Never shows the address. While the request waits, `queue` says how many are before it.
    #[oai(path = "/request/:id", method = "get", tag = "Group::Requests", operation_id = "request")]
    async fn request(
        &self,
        /// The id from the registration's answer.
        id: Path<Uuid>,
    ) -> Result<Seen, ReadRefused> {
        Ok(Seen::Now(Json(self.documents.see(id.0).await?), "no-store".to_owned()))
    }

    /// Follow it live
    ///
    /// Server-sent events: the same document as from `/request/{id}` at every change, until the
    /// request has ended. Each event's `id` is the document's version; with `Last-Event-ID` only
    /// what came after it is sent.
    #[oai(
        path = "/request/:id/events",
        method = "get",
        tag = "Group::Requests",
        operation_id = "events"
    )]
    async fn events(
        &self,
        /// The id from the registration's answer.
        id: Path<Uuid>,
        /// The version that was seen last; browsers send it by themselves.
        #[oai(name = "Last-Event-ID")]
        last_event_id: Header<Option<u64>>,
    ) -> Result<EventsResponse, FollowRefused> {
        let request = self.documents.find(id.0).await?;
        self.follow(&request, last_event_id.0)
    }

    /// The picture that was sent
    ///
    /// As it is stored: the same pixels, without the metadata but for the orientation.
    #[oai(
        path = "/request/:id/image",
        method = "get",
        tag = "Group::Requests",
        operation_id = "image"
    )]
    async fn image(
        &self,
        /// The id from the registration's answer.
        id: Path<Uuid>,
    ) -> Result<PictureResponse, ShowRefused> {
        let Request { image_key: key, image_media_type: media_type, .. } =
            self.documents.find(id.0).await?;
        self.stream(Picture { bucket: Bucket::Private, key, media_type }).await
    }

    /// The new picture
    ///
    /// The same bytes as behind the request's `new_image_url`, which needs no id; `404` until the
    /// request is `done`.
    #[oai(
        path = "/request/:id/new_image",
        method = "get",
        tag = "Group::Requests",
        operation_id = "new_image"
    )]
    async fn new_image(
        &self,
        /// The id from the registration's answer.
        id: Path<Uuid>,
    ) -> Result<PictureResponse, ShowRefused> {
        let request = self.documents.find(id.0).await?;
        let (Some(key), Some(media_type)) = (request.new_image_key, request.new_image_media_type)
        else {
            return Err(errors::not_yet("new picture").into());
        };
        self.stream(Picture { bucket: Bucket::Public, key, media_type }).await
    }

    /// Delete it
    ///
    /// Cancels what waits, and erases the pictures, the address and the caption.
    #[oai(
        path = "/request/:id",
        method = "delete",
        tag = "Group::Requests",
        operation_id = "delete"
    )]
    async fn delete(
        &self,
        /// The id from the registration's answer.
        id: Path<Uuid>,
    ) -> Result<Deleted, DeleteRefused> {
        let erasing = requests::erase(&self.database, id.0, Reason::Owner);
        let erased = self.patience.with_database(erasing).await?;
        let erased = erased.ok_or_else(errors::no_such_request)?;
        self.broker.announce_change(id.0);
        self.remove_pictures(erased).await;
        tracing::info!(request.id = %id.0, "deleted");
        Ok(Deleted::Done)
    }
}

impl Api {
    /// Removes at once what can be removed; the sweep sees to the rest, and looks again in any case.
    async fn remove_pictures(&self, erased: requests::Erased) {
        let new = erased.new_image_key.map(|key| (Bucket::Public, key));
        for (bucket, key) in [(Bucket::Private, erased.image_key)].into_iter().chain(new) {
            let deleted = self.storage.delete(bucket, &key);
            if let Err(error) = self.patience.with_storage(0, deleted).await {
                let error = shared::telemetry::chain(&error);
                tracing::warn!(error, "the pictures are left for the sweep");
                return;
            }
        }
    }
}
