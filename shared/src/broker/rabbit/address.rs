//! Where the broker is: its URL, read without ever showing the password in it.

use anyhow::{Context, ensure};
use lapin::uri::{AMQPScheme, AMQPUri};

/// Seconds. A peer that is silent for twice as long is gone: half-open connections are noticed.
const HEARTBEAT: u16 = 10;

/// Bytes. Hints are small, and the client keeps 64 frames' worth of buffers for each connection.
/// RabbitMQ 4 takes no less than 8 KiB.
const FRAME_MAX: u32 = 16 * 1024;

const FORM: &str = "it must be `embedded`, or amqp://user:password@host:port/vhost, or the same \
    with amqps; marks such as @ : / in user, password or vhost are written as %40 %3A %2F";

/// Reads an `amqp://` or `amqps://` URL. A URL without a vhost, and one that ends in a bare slash,
/// means the vhost `/`.
///
/// # Errors
///
/// Say what a URL looks like, and not what this one does.
pub fn read(url: &str) -> anyhow::Result<AMQPUri> {
    let mut uri: AMQPUri = url.parse().ok().context(FORM)?;
    let (authority, _) = url.split_once("://").and_then(|(_, rest)| split(rest)).context(FORM)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    ensure!(!host.is_empty() && !host.starts_with(':'), FORM);
    // The parser takes an IPv6 address for no host at all, and `localhost` instead.
    if let Some((address, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        address.clone_into(&mut uri.authority.host);
    }
    if uri.vhost.is_empty() {
        "/".clone_into(&mut uri.vhost);
    }
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    uri.query.frame_max.get_or_insert(FRAME_MAX);
    Ok(uri)
}

/// `amqp://host:port/vhost`, to show.
pub fn shown(uri: &AMQPUri) -> String {
    let (scheme, authority) = (&uri.scheme, &uri.authority);
    format!("{scheme}://{}:{} (vhost {})", authority.host, authority.port, uri.vhost)
}

pub fn is_encrypted(uri: &AMQPUri) -> bool {
    uri.scheme == AMQPScheme::AMQPS
}

/// The authority, and what follows it.
fn split(rest: &str) -> Option<(&str, &str)> {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    rest.split_at_checked(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{read, shown};

    #[test]
    fn a_url_is_read_with_what_it_leaves_out() {
        let uri = read("amqp://me:s%2Fcret@broker.example").unwrap();
        assert_eq!(shown(&uri), "amqp://broker.example:5672 (vhost /)");
        assert_eq!(uri.authority.userinfo.password, "s/cret");
        assert_eq!(uri.query.heartbeat, Some(10));
        assert_eq!(read("amqps://h/").unwrap().vhost, "/");
        assert_eq!(read("amqps://h/%2f").unwrap().vhost, "/");
        assert_eq!(read("amqps://h/own?heartbeat=3").unwrap().vhost, "own");
        assert_eq!(read("amqps://h:1/own?heartbeat=3").unwrap().query.heartbeat, Some(3));
    }

    #[test]
    fn an_ipv6_address_is_a_host() {
        let uri = read("amqp://u:p@[2001:db8::1]:5673/v").unwrap();
        assert_eq!(shown(&uri), "amqp://2001:db8::1:5673 (vhost v)");
    }

    #[test]
    fn what_cannot_be_read_is_never_shown() {
        for url in [
            "http://me:s3cret@h",
            "amqp:me:s3cret",
            "me:s3cret@h:5672",
            "amqp://me:s3cret@h:99999999/",
            "amqp://me:s3cret@h/?heartbeat=s3cret",
            "amqp://me:s3cret@",
            "amqp://me:s3cret@:5672",
            "amqp://me:s3cret%FF@h/",
            "amqp://",
            "",
        ] {
            let error = format!("{:#} {0:?}", read(url).unwrap_err());
            assert!(!error.contains("s3cret"), "{url} -> {error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_at_all_panics(url in "(amqps?://)?.{0,60}") {
            let _ = read(&url);
        }
    }
}
