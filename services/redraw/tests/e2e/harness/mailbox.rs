//! Mails, as they reached somebody.

use std::path::Path;

/// A mail.
pub struct Mail {
    pub message_id: String,
    /// Head and body, with soft line breaks undone.
    pub text: String,
}

/// Every mail in a folder of files; none if there is no folder.
pub fn all(folder: &Path) -> Vec<Mail> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let seen = |path: &Path| !path.file_name().unwrap().to_str().unwrap().starts_with('.');
    paths.filter(|path| seen(path)).map(|path| read(&path)).collect()
}

/// The mails of one sender's domain in a Maildir that many use.
pub fn of_domain(maildir: &Path, domain: &str) -> Vec<Mail> {
    let end = format!("@{domain}>");
    let mut mails = all(&maildir.join("new"));
    mails.retain(|mail| mail.message_id.ends_with(&end));
    mails
}

fn read(path: &Path) -> Mail {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replace("\r\n", "\n").replace("=\n", "").replace("=3D", "=");
    let message_id = text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
    Mail { message_id: message_id.unwrap_or_default().to_owned(), text }
}
