//! The key that a caller shows, and how OpenAPI describes it (RFC 6750).

use poem::http::header;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use secrecy::SecretString;

/// Its name in the OpenAPI document.
const SCHEME: &str = "key";

const DESCRIPTION: &str = "A key that `redraw new-key` made, sent as `Authorization: Bearer KEY`. \
    Registering needs one where `register.api_keys` names some; an operator's calls need one of \
    `register.operator_keys`.";

/// What a caller showed, if anything. Whether it opens anything is not looked at here; whether
/// something must be shown, `NEEDED` tells the readers of the OpenAPI document.
pub struct Shown<const NEEDED: bool>(pub Option<SecretString>);

fn shown(request: &Request) -> Option<SecretString> {
    let text = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = text.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then(|| key.to_owned().into())
}

fn describe(registry: &mut Registry) {
    let scheme = MetaSecurityScheme {
        ty: "http",
        description: Some(DESCRIPTION),
        name: None,
        key_in: None,
        scheme: Some("bearer"),
        bearer_format: None,
        flows: None,
        openid_connect_url: None,
    };
    registry.create_security_scheme(SCHEME, scheme);
}

impl<'a, const NEEDED: bool> ApiExtractor<'a> for Shown<NEEDED> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        describe(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    fn has_security_fallback() -> bool {
        !NEEDED
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self(shown(request)))
    }
}
