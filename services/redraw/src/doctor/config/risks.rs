//! Settings that go together, and bite in earnest.

use std::net::IpAddr;

use reqwest::Url;
use secrecy::ExposeSecret;
use shared::config::{Config, PublicAccess};

use super::PART;
use crate::doctor::is_embedded;
use crate::doctor::report::Check;

pub fn in_settings(config: &Config) -> Vec<Check> {
    let risks =
        [local_links, local_pictures, local_sender, one_visitor, free_for_all, pictures_apart];
    risks.into_iter().filter_map(|risk| risk(config)).collect()
}

/// Whether others than this machine come to our door.
fn is_public(config: &Config) -> bool {
    let url = &config.register.public_url;
    !config.register.listen.ip().is_loopback() || !(url.is_empty() || is_local(url))
}

fn is_local(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let address = host.parse::<IpAddr>();
    // RFC 6761, section 6.3.
    address.map_or_else(|_| is_localhost(host), |address| address.is_loopback())
}

fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

fn local_links(config: &Config) -> Option<Check> {
    let url = &config.register.public_url;
    (is_public(config) && (url.is_empty() || is_local(url))).then(|| {
        PART.warning(
            "register.public_url",
            format!("links in answers and mails lead to {}", config.register.api_url()),
            "set it to where people reach redraw, such as https://redraw.example.com",
        )
    })
}

/// The embedded store is on loopback always.
fn local_pictures(config: &Config) -> Option<Check> {
    let storage = &config.storage;
    let url = if storage.public_url.is_empty() { &storage.endpoint } else { &storage.public_url };
    let leads_here = is_local(url) || is_embedded(url);
    (is_public(config) && leads_here && storage.public_access != PublicAccess::Api).then(|| {
        PART.warning(
            "storage.public_url",
            "links to the new pictures lead to the store on this machine",
            "set it to where people reach the public bucket, or storage.public_access to api",
        )
    })
}

fn local_sender(config: &Config) -> Option<Check> {
    let sends = !config.mail.url.expose_secret().starts_with("file:");
    (sends && is_localhost(config.mail.from.email.domain())).then(|| {
        PART.warning(
            "mail.from",
            format!(
                "{} is an address of this machine: other servers refuse it",
                config.mail.from.email
            ),
            "set it to an address of your own domain",
        )
    })
}

/// We speak no TLS at the door, so a proxy does.
fn one_visitor(config: &Config) -> Option<Check> {
    let register = &config.register;
    let behind_proxy = register.public_url.starts_with("https://");
    (behind_proxy && register.client_address_header.is_empty() && register.rate_per_client > 0)
        .then(|| {
            PART.warning(
                "register.client_address_header",
                "behind the proxy that speaks https all visitors look like one, and share \
                 register.rate_per_client",
                "name the header that the proxy sets, such as X-Forwarded-For",
            )
        })
}

fn free_for_all(config: &Config) -> Option<Check> {
    let register = &config.register;
    (is_public(config) && register.api_keys.is_empty() && register.rate_per_client == 0).then(
        || {
            PART.warning(
                "register.rate_per_client",
                "anybody may register as often as they like",
                "set a rate, or register.api_keys",
            )
        },
    )
}

/// A store in this process is nobody else's.
fn pictures_apart(config: &Config) -> Option<Check> {
    let apart =
        is_embedded(&config.storage.endpoint) && !is_embedded(config.database.url.expose_secret());
    apart.then(|| {
        PART.warning(
            "storage.endpoint",
            "the database is for many processes, and the pictures lie in this one's folder",
            "run one process alone, or name an object store that all of them reach",
        )
    })
}

#[cfg(test)]
mod tests {
    use shared::config::Config;

    use super::in_settings;

    fn complaints(settings: &[(&str, &str)]) -> String {
        let settings =
            settings.iter().map(|(name, value)| (format!("REDRAW__{name}"), (*value).into()));
        format!("{:?}", in_settings(&Config::load(None, settings).unwrap()))
    }

    #[test]
    fn on_this_machine_alone_nothing_is_risky() {
        assert_eq!(complaints(&[]), "[]");
        assert_eq!(complaints(&[("REGISTER__PUBLIC_URL", "http://localhost:8000")]), "[]");
    }

    #[test]
    fn what_bites_in_earnest_is_named() {
        let open = ("REGISTER__LISTEN", "0.0.0.0:8000");
        let smtp = ("MAIL__URL", "smtp://mail.example.com");
        let https = ("REGISTER__PUBLIC_URL", "https://redraw.example.com");
        for (settings, complaint) in [
            (&[open][..], "register.public_url"),
            (&[open], "storage.public_url"),
            (&[https, ("STORAGE__ENDPOINT", "http://[::1]:9000")], "storage.public_url"),
            (&[smtp], "mail.from"),
            (&[https], "register.client_address_header"),
            (&[open, ("REGISTER__RATE_PER_CLIENT", "0")], "register.rate_per_client"),
            (&[("DATABASE__URL", "postgres://db/redraw")], "storage.endpoint"),
        ] {
            let complaints = complaints(settings);
            assert!(complaints.contains(complaint), "{settings:?}: {complaints}");
        }
    }

    #[test]
    fn a_set_up_for_others_with_all_that_it_needs_is_well() {
        let well = complaints(&[
            ("REGISTER__LISTEN", "0.0.0.0:8000"),
            ("REGISTER__PUBLIC_URL", "https://redraw.example.com"),
            ("REGISTER__CLIENT_ADDRESS_HEADER", "X-Forwarded-For"),
            ("DATABASE__URL", "postgres://db.internal/redraw"),
            ("STORAGE__ENDPOINT", "https://minio.internal:9000"),
            ("STORAGE__PUBLIC_URL", "https://pictures.example.com"),
            ("MAIL__URL", "smtp://mail.internal"),
            ("MAIL__FROM", "redraw <redraw@example.com>"),
        ]);
        assert_eq!(well, "[]");
    }
}
