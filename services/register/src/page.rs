//! The pages for people: a plain front page, and Swagger UI.

/// The front page.
pub const HOME: &str = include_str!("page/home.html");

/// Swagger UI with our name on it, and with its lists unfolded.
pub fn docs(swagger_ui: &str) -> String {
    swagger_ui
        .replacen("<html charset=\"UTF-8\">", "<!doctype html><html lang=\"en\">", 1)
        .replacen("<title>Swagger UI</title>", "<title>redraw: try it</title>", 1)
        .replacen("deepLinking: true,", "deepLinking: true, docExpansion: 'list', displayRequestDuration: true,", 1)
}
