//! The object store: whether it lets us in, has the buckets, and shows anybody what it should and no more.

mod access;

use shared::config::Config;
use shared::inspection::Barrier;
use shared::storage::{Bucket, Storage};
use shared::tls::Roots;

use super::is_embedded;
use super::mend::Settings;
use super::report::{Check, Part};

const PART: Part = Part::STORE;

const SETTINGS: Settings = Settings {
    part: PART,
    url: "storage.endpoint",
    login: "storage.access_key and storage.secret_key",
    place: "correct storage.endpoint",
    without_tls: "write http:// in storage.endpoint",
};

pub async fn examine(config: &Config, roots: &Roots) -> Vec<Check> {
    if is_embedded(&config.storage.endpoint) {
        return vec![PART.in_this_process()];
    }
    let storage = match Storage::new(&config.storage, roots) {
        Ok(storage) => storage,
        Err(error) => return blocked(Barrier::Setting(format!("{error:#}")), config),
    };
    let (private, public) = match find_buckets(&storage).await {
        Ok(found) => found,
        Err(barrier) => return blocked(barrier, config),
    };
    let mut checks = vec![
        PART.ok("connection", format!("{} lets us in", config.storage.endpoint)),
        bucket(&config.storage.originals_bucket, private),
        bucket(&config.storage.public_bucket, public),
    ];
    checks.extend(access::of_originals(&storage, private).await);
    checks.extend(access::of_public(&storage, config, roots, public).await);
    checks
}

fn blocked(barrier: Barrier, config: &Config) -> Vec<Check> {
    let first = match barrier {
        Barrier::Refused(words) => refused(&words),
        Barrier::Away(cause) => {
            SETTINGS.blocked(&Barrier::Away(format!("{}: {cause}", config.storage.endpoint)))
        }
        barrier => SETTINGS.blocked(&barrier),
    };
    vec![first, PART.skipped("buckets", "no connection")]
}

/// What a store refuses has reasons of its own, by the codes of the S3 API ("Error responses").
fn refused(words: &str) -> Check {
    let mend = match &*words.to_lowercase() {
        "accessdenied" => {
            "give the user of storage.access_key s3:ListBucket, s3:GetObject, s3:PutObject and \
             s3:DeleteObject on both buckets"
        }
        "requesttimetooskewed" => "set the clock of this machine, or that of the store",
        "authorizationheadermalformed" | "invalidregion" => "set storage.region to the store's",
        _ => {
            "look whether storage.endpoint leads to a store that speaks S3, by http or https, and at its log"
        }
    };
    PART.failed("connection", format!("it refuses: {words}"), mend)
}

async fn find_buckets(storage: &Storage) -> Result<(bool, bool), Barrier> {
    let private = storage.has_bucket(Bucket::Private).await?;
    Ok((private, storage.has_bucket(Bucket::Public).await?))
}

fn bucket(name: &str, exists: bool) -> Check {
    PART.ok(name, if exists { "exists" } else { "is made at the next start" })
}
