//! The pictures, streamed from the store.

use poem::http::{HeaderValue, header};
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::payload::{Binary, Payload};
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use shared::storage::{Bucket, ObjectStream, StorageError};

use super::Api;
use super::refused::ShowRefused;
use crate::errors;

/// The media types that pictures have, here and in the new ones.
const MEDIA_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/gif"];

/// Where a picture lies, and what it is.
pub struct Picture {
    pub bucket: Bucket,
    pub key: String,
    pub media_type: String,
}

/// A picture on its way out.
pub struct PictureResponse {
    media_type: HeaderValue,
    object: ObjectStream,
}

impl Api {
    pub(super) async fn stream(&self, picture: Picture) -> Result<PictureResponse, ShowRefused> {
        let Picture { bucket, key, media_type } = picture;
        let media_type = HeaderValue::try_from(media_type).map_err(|_| errors::internal())?;
        match self.patience.with_storage(0, self.storage.stream(bucket, &key)).await {
            Ok(object) => Ok(PictureResponse { media_type, object }),
            // A row points at nothing only while its request is being deleted.
            Err(StorageError::Missing) => Err(errors::erased(None).into()),
            Err(error) => Err(errors::storage(&error).into()),
        }
    }
}

impl IntoResponse for PictureResponse {
    fn into_response(self) -> Response {
        let mut response = Body::from_bytes_stream(self.object.bytes).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, self.media_type);
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(self.object.length));
        // The picture never changes, but whoever deletes it wants it gone from shared caches.
        let cache = HeaderValue::from_static("private, max-age=3600, immutable");
        headers.insert(header::CACHE_CONTROL, cache);
        let nothing_runs = HeaderValue::from_static("default-src 'none'; sandbox");
        headers.insert(header::CONTENT_SECURITY_POLICY, nothing_runs);
        response
    }
}

impl ApiResponse for PictureResponse {
    fn meta() -> MetaResponses {
        let content = MEDIA_TYPES.map(|content_type| MetaMediaType {
            content_type,
            schema: Binary::<Vec<u8>>::schema_ref(),
        });
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The picture.",
                status: Some(200),
                status_range: None,
                content: content.into(),
                headers: Vec::new(),
            }],
        }
    }

    fn register(_: &mut Registry) {}
}
