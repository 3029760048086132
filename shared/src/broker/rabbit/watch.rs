//! How each of our connections fares: the state for `/readyz`, and a log that does not flood.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::trouble::{Failure, Trouble};

/// All our connections to the broker. Cheap to clone.
#[derive(Clone, Default)]
pub struct Watch(Arc<Inner>);

#[derive(Default)]
struct Inner {
    next: AtomicU64,
    posts: Mutex<HashMap<u64, Condition>>,
    /// Names of queues and exchanges that are not as the settings say.
    differing: Mutex<HashSet<String>>,
}

#[derive(PartialEq)]
enum Condition {
    Connecting,
    Well,
    Troubled(Trouble),
}

/// One connection. Forgotten when dropped.
pub struct Post {
    watch: Watch,
    number: u64,
    name: String,
    well: Arc<AtomicBool>,
}

impl Watch {
    pub fn post(&self, name: String) -> Post {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(number, Condition::Connecting);
        Post { watch: self.clone(), number, name, well: Arc::default() }
    }

    /// Whether every connection is well, and finds what the settings say.
    pub fn is_well(&self) -> bool {
        self.all_fits() && self.lock().values().all(|condition| *condition == Condition::Well)
    }

    /// What exists under this name is another than the settings say: no reason to stop, and one to
    /// tell, once.
    pub fn differs(&self, name: &str, Failure { trouble, cause }: &Failure) {
        if self.differing().insert(name.to_owned()) {
            tracing::warn!(cause, "{trouble}");
        }
    }

    pub fn fits(&self, name: &str) {
        if self.differing().remove(name) {
            tracing::info!(name, "{}", Trouble::Mismatch(name.to_owned()).relief());
        }
    }

    /// Whether nothing that was declared differs.
    pub fn all_fits(&self) -> bool {
        self.differing().is_empty()
    }

    fn differing(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.differing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Condition>> {
        self.0.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Post {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Follows this post: true while it is well.
    pub fn light(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.well)
    }

    pub fn well(&self) {
        self.well.store(true, Ordering::Relaxed);
        self.change(Condition::Well);
    }

    /// Logged once for each kind of trouble, by whichever connection meets it first.
    pub fn troubled(&self, failure: &Failure) {
        self.well.store(false, Ordering::Relaxed);
        let Failure { trouble, cause } = failure;
        if self.change(Condition::Troubled(trouble.clone())) {
            tracing::debug!(connection = self.name, cause, "{trouble}");
        } else {
            tracing::warn!(connection = self.name, cause, "{trouble}");
        }
    }

    /// Logs the end of a trouble that no connection has any more. True: one was in the new
    /// condition already.
    fn change(&self, new: Condition) -> bool {
        let mut posts = self.watch.lock();
        let known = posts.values().any(|other| *other == new);
        let old = posts.insert(self.number, new);
        if let Some(Condition::Troubled(trouble)) = old
            && !posts.values().any(|other| *other == Condition::Troubled(trouble.clone()))
        {
            tracing::info!(connection = self.name, "{}", trouble.relief());
        }
        known
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.watch.lock().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::Watch;
    use crate::broker::rabbit::trouble::{Failure, Trouble};

    #[test]
    fn all_is_well_when_every_connection_that_there_is_is() {
        let watch = Watch::default();
        assert!(watch.is_well());
        let (one, other) = (watch.post("one".into()), watch.post("other".into()));
        one.well();
        assert!(!watch.is_well());
        other.well();
        assert!(watch.is_well());
        other.troubled(&Failure::away("cut"));
        assert!(!watch.is_well());
        drop(other);
        assert!(watch.is_well());
        let trouble = Trouble::Mismatch("queue".to_owned());
        watch.differs("queue", &Failure { trouble, cause: "classic".to_owned() });
        assert!(!watch.is_well());
        watch.fits("another");
        assert!(!watch.is_well());
        watch.fits("queue");
        assert!(watch.is_well());
    }
}
