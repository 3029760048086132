//! Mail: whether the folder can be written to, or the server takes us in. None is sent.

use shared::config::Config;
use shared::mail::{self, MailFindings, SmtpFindings};
use shared::tls::Roots;

use super::mend::Settings;
use super::report::{Check, Part};

const PART: Part = Part::MAIL;

const SETTINGS: Settings = Settings {
    part: PART,
    url: "mail.url",
    login: "user and password in mail.url (smtp://user:password@host)",
    place: "correct mail.url",
    without_tls: "take ?tls=required out of mail.url, and the password with it unless the server is on \
        this machine",
};

pub async fn examine(config: &Config, roots: &Roots) -> Vec<Check> {
    match mail::inspect(&config.mail, roots).await {
        Ok(MailFindings::Folder(folder)) => {
            vec![PART.ok("folder", format!("{} can be written to", folder.display()))]
        }
        Ok(MailFindings::Server(findings)) => {
            let password = findings.may_show_its_password.then(password);
            let checks = [connection(&findings), sender(config, &findings)];
            checks.into_iter().chain(password).collect()
        }
        Err(barrier) if is_folder(config) => vec![PART.failed(
            "folder",
            barrier.to_string(),
            "let redraw write there, or name another folder in mail.url",
        )],
        Err(barrier) => {
            vec![SETTINGS.blocked(&barrier), PART.skipped("sender", "no connection")]
        }
    }
}

fn is_folder(config: &Config) -> bool {
    use secrecy::ExposeSecret;
    config.mail.url.expose_secret().starts_with("file:")
}

fn connection(findings: &SmtpFindings) -> Check {
    let encrypted = if findings.is_encrypted { "with TLS" } else { "without TLS" };
    let login = if findings.is_logged_in { "logged in" } else { "without a login" };
    PART.ok("connection", format!("{} takes us in, {encrypted}, {login}", findings.place))
}

fn sender(config: &Config, findings: &SmtpFindings) -> Check {
    let from = &config.mail.from.email;
    match &findings.against_sender {
        None => PART.ok("sender", format!("mail from {from} is taken")),
        Some(cause) => PART.failed(
            "sender",
            format!("mail from {from} is refused: {cause}"),
            "set mail.from to an address that this user of the server may send from",
        ),
    }
}

fn password() -> Check {
    PART.warning(
        "password",
        "nothing keeps the password from going over the network as it is",
        "write smtps:// in mail.url, or add ?tls=required",
    )
}
