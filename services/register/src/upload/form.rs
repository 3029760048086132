//! Reads the form field by field, never more than the limits allow.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use lettre::Address;
use multer::{Field, Multipart};
use shared::http::Problem;
use shared::requests::Language;

use super::linger::{HEARD_OUT_BYTES, listen_on};
use super::{UploadBody, parse_address, refusal};

/// What a form may carry beside its picture: boundaries, headers, the other fields.
const OVERHEAD_BYTES: u64 = 64 * 1024;

/// Longest text field, in bytes.
const TEXT_BYTES: usize = 1024;

/// The limits of one upload.
#[derive(Clone, Copy, Debug)]
pub struct UploadLimits {
    /// Largest picture file, in bytes.
    pub image_bytes: u64,
    /// How long it may take to arrive.
    pub timeout: Duration,
}

impl UploadLimits {
    /// Most bytes of a whole form.
    pub fn body_bytes(&self) -> u64 {
        self.image_bytes.saturating_add(OVERHEAD_BYTES)
    }
}

/// A form that was read. `Debug` is left out: it holds an address.
pub struct Form {
    pub image: Bytes,
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub email: Address,
    pub language: Language,
}

/// Reads the whole form.
///
/// # Errors
///
/// 400, 408, 413 or 415, each with a sentence that helps.
pub async fn read_form(upload: UploadBody, limits: &UploadLimits) -> Result<Form, Problem> {
    let boundary =
        multer::parse_boundary(&upload.content_type).map_err(|_| refusal::not_multipart())?;
    let most = limits.body_bytes();
    let waits = upload.waits_for_continue;
    let mut stream = upload.body.into_bytes_stream();
    if upload.declared_length.is_some_and(|length| length > most) {
        if !waits {
            listen_on(&mut stream, most.max(HEARD_OUT_BYTES)).await;
        }
        return Err(refusal::too_large(limits.image_bytes));
    }
    let bounded =
        multer::Constraints::new().size_limit(multer::SizeLimit::new().whole_stream(most));
    let form = Multipart::with_constraints(&mut stream, boundary, bounded);
    let read = tokio::time::timeout(limits.timeout, read_fields(form, limits.image_bytes)).await;
    let read = read.unwrap_or_else(|_| Err(refusal::too_slow()));
    if read.is_err() {
        listen_on(&mut stream, most).await;
    }
    read
}

#[derive(Default)]
struct Fields {
    image: Option<(Bytes, Option<String>, Option<String>)>,
    email: Option<String>,
    language: Option<String>,
}

async fn read_fields(mut form: Multipart<'_>, image_bytes: u64) -> Result<Form, Problem> {
    let explain = |error: &multer::Error| explain(error, image_bytes);
    let mut fields = Fields::default();
    while let Some(field) = form.next_field().await.map_err(|error| explain(&error))? {
        match field.name() {
            Some("image") if fields.image.is_some() => return Err(refusal::repeated("image")),
            Some("image") => {
                let file_name = field.file_name().map(str::to_owned);
                let media_type = field.content_type().map(|kind| kind.essence_str().to_owned());
                let most = usize::try_from(image_bytes).unwrap_or(usize::MAX);
                let image = read_field(field, most).await.map_err(|error| explain(&error))?;
                let image = image.ok_or_else(|| refusal::too_large(image_bytes))?;
                fields.image = Some((image, file_name, media_type));
            }
            Some("email") => read_text(&mut fields.email, field, "email", image_bytes).await?,
            Some("language") => {
                read_text(&mut fields.language, field, "language", image_bytes).await?;
            }
            other => return Err(refusal::unknown(other)),
        }
    }
    fields.check()
}

impl Fields {
    fn check(self) -> Result<Form, Problem> {
        let (image, file_name, media_type) = self.image.ok_or_else(refusal::no_image)?;
        let email = parse_address(&self.email.ok_or_else(refusal::no_email)?)?;
        let language = match self.language.as_deref().map(str::trim) {
            // Swagger UI sends an empty field for one that was left alone.
            None | Some("") => Language::default(),
            Some(word) => word.parse().map_err(|_| refusal::language())?,
        };
        Ok(Form { image, file_name, media_type, email, language })
    }
}

async fn read_text(
    slot: &mut Option<String>,
    field: Field<'_>,
    name: &str,
    image_bytes: u64,
) -> Result<(), Problem> {
    if slot.is_some() {
        return Err(refusal::repeated(name));
    }
    let bytes =
        read_field(field, TEXT_BYTES).await.map_err(|error| explain(&error, image_bytes))?;
    let bytes = bytes.ok_or_else(|| refusal::text_too_long(name))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| refusal::broken())?;
    *slot = Some(text.to_owned());
    Ok(())
}

/// The bytes of a field; none if there are more than `most`.
async fn read_field(mut field: Field<'_>, most: usize) -> Result<Option<Bytes>, multer::Error> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len() + chunk.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes.freeze()))
}

fn explain(error: &multer::Error, image_bytes: u64) -> Problem {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            refusal::too_large(image_bytes)
        }
        _ => refusal::broken(),
    }
}
