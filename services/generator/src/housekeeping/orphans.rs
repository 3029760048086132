//! Removes objects that belong to no row: of uploads whose registration failed after the picture was
//! stored, of painters that stored a picture and then lost their lease for good.
//!
//! The buckets are looked through a page a round. An object is touched only if its name is one of ours
//! and it is old by the database's clock and by the store's. Where most of a page seems to belong to
//! nothing, it is more likely that the database is the wrong one, and none of it is touched.

use std::collections::HashSet;
use std::time::Duration;

use shared::requests;
use shared::storage::{Bucket, Page, StorageError};
use shared::telemetry::Trouble;
use time::OffsetDateTime;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Housekeeping, Undone};

/// As many as a store lists at once.
const PAGE: u16 = 1000;

/// So many are asked after and then deleted, before the next are asked after.
const SLICE: usize = 50;

/// So few old objects may belong to nothing one and all.
const FEW: usize = 10;

/// The extensions that pictures have here.
const EXTENSIONS: [&str; 5] = ["jpg", "jpeg", "png", "webp", "gif"];

/// How far the buckets are looked through.
pub struct Pass {
    /// When it began; none: none has begun yet.
    begun: Option<Instant>,
    /// Where it stands; none: it is over.
    at: Option<Place>,
    /// Too much belongs to nothing.
    doubt: Trouble,
    /// It did on a page of this pass.
    doubted: bool,
}

struct Place {
    bucket: Bucket,
    after: Option<String>,
}

impl Pass {
    pub fn new() -> Self {
        let doubt = Trouble::new("most of a bucket's page belongs to nothing, so none is removed");
        Self { begun: None, at: None, doubt, doubted: false }
    }

    /// Where to go on; a new pass begins only when the last began long enough ago.
    fn place(&mut self, now: Instant, pause: Duration) -> Option<&Place> {
        let rested = |begun| now.duration_since(begun) >= pause;
        if self.at.is_none() && self.begun.is_none_or(rested) {
            self.begun = Some(now);
            self.at = Some(Place { bucket: Bucket::Private, after: None });
        }
        self.at.as_ref()
    }

    /// Goes on after a page.
    fn advance(&mut self, bucket: Bucket, after: Option<String>) {
        self.at = match (bucket, after) {
            (bucket, after @ Some(_)) => Some(Place { bucket, after }),
            (Bucket::Private, None) => Some(Place { bucket: Bucket::Public, after: None }),
            (Bucket::Public, None) => None,
        };
        if self.at.is_none() && !std::mem::take(&mut self.doubted) {
            self.doubt.is_over();
        }
    }

    /// Whether so many orphans among the old objects of a page make no sense; then it is told.
    fn doubts(&mut self, bucket: Bucket, old: usize, orphans: usize) -> bool {
        if old <= FEW || orphans * 2 <= old {
            return false;
        }
        self.doubted = true;
        self.doubt.happens(&format!(
            "{orphans} of {old} old objects of a page of the {bucket:?} bucket belong to no \
             request; is this the right database?"
        ));
        true
    }
}

impl Housekeeping {
    /// Looks through one page.
    pub(super) async fn remove_orphans(&self, pass: &mut Pass) -> Result<(), Undone> {
        if self.orphan_age.is_zero() {
            return Ok(());
        }
        let Some(place) = pass.place(Instant::now(), self.orphan_pass) else { return Ok(()) };
        let bucket = place.bucket;
        let page = self.storage.list(bucket, place.after.as_deref(), PAGE).await?;
        let old = self.old_ones_of(&page).await?;
        let orphans = self.orphans_among(bucket, &old).await?;
        let mut last = Ok(());
        if !pass.doubts(bucket, old.len(), orphans.len()) {
            for slice in orphans.chunks(SLICE) {
                // Deleting takes time, in which one may have found an owner.
                for (_, key) in self.orphans_among(bucket, slice).await? {
                    // One that cannot be removed must not keep the others.
                    if let Err(error) = self.remove_orphan(bucket, &key).await {
                        last = Err(error.into());
                    }
                }
            }
        }
        pass.advance(bucket, page.after);
        last
    }

    async fn remove_orphan(&self, bucket: Bucket, key: &str) -> Result<(), StorageError> {
        self.storage.delete(bucket, key).await?;
        tracing::info!(key, ?bucket, "belongs to nothing; removed");
        metrics::counter!("orphans_removed_total").increment(1);
        Ok(())
    }

    async fn old_ones_of(&self, page: &Page) -> Result<Vec<(Uuid, String)>, Undone> {
        let client = self.database.connection().await?;
        let now = requests::time_of_day(&client).await?;
        Ok(old_ones(page, now, self.orphan_age))
    }

