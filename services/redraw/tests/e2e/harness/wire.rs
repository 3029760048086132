//! A redraw and one of its parts, with a wire between them that a test can cut.

use super::{Home, Proxy, Redraw, Settings};

/// A part that stands on a server of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Database,
    Broker,
    Store,
    Mail,
}

impl Part {
    /// The setting that says where it is.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Database => "REDRAW__DATABASE__URL",
            Self::Broker => "REDRAW__BROKER__URL",
            Self::Store => "REDRAW__STORAGE__ENDPOINT",
            Self::Mail => "REDRAW__MAIL__URL",
        }
    }

    /// Its URL, and host and port in it.
    pub fn place(self, home: &Home) -> (String, String) {
        let environment = home.environment();
        let url = environment.into_iter().find(|(name, _)| name == self.setting());
        let url = url.expect("there are no servers; see scripts/servers").1;
        let address = host_and_port(&url).to_owned();
        (url, address)
    }
}

impl Redraw {
    /// Starts on real servers, with a wire to one of them. What the test itself sees goes past it.
    pub async fn start_behind_a_wire(part: Part, settings: &Settings<'_>) -> (Self, Proxy) {
        let home = Home::new().await;
        let (url, address) = part.place(&home);
        let wire = Proxy::start(address.parse().unwrap()).await;
        let url = url.replacen(&address, &wire.address.to_string(), 1);
        let redraw = Self::start_apart(home, settings, &[(part.setting(), &url)]).await;
        (redraw, wire)
    }
}

fn host_and_port(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap();
    let authority = rest.split(['/', '?']).next().unwrap();
    authority.rsplit('@').next().unwrap()
}
