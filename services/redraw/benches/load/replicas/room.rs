//! A database, a virtual host, buckets and a sender's domain for one run.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use anyhow::ensure;
use reqwest::Client;
use shared::config::Config;
use shared::database::{Database, cached};
use shared::tls::Roots;

use super::servers::Servers;
use super::until;

pub struct Room {
    settings: HashMap<String, String>,
    domain: String,
    inbox: PathBuf,
    /// In the management of RabbitMQ.
    virtual_host: String,
    /// The server's own, past the pooler.
    server: Database,
    /// The run's, past the pooler.
    own: Database,
    name: String,
}

/// What is stored, in rows and bytes.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    pub rows: i64,
    pub database_bytes: i64,
    /// Of PostgreSQL's log (WAL), for the whole server.
    pub log_bytes: i64,
    pub object_bytes: i64,
}

impl Stored {
    pub fn since(self, before: &Self) -> Self {
        Self {
            rows: self.rows - before.rows,
            database_bytes: self.database_bytes - before.database_bytes,
            log_bytes: self.log_bytes - before.log_bytes,
            object_bytes: self.object_bytes - before.object_bytes,
        }
    }
}

impl Room {
    pub async fn take(servers: &Servers) -> anyhow::Result<Self> {
        shared::crypto::install();
        let name = format!("l{}", &uuid::Uuid::new_v4().simple().to_string()[..12]);
        let domain = format!("{name}.test");
        let mut settings = servers.settings();
        let server = database(&settings)?;
        server.connection().await?.run(&format!("create database {name}")).await?;
        let virtual_host = format!("{}/vhosts/{name}", servers.line("SERVERS_RABBITMQ_API")?);
        Client::builder().build()?.put(&virtual_host).send().await?.error_for_status()?;
        let direct = with_path(servers.line("REDRAW__DATABASE__URL")?, &name);
        let broker = with_path(servers.line("REDRAW__BROKER__URL")?, &name);
        let mut set = |key: &str, value: String| settings.insert(format!("REDRAW__{key}"), value);
        set("DATABASE__URL", direct);
        set("BROKER__URL", broker);
        set("STORAGE__ORIGINALS_BUCKET", format!("{name}-originals"));
        set("STORAGE__PUBLIC_BUCKET", format!("{name}-public"));
        set("MAIL__FROM", format!("redraw <redraw@{domain}>"));
        let own = database(&settings)?;
        let pooled = with_path(servers.line("SERVERS_POOLER_URL")?, &name);
        settings.insert("REDRAW__DATABASE__URL".to_owned(), pooled);
        settings.insert("REDRAW__DATABASE__POOLER".to_owned(), "true".to_owned());
        let inbox = PathBuf::from(servers.line("SERVERS_INBOX")?).join("new");
        Ok(Self { settings, domain, inbox, virtual_host, server, own, name })
    }

    /// For the services.
    pub fn settings(&self) -> HashMap<String, String> {
        self.settings.clone()
    }

    pub async fn wait_until_mailed(&self, wanted: usize) -> anyhow::Result<()> {
        let sql = "select count(*) from jobs where kind = 'notify' and state = 'finished'";
        until("letters", wanted, async || Ok(usize::try_from(self.number(sql).await?)?)).await
    }

    /// Every request is done, in one attempt a step, with one letter.
    pub async fn check(&self, wanted: usize) -> anyhow::Result<()> {
        let wanted = i64::try_from(wanted)?;
        for (what, each, sql) in [
            ("done", 1, "select count(*) from requests where status = 'done'"),
            ("requests", 1, "select count(*) from requests"),
            ("attempts", 3, "select count(*) from attempts"),
        ] {
            let found = self.number(sql).await?;
            ensure!(found == each * wanted, "{found} {what}, and not {}", each * wanted);
        }
        let (mut letters, end) = (BTreeSet::new(), format!("@{}>", self.domain));
        for entry in std::fs::read_dir(&self.inbox)? {
            let text = std::fs::read_to_string(entry?.path())?;
            let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
            if let Some(id) = id.filter(|id| id.ends_with(&end)) {
                ensure!(letters.insert(id.to_owned()), "a letter came twice");
            }
        }
        ensure!(letters.len() == usize::try_from(wanted)?, "{} letters", letters.len());
        Ok(())
    }

    pub async fn stored(&self) -> anyhow::Result<Stored> {
        let rows = "select (select count(*) from requests) + (select count(*) from jobs) \
            + (select count(*) from attempts)";
        let log = "select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint";
        let objects = "select coalesce(sum(image_bytes + coalesce(new_image_bytes, 0)), 0)::bigint \
            from requests";
        Ok(Stored {
            rows: self.number(rows).await?,
            database_bytes: self.number("select pg_database_size(current_database())").await?,
            log_bytes: self.number(log).await?,
            object_bytes: self.number(objects).await?,
        })
    }

    /// The buckets stay: they go with the servers' data.
    pub async fn leave(self) -> anyhow::Result<()> {
        self.own.close().await;
        let drop = format!("drop database {} with (force)", self.name);
        self.server.connection().await?.run(&drop).await?;
        Client::builder().build()?.delete(&self.virtual_host).send().await?.error_for_status()?;
        Ok(())
    }

    async fn number(&self, sql: &str) -> anyhow::Result<i64> {
        let connection = self.own.connection().await?;
        Ok(cached::query_one(&connection, sql, &[]).await?.try_get(0)?)
    }
}

fn database(settings: &HashMap<String, String>) -> anyhow::Result<Database> {
    let config = Config::load(None, settings.clone())?;
    Database::new(&config.database, &Roots::load(&config.tls)?)
}

fn with_path(url: &str, path: &str) -> String {
    let base = url.rsplit_once('/').map_or(url, |(base, _)| base);
    format!("{base}/{path}")
}
