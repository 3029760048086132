//! What a look at the database finds: whether it lets us in, and how far its tables are.

use secrecy::ExposeSecret;
use tokio_postgres::Row;
use tokio_postgres::config::Host;

use super::explanation::{advice, server_error};
use super::migrations;
use super::{Connection, Database, DatabaseError, cached};
use crate::config::DatabaseConfig;
use crate::inspection::Barrier;
use crate::telemetry::chain;
use crate::tls::{self, Roots};

/// `gen_random_uuid()` came with PostgreSQL 13.
pub const OLDEST_SERVER: i32 = 13;

/// What was found behind the login.
#[derive(Debug)]
pub struct DatabaseFindings {
    /// As the server writes it, such as `15.14 (Debian 15.14-0+deb12u1)`.
    pub version: String,
    /// The first number of it.
    pub major_version: i32,
    /// A standby, or a server that was set so.
    pub is_read_only: bool,
    /// Whether our user may make tables.
    pub may_make_tables: bool,
    /// How many may connect at the same time.
    pub most_connections: i32,
    pub tables: Tables,
}

/// How far the tables are, by the migrations that were applied.
#[derive(Debug, PartialEq, Eq)]
pub enum Tables {
    UpToDate,
    /// So many of this many are missing; they are applied at the next start.
    Pending(usize, usize),
    /// The last one is of a later program.
    Newer(String),
    /// This one was applied, and was another then.
    Different(String),
}

/// Connects once, and reads.
///
/// # Errors
///
/// What stands in the way.
pub async fn inspect(config: &DatabaseConfig, roots: &Roots) -> Result<DatabaseFindings, Barrier> {
    let config = DatabaseConfig { pool_size: 1, ..config.clone() };
    let database = Database::new(&config, roots);
    let database = database.map_err(|error| Barrier::Setting(format!("{error:#}")))?;
    let barrier = |error| match barrier(error) {
        Barrier::Away(cause) => Barrier::Away(format!("{}: {cause}", place(&config))),
        other => other,
    };
    let connection = database.connection().await.map_err(barrier)?;
    look(&connection).await.map_err(barrier)
}

/// Hosts and ports, to show.
fn place(config: &DatabaseConfig) -> String {
    let Ok(config) = config.url.expose_secret().parse::<tokio_postgres::Config>() else {
        return String::new();
    };
    // One port may stand for all hosts; none, for the usual one.
    let ports = config.get_ports();
    let port = |index| ports.get(index).or(ports.first()).copied().unwrap_or(5432);
    let hosts = config.get_hosts().iter().enumerate().map(|(index, host)| match host {
        Host::Tcp(name) => format!("{name}:{}", port(index)),
        Host::Unix(path) => path.display().to_string(),
    });
    hosts.collect::<Vec<_>>().join(", ")
}

async fn look(connection: &Connection) -> Result<DatabaseFindings, DatabaseError> {
    const SQL: &str = "select current_setting('server_version') as version,
        current_setting('server_version_num')::integer / 10000 as major_version,
        current_setting('transaction_read_only')::boolean as is_read_only,
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as may_make_tables,
        current_setting('max_connections')::integer
            - current_setting('superuser_reserved_connections')::integer as most_connections,
        to_regclass('refinery_schema_history') is not null as has_history";
    let row = cached::query_one(connection, SQL, &[]).await?;
    let applied = if row.try_get("has_history")? { history(connection).await? } else { Vec::new() };
    Ok(DatabaseFindings {
        version: row.try_get("version")?,
        major_version: row.try_get("major_version")?,
        is_read_only: row.try_get("is_read_only")?,
        may_make_tables: row.try_get("may_make_tables")?,
        most_connections: row.try_get("most_connections")?,
        tables: compare(&known(), &applied),
    })
}

/// A migration.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    version: i32,
    name: String,
    checksum: String,
}

