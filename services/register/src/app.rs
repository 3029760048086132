//! The routes, and what goes around them all: headers, a log line, errors in one form.

use std::sync::Arc;

use poem::endpoint::make_sync;
use poem::http::{HeaderValue, header};
use poem::web::Html;
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response, Route};
use poem_openapi::{LicenseObject, OpenApiService};
use shared::service::Parts;

use crate::api::{Api, Operators};
use crate::{errors, page};

const DESCRIPTION: &str = "Send a picture and an e-mail address. A model says what the picture \
    shows, another draws that sentence anew, and the link to the new picture is mailed to the \
    address.\n\nAn answer that is not a success is `application/problem+json` (RFC 9457) with a \
    stable `code` and one sentence that helps.";

/// All routes of the service.
pub fn build(parts: &Parts) -> anyhow::Result<impl Endpoint<Output = Response> + use<>> {
    let service = describe(parts)?;
    let document = service.spec();
    let docs = page::docs(&service.swagger_ui_html());
    let app = parts
        .health
        .mount(Route::new())
        .nest("/api/v1", service)
        .at("/openapi.json", make_sync(move |_| json(document.clone())))
        .at("/docs", make_sync(move |_| Html(docs.clone())))
        .at("/", make_sync(|_| Html(page::HOME)));
    Ok(app.catch_all_error(errors::as_problem).around(log_and_protect))
}

fn describe(parts: &Parts) -> anyhow::Result<OpenApiService<(Api, Operators), ()>> {
    let calls = (Api::new(parts)?, Operators::new(parts));
    Ok(OpenApiService::new(calls, "redraw", env!("CARGO_PKG_VERSION"))
        .description(DESCRIPTION)
        .license(LicenseObject::new("MIT OR Apache-2.0"))
        .url_prefix("/api/v1"))
}

fn json(document: String) -> Response {
    document.with_content_type("application/json; charset=utf-8").into_response()
}

async fn log_and_protect<E: Endpoint<Output = Response>>(
    endpoint: Arc<E>,
    request: Request,
) -> poem::Result<Response> {
    let begun = tokio::time::Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let mut response = endpoint.get_response(request).await;
    let status = response.status().as_u16();
    let seconds = begun.elapsed().as_secs_f64();
    // Whoever watches asks every few seconds: nobody else wants to read of it.
    if matches!(path.as_str(), "/healthz" | "/readyz" | "/metrics") {
        tracing::debug!(%method, path, status, seconds, "answered");
    } else {
        tracing::info!(%method, path, status, seconds, "answered");
    }
    metrics::histogram!("http_request_seconds", "method" => method.to_string(), "status" => status.to_string())
        .record(seconds);
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A request's id is the right to see it: it must not travel in a Referer.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    Ok(response)
}
