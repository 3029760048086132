//! What a newcomer reads first: where everything is, and what to try.

use std::io::Write;

use secrecy::ExposeSecret;

use super::Running;

/// Prints to standard output; the log goes to standard error.
pub fn print(running: &Running) -> std::io::Result<()> {
    let config = &running.parts.config;
    let api = config.register.api_url();
    let base = api.trim_end_matches("/api/v1");
    let mail = config.mail.url.expose_secret().strip_prefix("file:").unwrap_or("sent by SMTP");
    let data = config.data.folder.display();
    let mut out = std::io::stdout().lock();
    write!(
        out,
        "
  redraw is ready.

    page        {base}/
    Swagger UI  {base}/docs
    mails       {mail}
    data        {data}

  Send a picture:

    curl -F image=@picture.jpg -F email=you@example.com {api}/register

  Stop with Ctrl-C; what is begun is finished, now or at the next start.

"
    )?;
    out.flush()
}
