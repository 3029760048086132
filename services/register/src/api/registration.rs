//! `POST /register`: object first, then one transaction, then the answer.

use bytes::Bytes;
use lettre::Address;
use poem::Request;
use poem::http::StatusCode;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use shared::broker::Hint;
use shared::http::Problem;
use shared::requests::{self, CAPTION, Language, NewRequest, Submitted};
use shared::storage::Bucket;
use tokio::sync::SemaphorePermit;
use uuid::Uuid;

use super::Api;
use super::documents::{EXAMPLE_ID, StatusWord};
use super::refused::RegisterRefused;
use crate::errors;
use crate::picture;
use crate::upload::{Form, UploadBody, UploadLimits, in_progress, read_form};

/// What a person gets for a picture.
#[derive(Object)]
#[oai(rename = "Registered", example)]
pub struct RegisteredDocument {
    /// The right to see the request: whoever has it, sees it.
    id: Uuid,
    /// `pending`, but for a replay, which tells how far it came.
    status: StatusWord,
    /// Where to ask what became of it.
    status_url: String,
    /// Where to follow it live.
    events_url: String,
}

impl Example for RegisteredDocument {
    fn example() -> Self {
        let url = format!("https://redraw.example.org/api/v1/request/{EXAMPLE_ID}");
        Self {
            id: EXAMPLE_ID,
            status: StatusWord::Pending,
            events_url: format!("{url}/events"),
            status_url: url,
        }
    }
}

#[derive(ApiResponse)]
pub enum RegisterResponse {
    /// Taken. The picture is stored and will be worked on, whatever happens to this server.
    #[oai(status = 202)]
    Accepted(
        Json<RegisteredDocument>,
        /// Where to ask what became of it.
        #[oai(header = "Location")]
        String,
        /// `true` if this was taken before, under the same idempotency key.
        #[oai(header = "Idempotent-Replayed")]
        Option<String>,
    ),
}

impl Api {
    /// Whether this may be sent at all: told by its head alone. Returns the name of the key shown.
    ///
    /// Whoever has a key is known, and not counted by address: strangers at the same address cannot
    /// use up what is theirs. Everyone else is counted, whatever they show, so that keys cannot be
    /// tried out at will.
    pub(super) fn admit(
        &self,
        asked: &Request,
        shown: Option<&SecretString>,
    ) -> Result<Option<&str>, Problem> {
        let caller = self.access.admit_caller(shown);
        if !matches!(caller, Ok(Some(_))) {
            self.limits.count_client(self.limits.client_of(asked))?;
        }
        caller
    }

    pub(super) fn upload_limits(&self) -> UploadLimits {
        UploadLimits {
            image_bytes: self.config.max_image.as_u64(),
            timeout: self.config.upload_timeout,
        }
    }

    pub(super) async fn submit(
        &self,
        upload: UploadBody,
        caller: Option<&str>,
        key: Option<String>,
    ) -> Result<RegisterResponse, Problem> {
        let key = key.map(|key| own_key(caller, key));
        let _room = self.uploads.enter(upload.declared_length).await?;
        let form = read_form(upload, &self.upload_limits()).await?;
        let Form { image, file_name, media_type, email, language } = form;
        let bounds = picture::Limits {
            max_pixels: self.config.max_pixels,
            max_side: self.config.max_side,
            max_frames: self.config.max_frames,
        };
        let hashed = email.clone();
        let looked_at = tokio::task::spawn_blocking(move || {
            let body_hash = hash(&hashed, language, &image);
            let picture =
                picture::admit(image, file_name.as_deref(), media_type.as_deref(), &bounds);
            (body_hash, picture)
        });
        let (body_hash, picture) = looked_at.await.map_err(|_| errors::internal())?;
        let picture = picture.map_err(|refusal| refuse(&refusal))?;
        let _alone = match &key {
            Some(key) => Some(self.in_flight.enter(key, self.config.upload_patience).await?),
            None => None,
        };
        if let Some(key) = &key
            && let Some(known) = self.known(key).await?
        {
            return self.answer(&known, &body_hash);
        }
        self.limits.count_email(&email, &body_hash)?;
        let id = Uuid::now_v7();
        let new = NewRequest {
            id,
            email: email.to_string(),
            language,
            image_key: format!("{id}.{}", picture.format.extension()),
            image_media_type: picture.format.media_type().to_owned(),
            image_bytes: picture.bytes.len(),
            idempotency_key: key,
            body_hash,
        };
        let stored = self.store(picture.bytes, new, caller).await;
        if stored.is_err() {
            self.limits.remember_paid(&body_hash);
        }
        self.answer(&stored?, &body_hash)
    }