impl Step {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let (version, name) = (row.try_get("version")?, row.try_get("name")?);
        Ok(Self { version, name, checksum: row.try_get("checksum")? })
    }

    fn title(&self) -> String {
        format!("V{} ({})", self.version, self.name)
    }
}

/// Those that were applied.
async fn history(connection: &Connection) -> Result<Vec<Step>, DatabaseError> {
    const SQL: &str =
        "select version, name, checksum from refinery_schema_history order by version";
    cached::query(connection, SQL, &[]).await?.iter().map(Step::read).collect()
}

/// Those of this program.
fn known() -> Vec<Step> {
    let migrations = migrations::known();
    let steps = migrations.iter().map(|migration| Step {
        version: migration.version(),
        name: migration.name().to_owned(),
        checksum: migration.checksum().to_string(),
    });
    steps.collect()
}

fn compare(known: &[Step], applied: &[Step]) -> Tables {
    let newest = known.iter().map(|step| step.version).max();
    if let Some(newer) = applied.iter().rfind(|step| Some(step.version) > newest) {
        return Tables::Newer(newer.title());
    }
    if let Some(different) = applied.iter().find(|step| !known.contains(step)) {
        return Tables::Different(different.title());
    }
    match known.len() - applied.len() {
        0 => Tables::UpToDate,
        pending => Tables::Pending(pending, known.len()),
    }
}

fn barrier(error: DatabaseError) -> Barrier {
    let error = anyhow::Error::from(error);
    // Without one there was no connection in time, whatever the pool calls it.
    let Some(cause) = server_error(&error) else { return Barrier::silent() };
    if let Some(answer) = cause.as_db_error() {
        return by_code(answer.code().code(), answer.message().to_owned());
    }
    let text = chain(cause);
    // The kind of an error without a code shows in its first words alone.
    let first = cause.to_string();
    if text.contains("server does not support TLS") {
        Barrier::Unencrypted(text)
    } else if tls::is_to_blame(cause) || first.starts_with("error performing TLS handshake") {
        Barrier::Tls(text)
    } else if first == "invalid configuration" || first == "authentication error" {
        // Such as a server that asks for a password, where the URL has none.
        Barrier::Login(text)
    } else {
        Barrier::Away(text)
    }
}

/// By the SQLSTATE (PostgreSQL manual, appendix A): 28 invalid authorization, 3D no such database,
/// 57P not there now.
fn by_code(code: &str, text: String) -> Barrier {
    if code.starts_with("28") {
        Barrier::Login(text)
    } else if code.starts_with("3D") {
        Barrier::Place(text)
    } else if code.starts_with("57P") {
        Barrier::Away(text)
    } else {
        let advice = advice(code).map(|advice| format!(" ({advice})")).unwrap_or_default();
        Barrier::Refused(text + &advice)
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, Tables, compare, known, place};
    use crate::config::Config;

    #[test]
    fn tables_are_told_by_what_was_applied() {
        let known = known();
        assert_eq!(compare(&known, &known), Tables::UpToDate);
        assert_eq!(compare(&known, &[]), Tables::Pending(known.len(), known.len()));
        assert_eq!(compare(&known, &known[..1]), Tables::Pending(known.len() - 1, known.len()));
        let later = Step { version: 9999, name: "later".to_owned(), checksum: "1".to_owned() };
        let newer = [known.clone(), vec![later]].concat();
        assert_eq!(compare(&known, &newer), Tables::Newer("V9999 (later)".to_owned()));
        let mut edited = known.clone();
        "another".clone_into(&mut edited[0].checksum);
        assert!(matches!(compare(&known, &edited), Tables::Different(_)));
    }

    #[test]
    fn a_place_is_shown_without_user_and_password() {
        let mut config = Config::load(None, []).unwrap().database;
        config.url = "postgres://redraw:s3cret@one,two:6432/redraw".into();
        assert_eq!(place(&config), "one:5432, two:6432");
        config.url = "postgres://redraw:s3cret@one/redraw".into();
        assert_eq!(place(&config), "one:5432");
    }
}