    /// Those of these objects that belong to nothing now.
    async fn orphans_among(
        &self,
        bucket: Bucket,
        objects: &[(Uuid, String)],
    ) -> Result<Vec<(Uuid, String)>, Undone> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = objects.iter().map(|(id, _)| *id).collect();
        let client = self.database.connection().await?;
        let mut orphans = objects.to_vec();
        match bucket {
            Bucket::Private => {
                let owned = requests::owned_originals(&client, &ids).await?;
                let owned: HashSet<Uuid> = owned.into_iter().collect();
                orphans.retain(|(id, _)| !owned.contains(id));
            }
            Bucket::Public => {
                let keys: Vec<&str> = objects.iter().map(|(_, key)| key.as_str()).collect();
                let owned = requests::owned_paintings(&client, &ids, &keys).await?;
                let owned: HashSet<String> = owned.into_iter().collect();
                orphans.retain(|(_, key)| !owned.contains(key));
            }
        }
        Ok(orphans)
    }
}

/// The objects that are old enough, and named as ours are. `now` is the database's time; whoever's
/// clock is behind decides: what seems too young is looked at again.
fn old_ones(page: &Page, now: OffsetDateTime, age: Duration) -> Vec<(Uuid, String)> {
    let now = page.now.map_or(now, |theirs| theirs.min(now));
    let old = page.objects.iter().filter(|listed| now - listed.modified > age);
    old.filter_map(|listed| Some((id_of(&listed.key)?, listed.key.clone()))).collect()
}

/// The id in a name of ours: `0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b.png`.
fn id_of(key: &str) -> Option<Uuid> {
    let (stem, extension) = key.split_once('.')?;
    let id: Uuid = stem.parse().ok()?;
    // A UUID can be written in several ways, and we write it in one.
    (EXTENSIONS.contains(&extension) && id.to_string() == stem).then_some(id)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use shared::storage::{Bucket, Listed, Page};
    use time::OffsetDateTime;
    use tokio::time::Instant;

    use super::{Pass, id_of, old_ones};

    #[test]
    fn an_object_is_old_only_if_it_is_by_both_clocks() {
        let hours = |hours: u64| Duration::from_hours(hours);
        let stored = OffsetDateTime::UNIX_EPOCH;
        let key = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b.png".to_owned();
        let is_old = |theirs: Option<u64>, ours: u64| {
            let objects = vec![Listed { key: key.clone(), modified: stored }];
            let now = theirs.map(|theirs| stored + hours(theirs));
            let page = Page { objects, after: None, now };
            !old_ones(&page, stored + hours(ours), hours(24)).is_empty()
        };
        assert!(is_old(Some(25), 25) && is_old(None, 25));
        assert!(!is_old(Some(23), 25) && !is_old(Some(25), 23) && !is_old(None, 23));
    }

    #[test]
    fn only_names_of_ours_are_read() {
        let id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
        for extension in super::EXTENSIONS {
            assert_eq!(id_of(&format!("{id}.{extension}")).unwrap().to_string(), id);
        }
        for key in [
            "readme.txt".to_owned(),
            id.to_owned(),
            format!("{id}."),
            format!("{id}.txt"),
            format!("{id}.png.bak"),
            format!("old/{id}.png"),
            format!("{}.png", id.to_uppercase()),
            format!("{}.png", id.replace('-', "")),
            format!("{{{id}}}.png"),
            format!("urn:uuid:{id}.png"),
        ] {
            assert_eq!(id_of(&key), None, "{key}");
        }
    }

    #[test]
    fn a_pass_goes_through_both_buckets_and_then_rests() {
        let (hour, begun) = (Duration::from_hours(1), Instant::now());
        let mut pass = Pass::new();
        let mut seen = Vec::new();
        for after in [Some("b"), None, Some("x"), None] {
            let place = pass.place(begun, hour).unwrap();
            let bucket = place.bucket;
            seen.push((bucket, place.after.clone()));
            pass.advance(bucket, after.map(str::to_owned));
        }
        let some = |key: &str| Some(key.to_owned());
        let (private, public) = (Bucket::Private, Bucket::Public);
        assert_eq!(
            seen,
            [(private, None), (private, some("b")), (public, None), (public, some("x"))]
        );
        assert!(pass.place(begun + hour / 2, hour).is_none());
        assert_eq!(pass.place(begun + hour, hour).unwrap().bucket, private);
    }

    #[test]
    fn a_page_most_of_which_belongs_to_nothing_is_doubted() {
        let mut pass = Pass::new();
        let mut doubts = |old, orphans| pass.doubts(Bucket::Public, old, orphans);
        assert!(doubts(11, 6) && doubts(11, 11) && doubts(1000, 501));
        assert!(!doubts(10, 10) && !doubts(12, 6) && !doubts(1000, 500) && !doubts(0, 0));
    }
}