    async fn known(&self, key: &str) -> Result<Option<Submitted>, Problem> {
        let known = async {
            let _turn = self.turn().await?;
            let client = self.database.connection().await?;
            Ok::<_, RegisterRefused>(requests::find_replay(&client, key).await?)
        };
        self.patience.with_database(known).await.map_err(RegisterRefused::problem)
    }

    /// A turn at the database.
    async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        match tokio::time::timeout(self.config.upload_patience, self.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(errors::busy("uploads")),
        }
    }

    async fn store(
        &self,
        picture: Bytes,
        new: NewRequest,
        caller: Option<&str>,
    ) -> Result<Submitted, Problem> {
        let (key, media_type) = (&new.image_key, &new.image_media_type);
        let stored = self.storage.put(Bucket::Private, key, media_type, picture);
        let stored = self.patience.with_storage(new.image_bytes, stored).await;
        stored.map_err(|error| errors::storage(&error))?;
        let submitted = async {
            let _turn = self.turn().await?;
            Ok::<_, RegisterRefused>(requests::submit(&self.database, &new).await?)
        };
        // Whether a database that fell silent stored the row is not known: then the object stays.
        let submitted = self.patience.with_database(submitted).await;
        let submitted = submitted.map_err(RegisterRefused::problem)?;
        if let Some(Submitted { replayed: false, id, .. }) = submitted {
            let NewRequest { image_bytes: bytes, image_media_type: media_type, .. } = &new;
            tracing::info!(request.id = %id, bytes, media_type, caller, "registered");
            metrics::counter!("requests_registered_total").increment(1);
            self.broker.publish(Hint { kind: CAPTION, subject: id });
        } else {
            // Another process was faster with the same key: our object belongs to no row.
            let (image_key, new_image_key) = (new.image_key, None);
            self.remove_pictures(requests::Erased { image_key, new_image_key }).await;
        }
        submitted.ok_or_else(in_progress)
    }

    fn answer(&self, taken: &Submitted, body_hash: &[u8]) -> Result<RegisterResponse, Problem> {
        if taken.body_hash != body_hash {
            let help = "This Idempotency-Key was used for another picture, address or language.";
            return Err(Problem::new(StatusCode::CONFLICT, "idempotency_key_reused", help));
        }
        let document = RegisteredDocument {
            id: taken.id,
            status: taken.status.into(),
            status_url: self.documents.links.status(taken.id),
            events_url: self.documents.links.events(taken.id),
        };
        let location = document.status_url.clone();
        let replayed = taken.replayed.then(|| "true".to_owned());
        Ok(RegisterResponse::Accepted(Json(document), location, replayed))
    }
}

/// The name of a submission, by which it is stored: callers choose theirs without knowing of each
/// other's. Where there are no callers it is as it was sent.
fn own_key(caller: Option<&str>, key: String) -> String {
    let Some(caller) = caller else { return key };
    let mut hash = Sha256::new();
    // A caller's name holds no zero byte.
    hash.update(caller);
    hash.update([0]);
    hash.update(key);
    format!("{:x}", hash.finalize())
}

fn hash(email: &Address, language: Language, image: &Bytes) -> [u8; 32] {
    let mut hash = Sha256::new();
    // Neither an address nor a language holds a zero byte, so nothing can run together.
    hash.update(email.to_string());
    hash.update([0]);
    hash.update(language.as_str());
    hash.update([0]);
    hash.update(image);
    hash.finalize().into()
}

fn refuse(refusal: &picture::Refusal) -> Problem {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    Problem::new(status, refusal.code(), refusal.to_string())
}
