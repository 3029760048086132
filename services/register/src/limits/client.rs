//! Who sends a request: the connection's other end, or whom a trusted proxy names.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Once;

use anyhow::Context;
use poem::Request;
use poem::http::{HeaderMap, HeaderName};

/// A client, as far as it counts: an IPv4 address, or the /64 of an IPv6 address, of which a single
/// household has all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    V4(Ipv4Addr),
    /// The upper half of the address.
    V6(u64),
}

/// Headers that proxies commonly add.
const OF_PROXIES: [&str; 2] = ["x-forwarded-for", "forwarded"];

/// That a proxy may be there is told once.
static TOLD: Once = Once::new();

/// The header in which a trusted proxy says who the client is, if there is such a proxy.
pub struct ClientHeader(Option<HeaderName>);

impl ClientHeader {
    pub fn new(name: &str) -> anyhow::Result<Self> {
        if name.is_empty() {
            return Ok(Self(None));
        }
        let name = name.parse().context("register.client_address_header is no header's name")?;
        Ok(Self(Some(name)))
    }

    pub fn client_of(&self, request: &Request) -> Option<Client> {
        let connected = || request.remote_addr().0.as_socket_addr().map(SocketAddr::ip);
        self.named(request.headers()).or_else(connected).map(Client::from)
    }

    /// Tells, once, if a request seems to come through a proxy that nobody named.
    pub fn look_for_a_proxy(&self, headers: &HeaderMap) {
        if self.0.is_some() || !OF_PROXIES.iter().any(|name| headers.contains_key(*name)) {
            return;
        }
        TOLD.call_once(|| {
            tracing::warn!(
                "a request came with X-Forwarded-For or Forwarded, and register.client_address_header \
                 names no header: if that was a proxy, everyone behind it counts as one client"
            );
        });
    }

    /// Of several the last counts: the nearest proxy added it, and what stands before it is hearsay.
    fn named(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let values = headers.get_all(self.0.as_ref()?);
        parse(values.iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim())
    }
}

/// An address, as proxies write it: with brackets or a port, or without.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse().map(|address: SocketAddr| address.ip());
    bare.parse().or_else(|_| with_port()).ok()
}

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6((address.to_bits() >> 64) as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use poem::http::HeaderMap;

    use super::{Client, ClientHeader, parse};

    fn client(address: &str) -> Client {
        address.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn a_household_is_one_client_and_its_neighbour_another() {
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::9"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_eq!(client("::ffff:192.0.2.7"), client("192.0.2.7"));
        assert_ne!(client("192.0.2.7"), client("192.0.2.8"));
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for text in ["192.0.2.7", "192.0.2.7:4711"] {
            assert_eq!(parse(text), Some("192.0.2.7".parse().unwrap()), "{text}");
        }
        for text in ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711"] {
            assert_eq!(parse(text), Some("2001:db8::1".parse().unwrap()), "{text}");
        }
        for text in ["", "unknown", "_hidden", "192.0.2", "for=192.0.2.7"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_of_all_that_are_named_counts() {
        let header = ClientHeader::new("X-Forwarded-For").unwrap();
        let named = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            header.named(&headers).map(|address| address.to_string())
        };
        assert_eq!(named(&["192.0.2.1, 192.0.2.2"]).unwrap(), "192.0.2.2");
        assert_eq!(named(&["192.0.2.1", "192.0.2.2,192.0.2.3"]).unwrap(), "192.0.2.3");
        assert_eq!(named(&["192.0.2.1, unknown"]), None);
        assert_eq!(named(&[]), None);
        assert!(ClientHeader::new("no header").is_err());
    }
}
