//! What a test may see behind the curtain: rows, objects, mails.

use std::collections::BTreeSet;
use std::path::Path;

use uuid::Uuid;

use super::Redraw;

/// A mail that was written.
pub struct Mail {
    pub message_id: String,
    /// Head and body, with soft line breaks undone.
    pub text: String,
}

impl Redraw {
    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> i64 {
        let client = self.parts.database.connection().await.unwrap();
        client.query_one(&format!("select count(*) from {table}"), &[]).await.unwrap().get(0)
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

    /// All that lies in the store, hidden files and buckets included.
    pub fn everything_stored(&self) -> Vec<String> {
        let root = self.folder.path().join("var/objects");
        let buckets = ["redraw-originals", "redraw-public"];
        let all = |folder: &Path| -> Vec<String> {
            let entries = std::fs::read_dir(folder).unwrap();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        let beside = all(&root).into_iter().filter(|name| !buckets.contains(&name.as_str()));
        beside.chain(buckets.iter().flat_map(|bucket| all(&root.join(bucket)))).collect()
    }

    /// The names in the bucket of originals.
    pub fn originals(&self) -> Vec<String> {
        names(&self.folder.path().join("var/objects/redraw-originals"))
    }

    /// The names in the public bucket.
    pub fn paintings(&self) -> Vec<String> {
        names(&self.folder.path().join("var/objects/redraw-public"))
    }

    /// A new picture, which must be whole.
    pub fn painting(&self, name: &str) -> image::DynamicImage {
        let folder = self.folder.path().join("var/objects/redraw-public");
        image::load_from_memory(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    }

    /// The stored original of a request.
    pub fn original(&self, id: &str) -> Vec<u8> {
        let id: Uuid = id.parse().unwrap();
        let folder = self.folder.path().join("var/objects/redraw-originals");
        let name = self.originals().into_iter().find(|name| name.starts_with(&id.to_string()));
        std::fs::read(folder.join(name.unwrap())).unwrap()
    }

    pub fn mails(&self) -> Vec<Mail> {
        let folder = self.folder.path().join("mail");
        let read = |name: String| {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            let text = text.replace("=\r\n", "").replace("=3D", "=");
            let message_id = text.lines().find_map(|line| line.strip_prefix("Message-ID: "));
            Mail { message_id: message_id.unwrap().to_owned(), text }
        };
        names(&folder).into_iter().map(read).collect()
    }
}

/// What lies in a folder, but for hidden files.
fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with('.')).collect()
}
