//! What autovacuum does elsewhere, for a database that has no process to do it.

use super::{Database, DatabaseError, cached};

impl Database {
    /// Vacuums and analyses our tables, one by one: between two of them others get the connection.
    ///
    /// # Errors
    ///
    /// When the database is away, or a table takes longer than a statement may.
    pub async fn vacuum(&self) -> Result<(), DatabaseError> {
        // Quoted where they need it.
        const SQL: &str = "select oid::regclass::text as name from pg_class \
            where relkind = 'r' and relnamespace = 'public'::regnamespace";
        let tables = cached::query(&self.connection().await?, SQL, &[]).await?;
        for table in tables {
            let name: &str = table.try_get("name")?;
            self.connection().await?.run(&format!("vacuum (analyze) {name}")).await?;
        }
        Ok(())
    }
}
