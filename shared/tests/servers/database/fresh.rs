//! A database of a test's own, on the server that all share.

use secrecy::{ExposeSecret, SecretString};
use shared::config::DatabaseConfig;
use shared::database::Database;
use uuid::Uuid;

use crate::settings::{config, roots};

/// Drop it with [`drop`](Self::drop).
pub struct Fresh {
    pub name: String,
    pub url: SecretString,
    server: Database,
}

impl Fresh {
    pub async fn make() -> Self {
        let config = config().database;
        let server = Database::new(&config, &roots()).unwrap();
        let name = format!("test_{}", Uuid::now_v7().simple());
        let client = server.connection().await.unwrap();
        client.run(&format!("create database {name}")).await.unwrap();
        let mut url: reqwest::Url = config.url.expose_secret().parse().unwrap();
        url.set_path(&name);
        Self { name, url: url.to_string().into(), server }
    }

    /// The settings for it.
    pub fn config(&self) -> DatabaseConfig {
        DatabaseConfig { url: self.url.clone(), ..config().database }
    }

    /// A pool of its own each time, as another process has.
    pub fn database(&self) -> Database {
        Database::new(&self.config(), &roots()).unwrap()
    }

    pub fn database_at(&self, url: &str) -> Database {
        Database::new(&DatabaseConfig { url: url.into(), ..self.config() }, &roots()).unwrap()
    }

    /// `alter database ... set` for whoever connects from now on.
    pub async fn set(&self, what: &str) {
        self.run(&format!("set {what}")).await;
    }

    /// `alter database`, from beside it.
    pub async fn run(&self, what: &str) {
        let client = self.server.connection().await.unwrap();
        client.run(&format!("alter database {} {what}", self.name)).await.unwrap();
    }

    /// As when the server is shut down and started again.
    pub async fn end_all_connections(&self) {
        let sql = format!(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{}'",
            self.name
        );
        self.server.connection().await.unwrap().run(&sql).await.unwrap();
    }

    /// A user without rights, whose password is `right`.
    pub async fn make_role(&self) -> String {
        let sql = format!("create role {} login password 'right'", self.name);
        self.server.connection().await.unwrap().run(&sql).await.unwrap();
        self.name.clone()
    }

    pub fn url_of(&self, role: &str, password: &str) -> String {
        let mut url: reqwest::Url = self.url.expose_secret().parse().unwrap();
        url.set_username(role).unwrap();
        url.set_password(Some(password)).unwrap();
        url.to_string()
    }

    pub async fn drop(self) {
        let sql = format!("drop database {} with (force)", self.name);
        self.server.connection().await.unwrap().run(&sql).await.unwrap();
    }

    pub async fn drop_with(self, role: &str) {
        let server = self.server.clone();
        self.drop().await;
        server.connection().await.unwrap().run(&format!("drop role {role}")).await.unwrap();
    }
}
