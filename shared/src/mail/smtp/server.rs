//! Which server, how it is spoken to, and who we are there: read from `mail.url`.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::refusal::Step;
use crate::tls::Roots;

/// When TLS begins.
enum Tls {
    Never,
    /// STARTTLS, if the server offers it.
    IfOffered(TlsParameters),
    /// STARTTLS, or nothing is said.
    Required(TlsParameters),
    /// Before the first word.
    AtOnce(TlsParameters),
}

pub struct Server {
    host: String,
    port: u16,
    tls: Tls,
    hello: ClientId,
    credentials: Option<Credentials>,
}

impl Server {
    /// `smtp://host`, `smtp://host?tls=required`, `smtp://host?tls=opportunistic`, `smtps://host`,
    /// each with `user:password@`, a port, and a path that names us in EHLO.
    pub fn parse(url: &str, roots: &Roots) -> anyhow::Result<Self> {
        // The cause may quote the URL, and with it the password.
        let url: Url = url.parse().map_err(|_| unknown())?;
        let host =
            url.host_str().filter(|host| !host.is_empty()).context("mail.url names no host")?;
        let (host, name) = (host.to_owned(), host.trim_matches(['[', ']']));
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value);
        let (port, tls) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (SMTP_PORT, Tls::Never),
            ("smtp", Some("required")) => (SUBMISSION_PORT, Tls::Required(trust(name, roots)?)),
            ("smtp", Some("opportunistic")) => {
                (SUBMISSION_PORT, Tls::IfOffered(trust(name, roots)?))
            }
            ("smtps", None) => (SUBMISSIONS_PORT, Tls::AtOnce(trust(name, roots)?)),
            ("smtp" | "smtps", _) => {
                bail!("mail.url: `tls` is `required` or `opportunistic`, and for smtp:// alone")
            }
            _ => return Err(unknown()),
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decode(url.username())?, decode(password)?)),
            None if url.username().is_empty() => None,
            None => bail!("mail.url has a user, but no password"),
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        Ok(Self { port: url.port().unwrap_or(port), host, tls, hello, credentials })
    }

    /// Host and port.
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    pub fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// Whether we may have to log in without TLS, over a network.
    pub fn may_show_its_password(&self) -> bool {
        let in_the_open = matches!(self.tls, Tls::Never | Tls::IfOffered(_));
        self.credentials.is_some() && in_the_open && !is_this_machine(&self.host)
    }

    /// Connects, encrypts and logs in; says how far it came.
    pub async fn connect(&self, timeout: Duration) -> Result<AsyncSmtpConnection, (Step, Error)> {
        let address = self.place();
        let at_once = match &self.tls {
            Tls::AtOnce(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let connecting =
            AsyncSmtpConnection::connect_tokio1(address, Some(timeout), &self.hello, at_once, None);
        let mut connection = connecting.await.map_err(|error| (Step::Connect, error))?;
        let upgrade = match &self.tls {
            Tls::Required(parameters) => Some(parameters),
            Tls::IfOffered(parameters) => Some(parameters).filter(|_| connection.can_starttls()),
            Tls::Never | Tls::AtOnce(_) => None,
        };
        if let Some(parameters) = upgrade {
            let upgrading = connection.starttls(parameters.clone(), &self.hello);
            upgrading.await.map_err(|error| (Step::StartTls, error))?;
        }
        if let Some(credentials) = &self.credentials {
            let logging_in = connection.auth(DEFAULT_MECHANISMS, credentials);
            logging_in.await.map_err(|error| (Step::Auth, error))?;
        }
        Ok(connection)
    }
}

fn unknown() -> anyhow::Error {
    anyhow::anyhow!("mail.url must be file:FOLDER, smtp://... or smtps://...")
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        // RFC 6761, section 6.3.
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

fn decode(text: &str) -> anyhow::Result<String> {
    let decoded = percent_decode_str(text).decode_utf8();
    Ok(decoded
        .map_err(|_| anyhow::anyhow!("mail.url: user or password is not UTF-8"))?
        .into_owned())
}

/// The public roots are the client's own.
fn trust(host: &str, roots: &Roots) -> anyhow::Result<TlsParameters> {
    let builder =
        TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::WebpkiRoots);
    let add = |builder, root: &_| -> anyhow::Result<_> {
        Ok(lettre::transport::smtp::client::TlsParametersBuilder::add_root_certificate(
            builder,
            Certificate::from_der(AsRef::<[u8]>::as_ref(root).to_vec())?,
        ))
    };
    let builder = roots.added().iter().try_fold(builder, add)?;
    builder.build().context("TLS towards the mail server")
}

#[cfg(test)]
mod tests {
    use super::{Server, Tls};
    use crate::config::TlsConfig;
    use crate::tls::Roots;

    fn parse(url: &str) -> anyhow::Result<Server> {
        crate::crypto::install();
        Server::parse(url, &Roots::load(&TlsConfig { roots_file: String::new() })?)
    }

    #[test]
    fn each_kind_of_url_has_its_port_and_its_tls() {
        let kind = |url| {
            let server = parse(url).unwrap();
            let tls = match server.tls {
                Tls::Never => "never",
                Tls::IfOffered(_) => "offered",
                Tls::Required(_) => "required",
                Tls::AtOnce(_) => "at once",
            };
            (server.host, server.port, tls, server.credentials.is_some())
        };
        let host = || "mail.example".to_owned();
        assert_eq!(kind("smtp://mail.example"), (host(), 25, "never", false));
        assert_eq!(kind("smtp://mail.example:2525/me"), (host(), 2525, "never", false));
        assert_eq!(
            kind("smtp://u:p%40ss@mail.example?tls=required"),
            (host(), 587, "required", true)
        );
        assert_eq!(kind("smtp://mail.example?tls=opportunistic"), (host(), 587, "offered", false));
        assert_eq!(kind("smtps://u:p@mail.example"), (host(), 465, "at once", true));
        assert_eq!(kind("smtps://u:p@[::1]:4650").0, "[::1]");
    }

    #[test]
    fn a_password_is_safe_with_tls_and_on_this_machine() {
        for (url, may_show) in [
            ("smtp://u:p@mail.example", true),
            ("smtp://u:p@192.0.2.1:25", true),
            ("smtp://u:p@mail.example?tls=opportunistic", true),
            ("smtp://u:p@mail.example?tls=required", false),
            ("smtps://u:p@mail.example", false),
            ("smtp://mail.example", false),
            ("smtp://u:p@localhost", false),
            ("smtp://u:p@127.0.0.1:2525", false),
            ("smtp://u:p@[::1]:2525", false),
        ] {
            assert_eq!(parse(url).unwrap().may_show_its_password(), may_show, "{url}");
        }
    }

    #[test]
    fn what_is_no_mail_server_is_refused_without_its_password() {
        for url in [
            "http://u:s3cr3t@mail.example",
            "smtp://u:s3cr3t@mail.example?tls=maybe",
            "smtps://u:s3cr3t@mail.example?tls=required",
            "smtp://u:s3cr3t@",
            "smtp://u:s3cr3t@mail.example:port",
            "smtp://user@mail.example",
        ] {
            let Err(error) = parse(url) else { panic!("{url} was taken") };
            let error = format!("{error:#}");
            assert!(error.contains("mail.url") && !error.contains("s3cr3t"), "{error}");
        }
    }
}
