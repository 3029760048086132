//! What a test may see behind the curtain: rows, objects, mails.

use std::collections::BTreeSet;

use shared::storage::Bucket;
use uuid::Uuid;

use super::{Mail, Redraw, eventually, servers};

/// A picture of a test is far smaller, in bytes.
const MOST: u64 = 32 * 1024 * 1024;

impl Redraw {
    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> i64 {
        self.number(&format!("select count(*) from {table}")).await
    }

    /// The values of a query's one column of text.
    pub async fn column(&self, sql: &str) -> BTreeSet<String> {
        let client = self.parts.database.connection().await.unwrap();
        client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    /// Runs a statement as nobody should.
    pub async fn execute(&self, sql: &str) -> u64 {
        let client = self.parts.database.connection().await.unwrap();
        client.execute(sql, &[]).await.unwrap()
    }

    /// The single number that a query returns.
    pub async fn number(&self, sql: &str) -> i64 {
        let client = self.parts.database.connection().await.unwrap();
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// From now on every new job waits for [`release`](Self::release).
    pub async fn hold_work(&self) {
        self.execute("alter table jobs alter run_at set default now() + interval '1 hour'").await;
    }

    /// What waits may be done; what it leads to waits again.
    pub async fn release(&self) {
        self.execute("update jobs set run_at = now() where state = 'queued'").await;
    }

    /// Undoes [`hold_work`](Self::hold_work).
    pub async fn let_work_go(&self) {
        self.execute("alter table jobs alter run_at set default now()").await;
        self.release().await;
    }

    /// All that lies in the store; on embedded parts, hidden files and buckets included.
    pub async fn everything_stored(&self) -> Vec<String> {
        if servers().is_some() {
            return [self.originals().await, self.paintings().await].concat();
        }
        let root = self.home.path().join("var/objects");
        let files = |folder: &str| {
            let entries = std::fs::read_dir(root.join(folder)).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap())
        };
        let storage = &self.parts.config.storage;
        let buckets = [&storage.originals_bucket, &storage.public_bucket];
        let beside = files("").filter(|name| !buckets.contains(&name));
        beside.chain(buckets.iter().flat_map(|bucket| files(bucket))).collect()
    }

    /// The names in the bucket of originals.
    pub async fn originals(&self) -> Vec<String> {
        self.names(Bucket::Private).await
    }

    /// The names in the public bucket.
    pub async fn paintings(&self) -> Vec<String> {
        self.names(Bucket::Public).await
    }

    /// A new picture, which must be whole.
    pub async fn painting(&self, name: &str) -> image::DynamicImage {
        let bytes = self.parts.storage.get(Bucket::Public, name, MOST).await.unwrap();
        image::load_from_memory(&bytes).unwrap()
    }

    /// The stored original of a request.
    pub async fn original(&self, id: &str) -> Vec<u8> {
        let id: Uuid = id.parse().unwrap();
        let names = self.originals().await;
        let name = names.iter().find(|name| name.starts_with(&id.to_string())).unwrap();
        self.parts.storage.get(Bucket::Private, name, MOST).await.unwrap().to_vec()
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.home.mails()
    }

    /// The mails by their Message-ID: SMTP may deliver one twice when a program is killed.
    pub fn letters(&self) -> BTreeSet<String> {
        self.mails().into_iter().map(|mail| mail.message_id).collect()
    }

    async fn names(&self, bucket: Bucket) -> Vec<String> {
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            // The embedded store fails to list a folder from which a file vanishes meanwhile.
            let list = async || self.parts.storage.list(bucket, after.as_deref(), 1000).await.ok();
            let page = eventually("a list of what is stored", list).await;
            names.extend(page.objects.into_iter().map(|object| object.key));
            after = page.after;
            if after.is_none() {
                return names;
            }
        }
    }
}
