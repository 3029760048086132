//! Rooms of one's own on servers that many use: a database, a virtual host, buckets, a domain.

use std::collections::HashMap;

use reqwest::Client;
use shared::config::Config;
use shared::database::Database;
use shared::tls::Roots;
use uuid::Uuid;

use super::Servers;

pub struct Tenancy {
    servers: &'static Servers,
    /// Fit for a database, a virtual host, a bucket and a domain.
    name: String,
    mail_domain: String,
}

impl Tenancy {
    pub async fn take(servers: &'static Servers) -> Self {
        let name = format!("t{}", &Uuid::new_v4().simple().to_string()[..12]);
        let tenancy = Self { servers, mail_domain: format!("{name}.test"), name };
        tenancy.sql(&format!("create database {}", tenancy.name)).await;
        tenancy.virtual_host(Client::put).await;
        tenancy
    }

    /// Of the database and of the virtual host.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn mail_domain(&self) -> &str {
        &self.mail_domain
    }

    pub fn environment(&self) -> Vec<(String, String)> {
        let name = &self.name;
        let mut settings: HashMap<_, _> = self.servers.settings().collect();
        let own = [
            ("REDRAW__DATABASE__URL", with_path(self.line("REDRAW__DATABASE__URL"), name)),
            ("REDRAW__BROKER__URL", with_path(self.line("REDRAW__BROKER__URL"), name)),
            ("REDRAW__STORAGE__ORIGINALS_BUCKET", format!("{name}-originals")),
            ("REDRAW__STORAGE__PUBLIC_BUCKET", format!("{name}-public")),
            ("REDRAW__MAIL__FROM", format!("redraw <redraw@{}>", self.mail_domain)),
        ];
        settings.extend(own.map(|(setting, value)| (setting.to_owned(), value)));
        if std::env::var_os("REDRAW_TEST_POOLER").is_some() {
            let pooled = self.through_the_pooler();
            settings.extend(pooled.map(|(setting, value)| (setting.to_owned(), value)));
        }
        settings.into_iter().collect()
    }

    /// The settings with which the database is reached through the pooler.
    pub fn through_the_pooler(&self) -> [(&'static str, String); 2] {
        let url = with_path(self.line("SERVERS_POOLER_URL"), &self.name);
        let url = format!("{url}?application_name=pooled");
        [("REDRAW__DATABASE__URL", url), ("REDRAW__DATABASE__POOLER", "true".to_owned())]
    }

    fn line(&self, name: &str) -> &str {
        self.servers.line(name)
    }

    /// As the servers' own user, outside of any tenancy.
    pub async fn sql(&self, statement: &str) {
        let config = Config::load(None, self.servers.settings()).unwrap();
        let database = Database::new(&config.database, &Roots::load(&config.tls).unwrap()).unwrap();
        database.connection().await.unwrap().batch_execute(statement).await.unwrap();
    }

    /// PUT or DELETE, by RabbitMQ's management API.
    async fn virtual_host(&self, call: fn(&Client, String) -> reqwest::RequestBuilder) {
        let api = self.line("SERVERS_RABBITMQ_API");
        let request = call(&Client::new(), format!("{api}/vhosts/{}", self.name));
        let answer = request.header("Content-Type", "application/json").send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
    }
}

/// The URL with another path.
fn with_path(url: &str, path: &str) -> String {
    let (base, _) = url.rsplit_once('/').unwrap();
    format!("{base}/{path}")
}

/// Buckets stay: emptying them would cost more than they do.
impl Drop for Tenancy {
    fn drop(&mut self) {
        let leave = async {
            self.sql(&format!("drop database {} with (force)", self.name)).await;
            self.virtual_host(Client::delete).await;
        };
        std::thread::scope(|scope| {
            let leaving = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.unwrap().block_on(leave);
            });
            // A test that failed has its own reason; the rooms go with the servers' data.
            let _ = leaving.join();
        });
    }
}
