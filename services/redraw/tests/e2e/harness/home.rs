//! Where a redraw keeps its things, from one start to the next.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shared::config::Config;
use tempfile::TempDir;

use super::mailbox::{self, Mail};
use super::tenancy::Tenancy;
use super::{KEY_ENV, Models, Settings, servers};

/// A folder with the settings, and on real servers a database, buckets and queues. Cheap to clone;
/// gone with the last clone.
#[derive(Clone)]
pub struct Home {
    folder: Arc<TempDir>,
    tenancy: Option<Arc<Tenancy>>,
}

impl Home {
    pub async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        let tenancy = match servers() {
            Some(servers) => Some(Arc::new(Tenancy::take(servers).await)),
            None => None,
        };
        let home = Self { folder: Arc::new(folder), tenancy };
        std::fs::write(home.settings_file(), home.settings()).unwrap();
        home
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn settings_file(&self) -> PathBuf {
        self.path().join("config.yaml")
    }

    /// What is said of the real servers, as environment variables; and the key of the model servers.
    pub fn environment(&self) -> Vec<(String, String)> {
        let tenancy = self.tenancy.as_ref().map(|tenancy| tenancy.environment());
        let key = (KEY_ENV.to_owned(), Models::key().to_owned());
        tenancy.unwrap_or_default().into_iter().chain([key]).collect()
    }

    pub fn config(&self, settings: &Settings<'_>) -> Config {
        let settings = settings.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let environment = self.environment().into_iter().chain(settings);
        Config::load(Some(&self.settings_file()), environment).unwrap()
    }

    /// The domain of the sender, and so of every Message-ID.
    pub fn mail_domain(&self) -> &str {
        self.tenancy.as_ref().map_or("localhost", |tenancy| tenancy.mail_domain())
    }

    /// The rooms on the real servers; only where there are such.
    pub fn tenancy(&self) -> &Tenancy {
        self.tenancy.as_ref().expect("REDRAW_TEST_SERVERS names no servers; see scripts/servers")
    }

    /// Every mail that reached somebody.
    pub fn mails(&self) -> Vec<Mail> {
        match servers() {
            Some(servers) => mailbox::of_domain(servers.inbox(), self.mail_domain()),
            None => mailbox::all(&self.path().join("mail")),
        }
    }

    /// For a test: free ports, everything under the folder, short waits, no limits on how often.
    fn settings(&self) -> String {
        let root = self.path().display();
        let (captioners, painters) = providers();
        format!(
            "register: {{ listen: 127.0.0.1:0, event_poll: 1s, rate_per_client: 0, rate_per_email: 0 }}
caption: {{ tick: 500ms }}
generator: {{ interval: 500ms }}
captioner: {{ providers: [{captioners}] }}
painter: {{ width: 96, height: 96, providers: [{painters}] }}
jobs: {{ lease: 6s, backoff_first: 50ms, backoff_longest: 1s, wait_longest: 500ms }}
storage: {{ embedded_listen: 127.0.0.1:0 }}
mail: {{ url: 'file:{root}/mail' }}
data: {{ folder: '{root}/var' }}
"
        )
    }
}

/// Where the parts are servers, the models are too.
fn providers() -> (String, String) {
    if servers().is_none() {
        return ("builtin".to_owned(), "builtin".to_owned());
    }
    let models = Models::shared();
    (models.provider("chat", ""), models.provider("images", ""))
}
