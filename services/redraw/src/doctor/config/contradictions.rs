//! Settings that cannot all be meant.

use std::collections::BTreeMap;

use reqwest::Url;
use shared::config::Config;

use super::PART;
use crate::doctor::report::Check;

pub fn in_settings(config: &Config) -> Vec<Check> {
    let urls = [
        ("register.public_url", &config.register.public_url),
        ("storage.public_url", &config.storage.public_url),
    ];
    let urls = urls.into_iter().filter_map(|(name, url)| no_url(name, url));
    let others = [same_bucket(config), shared_queue(config), waits(config), orphans(config)];
    urls.chain(others.into_iter().flatten()).collect()
}

/// Links are put together from it.
fn no_url(name: &str, url: &str) -> Option<Check> {
    let scheme = Url::parse(url).map(|url| url.scheme().to_owned());
    if url.is_empty() || scheme.is_ok_and(|scheme| scheme == "http" || scheme == "https") {
        return None;
    }
    let text = format!("`{url}` is no address of the web");
    Some(PART.failed(name, text, "write it with its scheme: https://redraw.example.com"))
}

fn same_bucket(config: &Config) -> Option<Check> {
    let bucket = &config.storage.public_bucket;
    (config.storage.originals_bucket == *bucket).then(|| {
        PART.failed(
            "storage.originals_bucket",
            format!("`{bucket}` is the public bucket as well, from which anybody may GET"),
            "name two buckets",
        )
    })
}

/// Who consumes a queue takes all of its hints, and a queue's `.dead` is for what cannot be read.
fn shared_queue(config: &Config) -> Option<Check> {
    let mut known = BTreeMap::<String, Vec<String>>::new();
    for (kind, queue) in &config.broker.queues {
        known.entry(queue.clone()).or_default().push(format!("broker.queues.{kind}"));
        let dead = format!("what cannot be read from broker.queues.{kind}");
        known.entry(format!("{queue}.dead")).or_default().push(dead);
    }
    let (queue, mut users) = known.into_iter().find(|(_, users)| users.len() > 1)?;
    users.sort();
    let text = format!("`{queue}` is named twice: {}", users.join(", "));
    Some(PART.failed("broker.queues", text, "name a queue for each kind"))
}

fn waits(config: &Config) -> Option<Check> {
    let jobs = &config.jobs;
    (jobs.backoff_first > jobs.backoff_longest).then(|| {
        PART.warning(
            "jobs.backoff_first",
            "the first wait is longer than jobs.backoff_longest, the longest",
            "exchange the two",
        )
    })
}

/// An upload is an object before it is a row.
fn orphans(config: &Config) -> Option<Check> {
    let age = config.housekeeping.orphan_age;
    let longest = config.register.upload_timeout.max(config.generator.deadline);
    (!age.is_zero() && age < longest).then(|| {
        PART.warning(
            "housekeeping.orphan_age",
            "objects are removed at an age at which an upload or a painting may still be on its way",
            "raise it far above register.upload_timeout and generator.deadline, or set 0s for never",
        )
    })
}

#[cfg(test)]
mod tests {
    use shared::config::Config;

    use super::in_settings;

    /// Names of the checks that complain.
    fn complaints(name: &str, value: &str) -> String {
        let settings = [(name.to_owned(), value.to_owned())];
        format!("{:?}", in_settings(&Config::load(None, settings).unwrap()))
    }

    #[test]
    fn the_defaults_go_together() {
        assert!(in_settings(&Config::load(None, []).unwrap()).is_empty());
    }

    #[test]
    fn what_cannot_all_be_meant_is_named() {
        for (name, value, complaint) in [
            ("REDRAW__REGISTER__PUBLIC_URL", "redraw.example.com", "register.public_url"),
            ("REDRAW__STORAGE__PUBLIC_URL", "example.com:9000", "storage.public_url"),
            ("REDRAW__STORAGE__PUBLIC_BUCKET", "redraw-originals", "storage.originals_bucket"),
            ("REDRAW__BROKER__QUEUES__NOTIFY", "image_queue", "`image_queue` is named twice"),
            ("REDRAW__BROKER__QUEUES__NOTIFY", "image_queue.dead", "`image_queue.dead` is named"),
            ("REDRAW__JOBS__BACKOFF_FIRST", "20m", "jobs.backoff_first"),
            ("REDRAW__HOUSEKEEPING__ORPHAN_AGE", "30s", "housekeeping.orphan_age"),
        ] {
            let complaints = complaints(name, value);
            assert!(complaints.contains(complaint), "{name}={value}: {complaints}");
        }
        assert_eq!(complaints("REDRAW__HOUSEKEEPING__ORPHAN_AGE", "0s"), "[]");
    }
}
