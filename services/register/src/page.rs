//! The pages for people: a plain front page, and Swagger UI.

/// The front page.
pub const HOME: &str = include_str!("page/home.html");

/// How Swagger UI opens: calls as a list, forms ready to be filled in.
const OPTIONS: &str = "deepLinking: true, docExpansion: 'list', tryItOutEnabled: true, \
    displayRequestDuration: true, defaultModelsExpandDepth: 0,";

/// Swagger UI with our name on it.
pub fn docs(swagger_ui: &str) -> String {
    swagger_ui
        .replacen("<html charset=\"UTF-8\">", "<!doctype html><html lang=\"en\">", 1)
        .replacen("<title>Swagger UI</title>", "<title>redraw: try it</title>", 1)
        .replacen("deepLinking: true,", OPTIONS, 1)
}

#[cfg(test)]
mod tests {
    use super::{OPTIONS, docs};

    #[test]
    fn swagger_ui_still_has_what_is_replaced() {
        let service = poem_openapi::OpenApiService::new((), "title", "1");
        let page = docs(&service.swagger_ui_html());
        for piece in ["<!doctype html>", "<title>redraw: try it</title>", OPTIONS] {
            assert!(page.contains(piece), "{piece}");
        }
    }
}
