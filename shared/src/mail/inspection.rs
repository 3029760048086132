//! What a look at the mail's way out finds. Sends none.

use std::path::PathBuf;

use secrecy::ExposeSecret;

use super::smtp::{Smtp, SmtpFindings};
use crate::config::MailConfig;
use crate::inspection::{Barrier, try_folder};
use crate::tls::Roots;

/// What was found.
#[derive(Debug)]
pub enum MailFindings {
    /// A folder that can be written to.
    Folder(PathBuf),
    /// A server that lets us in.
    Server(SmtpFindings),
}

/// Looks at the folder, or connects once.
///
/// # Errors
///
/// What stands in the way.
pub async fn inspect(config: &MailConfig, roots: &Roots) -> Result<MailFindings, Barrier> {
    let url = config.url.expose_secret();
    if let Some(folder) = url.strip_prefix("file:") {
        let folder = PathBuf::from(folder);
        let tried = try_folder(&folder);
        tried.map_err(|error| Barrier::Refused(format!("{}: {error}", folder.display())))?;
        return Ok(MailFindings::Folder(folder));
    }
    let smtp = Smtp::new(url, config.timeout, roots);
    let smtp = smtp.map_err(|error| Barrier::Setting(format!("{error:#}")))?;
    smtp.inspect(&config.from.email).await.map(MailFindings::Server)
}
