//! What anybody may do with the buckets: GET an object of the public one whose name they know.

use shared::config::{Config, PublicAccess};
use shared::inspection::Barrier;
use shared::storage::{Bucket, Storage};
use shared::tls::Roots;
use uuid::Uuid;

use super::PART;
use crate::doctor::PATIENCE;
use crate::doctor::report::Check;

const ORIGINALS: &str = "originals";
const READING: &str = "reading";
const LISTING: &str = "listing";
const PUBLIC_URL: &str = "public_url";

/// What the probe holds.
const PROBE: &[u8] = b"redraw doctor";

/// Nobody may do anything with the originals.
pub async fn of_originals(storage: &Storage, exists: bool) -> Option<Check> {
    if !exists {
        return None;
    }
    Some(match look_at_originals(storage).await {
        Ok(Seen::Nothing) => PART.ok(ORIGINALS, "nobody else may list or read them"),
        Ok(Seen::Names) => PART.failed(
            ORIGINALS,
            "anybody may list them",
            "take s3:ListBucket on storage.originals_bucket from everybody",
        ),
        Ok(Seen::Objects) => PART.failed(
            ORIGINALS,
            "anybody may read them",
            "take s3:GetObject on storage.originals_bucket from everybody",
        ),
        Err(barrier) => undecided(ORIGINALS, &barrier),
    })
}

/// What anybody sees.
enum Seen {
    Nothing,
    Names,
    Objects,
}

async fn look_at_originals(storage: &Storage) -> Result<Seen, Barrier> {
    if storage.lets_anybody_list(Bucket::Private).await? {
        return Ok(Seen::Names);
    }
    // A store may refuse what does not exist: it takes an object to be sure, and nothing is put here.
    let page = storage.list(Bucket::Private, None, 1).await?;
    if let Some(first) = page.objects.first()
        && storage.lets_anybody_get(Bucket::Private, &first.key).await?
    {
        return Ok(Seen::Objects);
    }
    Ok(Seen::Nothing)
}

/// With a small object that is put there, and removed again.
pub async fn of_public(
    storage: &Storage,
    config: &Config,
    roots: &Roots,
    exists: bool,
) -> Vec<Check> {
    if !exists {
        return [READING, LISTING, PUBLIC_URL]
            .map(|check| PART.skipped(check, "no bucket yet"))
            .into();
    }
    let mut checks = vec![listing(storage).await];
    if config.storage.public_access == PublicAccess::Api {
        checks.push(PART.ok(READING, "the API hands the pictures out (public_access: api)"));
        return checks;
    }
    // Named as a picture is: should we be killed now, it is collected with what belongs to nothing.
    let key = format!("{}.png", Uuid::now_v7());
    if let Err(error) = storage.put(Bucket::Public, &key, "text/plain", PROBE.into()).await {
        checks.push(PART.failed(
            READING,
            format!("nothing can be put into the public bucket: {}", Barrier::from(error)),
            "give the user of storage.access_key s3:PutObject on it; or make room in the store",
        ));
        return checks;
    }
    checks.extend(with_probe(storage, config, roots, &key).await);
    if let Err(error) = storage.delete(Bucket::Public, &key).await {
        checks.push(PART.failed(
            "removing",
            format!("the probe {key} cannot be removed: {}", Barrier::from(error)),
            "give the user of storage.access_key s3:DeleteObject on both buckets",
        ));
    }
    checks
}

async fn with_probe(storage: &Storage, config: &Config, roots: &Roots, key: &str) -> Vec<Check> {
    match storage.lets_anybody_get(Bucket::Public, key).await {
        Ok(true) => {
            let reading = PART.ok(READING, "anybody may read an object whose name they know");
            vec![reading, public_url(storage, config, roots, key).await]
        }
        Ok(false) => vec![
            closed(storage, config.storage.public_access).await,
            PART.skipped(PUBLIC_URL, "the public bucket is closed"),
        ],
        Err(barrier) => vec![undecided(READING, &barrier)],
    }
}

async fn closed(storage: &Storage, access: PublicAccess) -> Check {
    let text = "nobody else may read objects of the public bucket";
    if access == PublicAccess::Bucket {
        return PART.failed(
            READING,
            text,
            "let everybody s3:GetObject on its objects; or set storage.public_access to auto or api",
        );
    }
    match storage.has_policies().await {
        Ok(false) => PART.ok(READING, "the store has no bucket policies: the API hands them out"),
        Ok(true) | Err(_) => PART.warning(
            READING,
            format!("{text}, as yet"),
            "nothing to do, if the user of storage.access_key has s3:PutBucketPolicy: it is opened at \
             the next start; else open it by hand",
        ),
    }
}

async fn listing(storage: &Storage) -> Check {
    match storage.lets_anybody_list(Bucket::Public).await {
        Ok(false) => PART.ok(LISTING, "nobody else may list the public bucket"),
        Ok(true) => PART.failed(
            LISTING,
            "anybody may list the public bucket, and so find every picture in it",
            "take s3:ListBucket on storage.public_bucket from everybody",
        ),
        Err(barrier) => undecided(LISTING, &barrier),
    }
}

async fn public_url(storage: &Storage, config: &Config, roots: &Roots, key: &str) -> Check {
    const MEND: &str = "set storage.public_url to where people reach the store: {public_url}/BUCKET/OBJECT \
        must be an object of the public bucket";
    let Some(url) = storage.public_url(key) else {
        return PART.skipped(PUBLIC_URL, "there is none");
    };
    let shown = match &*config.storage.public_url {
        "" => &config.storage.endpoint,
        url => url,
    };
    match leads_to_probe(&url, roots).await {
        Ok(true) => PART.ok(PUBLIC_URL, format!("{shown} leads to the pictures")),
        Ok(false) => PART.failed(PUBLIC_URL, format!("{shown} answers with something else"), MEND),
        Err(error) => PART.failed(
            PUBLIC_URL,
            format!(
                "{shown} does not lead to the pictures, from this machine: {}",
                error.root_cause()
            ),
            MEND,
        ),
    }
}

/// Whether it is our probe that is there. Whatever else is may be of any length.
async fn leads_to_probe(url: &str, roots: &Roots) -> anyhow::Result<bool> {
    let client = shared::http::client(PATIENCE, roots)?;
    let asking = async {
        let mut answer = client.get(url).send().await?.error_for_status()?;
        Ok(answer.chunk().await?.is_some_and(|first| first == PROBE))
    };
    // The URL is told already.
    asking.await.map_err(|error: reqwest::Error| error.without_url().into())
}

fn undecided(check: &str, barrier: &Barrier) -> Check {
    PART.failed(
        check,
        format!("the store did not say: {barrier}"),
        "look at the store's log, and run this again",
    )
}
