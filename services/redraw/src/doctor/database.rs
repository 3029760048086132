//! PostgreSQL: whether it lets us in, is new enough and may be written to, and how far its tables are.

use secrecy::ExposeSecret;
use shared::config::Config;
use shared::database::{self, DatabaseFindings, OLDEST_SERVER, Tables};
use shared::tls::Roots;

use super::is_embedded;
use super::mend::Settings;
use super::report::{Check, Part};

const PART: Part = Part::DATABASE;

const SETTINGS: Settings = Settings {
    part: PART,
    url: "database.url",
    login: "user and password in database.url",
    place: "create the database, or correct its name in database.url",
    without_tls: "set database.tls to prefer",
};

pub async fn examine(config: &Config, roots: &Roots) -> Vec<Check> {
    if is_embedded(config.database.url.expose_secret()) {
        return vec![PART.in_this_process()];
    }
    match database::inspect(&config.database, roots).await {
        Ok(findings) => vec![
            connection(&findings, config.database.pool_size),
            version(&findings),
            tables(&findings),
        ],
        Err(barrier) => {
            let skipped = ["version", "tables"].map(|check| PART.skipped(check, "no connection"));
            [vec![SETTINGS.blocked(&barrier)], skipped.to_vec()].concat()
        }
    }
}

fn connection(findings: &DatabaseFindings, pool_size: usize) -> Check {
    let most = findings.most_connections;
    if findings.is_read_only {
        return PART.failed(
            "connection",
            "it may only be read: a standby, or default_transaction_read_only is on",
            "name the primary in database.url, or turn that off",
        );
    }
    if usize::try_from(most).is_ok_and(|most| most < pool_size) {
        return PART.warning(
            "connection",
            format!("each process may want {pool_size} connections, and it has {most} for all"),
            "lower database.pool_size, or raise max_connections there",
        );
    }
    PART.ok("connection", "it lets us in, and may be written to")
}

fn version(findings: &DatabaseFindings) -> Check {
    let version = &findings.version;
    if findings.major_version < OLDEST_SERVER {
        return PART.failed(
            "version",
            format!("PostgreSQL {version} is too old"),
            format!("upgrade it to {OLDEST_SERVER} or later"),
        );
    }
    PART.ok("version", format!("PostgreSQL {version}"))
}

fn tables(findings: &DatabaseFindings) -> Check {
    match &findings.tables {
        Tables::UpToDate => PART.ok("tables", "all migrations are applied"),
        Tables::Pending(pending, all) if findings.may_make_tables => PART.warning(
            "tables",
            format!("{pending} of {all} migrations are pending"),
            "nothing to do: they are applied at the next start",
        ),
        Tables::Pending(pending, all) => PART.failed(
            "tables",
            format!("{pending} of {all} migrations are pending, and our user may not make tables"),
            "grant the user of database.url CREATE on the schema, or make it the database's owner",
        ),
        Tables::Newer(migration) => PART.failed(
            "tables",
            format!("they are of a newer redraw: it applied {migration}, unknown here"),
            "run that version of redraw, or restore a backup from before it; nothing here goes back",
        ),
        Tables::Different(migration) => PART.failed(
            "tables",
            format!("{migration} was applied with another content"),
            "another program or a changed build made these tables: name another database in \
             database.url, or run the redraw that made them",
        ),
    }
}
