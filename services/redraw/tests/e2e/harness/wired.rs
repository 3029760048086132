//! A redraw whose object store is at the other end of a wire, on either kind of parts.

use secrecy::ExposeSecret;

use super::{Part, Proxy, Redraw, Settings, servers};

/// A redraw, and a wire to its object store.
pub struct Wired {
    pub redraw: Redraw,
    pub wire: Proxy,
    /// On embedded parts: the redraw whose store it uses.
    store: Option<Redraw>,
}

impl Wired {
    pub async fn start(settings: &Settings<'_>) -> Self {
        if servers().is_some() {
            let (redraw, wire) = Redraw::start_behind_a_wire(Part::Store, settings).await;
            return Self { redraw, wire, store: None };
        }
        let store = Redraw::start().await;
        let theirs = &store.parts.config.storage;
        let wire = Proxy::start(theirs.endpoint["http://".len()..].parse().unwrap()).await;
        let endpoint = format!("http://{}", wire.address);
        let own = [
            ("REDRAW__STORAGE__ENDPOINT", &*endpoint),
            ("REDRAW__STORAGE__SECRET_KEY", theirs.secret_key.expose_secret()),
        ];
        let redraw = Redraw::start_with(&[settings, &own].concat()).await;
        Self { redraw, wire, store: Some(store) }
    }

    pub async fn stop(self) {
        self.redraw.stop().await;
        if let Some(store) = self.store {
            store.stop().await;
        }
    }
}
