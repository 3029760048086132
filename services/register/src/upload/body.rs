//! The body of a registration: how OpenAPI describes it, and its bytes, still unread.

use poem::http::header;
use poem::{Body, Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

/// A multipart body that nobody has read yet.
pub struct UploadBody {
    /// The header `Content-Type`, with the boundary.
    pub content_type: String,
    /// The header `Content-Length`, in bytes.
    pub declared_length: Option<u64>,
    /// The sender waits for `100 Continue` before it sends the body (RFC 9110, section 10.1.1).
    pub waits_for_continue: bool,
    pub body: Body,
}

impl<'a> ApiExtractor<'a> for UploadBody {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        let schema = MetaSchemaRef::Inline(Box::new(schema()));
        let media_type = MetaMediaType { content_type: "multipart/form-data", schema };
        Some(MetaRequest { description: None, content: vec![media_type], required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        Ok(Self {
            content_type: request.content_type().unwrap_or_default().to_owned(),
            declared_length: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            waits_for_continue: text(header::EXPECT).is_some(),
            body: body.take()?,
        })
    }
}

fn schema() -> MetaSchema {
    let image = MetaSchema {
        description: Some("The picture: JPEG, PNG, WebP or GIF (of which the first frame counts)."),
        ..MetaSchema::new_with_format("string", "binary")
    };
    let email = MetaSchema {
        description: Some("Where the link to the new picture is mailed."),
        example: Some("you@example.com".into()),
        max_length: Some(super::address::MOST_CHARACTERS),
        ..MetaSchema::new_with_format("string", "email")
    };
    let language = MetaSchema {
        description: Some("The language of the mail: English or Persian."),
        enum_items: vec!["en".into(), "fa".into()],
        default: Some("en".into()),
        ..MetaSchema::new("string")
    };
    let inline = |schema| MetaSchemaRef::Inline(Box::new(schema));
    MetaSchema {
        required: vec!["image", "email"],
        properties: vec![
            ("image", inline(image)),
            ("email", inline(email)),
            ("language", inline(language)),
        ],
        ..MetaSchema::new("object")
    }
}
