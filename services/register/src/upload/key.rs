//! The header `Idempotency-Key`, read strictly: a key that was misread would let a request be taken
//! twice.

use poem::http::StatusCode;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use shared::http::Problem;

/// Longest key, in characters.
const MOST_CHARACTERS: usize = 255;

/// What the sender calls this submission, if anything.
pub struct IdempotencyKey(pub Option<String>);

impl<'a> ApiExtractor<'a> for IdempotencyKey {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = false;

    type ParamType = String;
    type ParamRawType = String;

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        let schema = MetaSchema {
            min_length: Some(1),
            max_length: Some(MOST_CHARACTERS),
            pattern: Some("^[!-~]+$".to_owned()),
            ..MetaSchema::new("string")
        };
        Some(MetaSchemaRef::Inline(Box::new(schema)))
    }

    fn param_raw_type(&self) -> Option<&String> {
        self.0.as_ref()
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        options: ExtractParamOptions<String>,
    ) -> poem::Result<Self> {
        let mut keys = request.headers().get_all(options.name).iter();
        let Some(key) = keys.next() else { return Ok(Self(None)) };
        let is_visible = key.as_bytes().iter().all(u8::is_ascii_graphic);
        match key.to_str() {
            Ok(text)
                if is_visible
                    && (1..=MOST_CHARACTERS).contains(&text.len())
                    && keys.next().is_none() =>
            {
                Ok(Self(Some(text.to_owned())))
            }
            _ => Err(refused().into()),
        }
    }
}

fn refused() -> Problem {
    let help = "There may be one Idempotency-Key, of 1 to 255 visible ASCII characters.";
    Problem::new(StatusCode::BAD_REQUEST, "idempotency_key_invalid", help)
}
