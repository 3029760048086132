//! MinIO, over TLS from a private authority.

use std::time::Duration;

use bytes::Bytes;
use shared::config::{PublicAccess, StorageConfig};
use shared::http;
use shared::storage::{Bucket, Storage, StorageError};
use uuid::Uuid;

use crate::log::Log;
use crate::settings::{PATIENCE, address_of, config, public_roots, roots};
use crate::wire::Wire;

/// Settings with buckets of the test's own.
fn fresh() -> StorageConfig {
    let id = Uuid::now_v7();
    let mut config = config().storage;
    config.originals_bucket = format!("test-{id}-originals");
    config.public_bucket = format!("test-{id}-public");
    config
}

fn storage(config: &StorageConfig) -> Storage {
    Storage::new(config, &roots()).unwrap()
}

/// The status that anybody gets.
async fn status(url: &str) -> u16 {
    let client = http::client(Duration::from_secs(10), &roots()).unwrap();
    client.get(url).send().await.unwrap().status().as_u16()
}

async fn put(storage: &Storage, bucket: Bucket, key: &str) {
    storage.put(bucket, key, "text/plain", Bytes::from_static(b"hello")).await.unwrap();
}

#[tokio::test]
async fn without_its_authority_the_store_is_refused_and_with_it_it_is_trusted() {
    let config = fresh();
    storage(&config).prepare().await.unwrap();
    storage(&config).ping().await.unwrap();
    let stranger = Storage::new(&config, &public_roots()).unwrap();
    let error = stranger.ping().await.unwrap_err().to_string();
    assert!(error.contains("certificate"), "{error}");
    let client = http::client(Duration::from_secs(10), &public_roots()).unwrap();
    let error = client.get(&config.endpoint).send().await.unwrap_err();
    let error = shared::telemetry::chain(&error);
    assert!(error.contains("certificate"), "{error}");
}

#[tokio::test]
async fn anybody_may_get_from_the_public_bucket_and_do_nothing_else() {
    let log = Log::listen();
    let config = fresh();
    let store = storage(&config);
    store.prepare().await.unwrap();
    // By several at once, and again.
    let other = storage(&config);
    tokio::try_join!(store.prepare(), other.prepare()).unwrap();
    put(&store, Bucket::Public, "a.txt").await;
    put(&store, Bucket::Private, "b.txt").await;
    assert_eq!(status(&store.public_url("a.txt").unwrap()).await, 200);
    let private = format!("{}/{}/b.txt", config.endpoint, config.originals_bucket);
    let list = format!("{}/{}?list-type=2", config.endpoint, config.public_bucket);
    assert_eq!((status(&private).await, status(&list).await), (403, 403));
    assert!(!log.text().contains("ERROR"), "{}", log.text());
}

#[tokio::test]
async fn a_bucket_that_lists_itself_is_an_error_in_the_log() {
    let config = fresh();
    storage(&config).prepare().await.unwrap();
    open_the_list(&config).await;
    let log = Log::listen();
    let kept = StorageConfig { public_access: PublicAccess::Bucket, ..config.clone() };
    storage(&kept).prepare().await.unwrap();
    let text = log.text();
    assert!(text.contains("ERROR") && text.contains("anybody may list"), "{text}");
    assert!(text.contains(&config.originals_bucket), "{text}");
    assert!(!text.contains(&config.public_bucket), "{text}");
}

/// Lets anybody list the bucket of originals, as nobody should.
async fn open_the_list(config: &StorageConfig) {
    use minio::s3::client::MinioClientBuilder;
    use minio::s3::creds::StaticProvider;
    use minio::s3::types::S3Api;
    use secrecy::ExposeSecret;
    let secret = config.secret_key.expose_secret();
    let file = roots().as_file().unwrap();
    let client = MinioClientBuilder::new(config.endpoint.parse().unwrap())
        .provider(Some(StaticProvider::new(&config.access_key, secret, None)))
        .ssl_cert_file(Some(file.path()))
        .build()
        .unwrap();
    let bucket = &config.originals_bucket;
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": ["*"] },
            "Action": ["s3:ListBucket"],
            "Resource": [format!("arn:aws:s3:::{bucket}")],
        }],
    });
    let request = client.put_bucket_policy(bucket.as_str()).unwrap();
    request.config(policy.to_string()).build().send().await.unwrap();
}

#[tokio::test]
async fn with_access_by_the_api_or_prepared_by_hand_no_policy_is_touched() {
    for (public_access, has_url) in [(PublicAccess::Api, false), (PublicAccess::Bucket, true)] {
        let config = StorageConfig { public_access, ..fresh() };
        let store = storage(&config);
        store.prepare().await.unwrap();
        put(&store, Bucket::Public, "a.txt").await;
        assert_eq!(store.public_url("a.txt").is_some(), has_url);
        let direct = format!("{}/{}/a.txt", config.endpoint, config.public_bucket);
        assert_eq!(status(&direct).await, 403);
    }
}

#[tokio::test]
async fn a_bucket_is_listed_page_by_page_in_the_order_of_its_names() {
    let store = storage(&fresh());
    store.prepare().await.unwrap();
    let names = ["a", "b c+d", "e", "g", "h"];
    let theirs = ["c/1", "c/2", "c/3", "e/1"];
    for name in names.iter().chain(&theirs) {
        put(&store, Bucket::Private, name).await;
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.list(Bucket::Private, after.as_deref(), 2).await.unwrap();
        assert!(page.objects.len() <= 2);
        let now = page.now.unwrap();
        assert!(page.objects.iter().all(|listed| now - listed.modified < time::Duration::HOUR));
        seen.extend(page.objects.into_iter().map(|listed| listed.key));
        after = page.after;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, names);
    let nothing = store.list(Bucket::Public, None, 1000).await.unwrap();
    assert!(nothing.objects.is_empty() && nothing.after.is_none());
}

#[tokio::test]
async fn a_store_that_is_frozen_is_away_in_time() {
    let mut config = fresh();
    let wire = Wire::to(address_of(&config.endpoint)).await;
    config.endpoint = format!("https://{}", wire.address);
    config.timeout = Duration::from_millis(500);
    let store = storage(&config);
    store.prepare().await.unwrap();
    wire.fall_silent();
    let putting = store.put(Bucket::Private, "a", "text/plain", Bytes::from_static(b"hello"));
    let outcome = tokio::time::timeout(PATIENCE, putting).await.unwrap();
    assert!(matches!(outcome, Err(StorageError::TimedOut)), "{outcome:?}");
    wire.mend();
    put_soon(&store).await;
}

/// Connections that fell silent are found out one by one.
async fn put_soon(store: &Storage) {
    let trying = async {
        while store
            .put(Bucket::Private, "a", "text/plain", Bytes::from_static(b"hello"))
            .await
            .is_err()
        {}
    };
    tokio::time::timeout(PATIENCE, trying).await.unwrap();
}

#[tokio::test]
async fn people_reach_the_public_bucket_by_an_address_of_its_own() {
    for (public_url, expected) in [
        ("https://pictures.example.org/", "https://pictures.example.org/"),
        ("https://example.org/pictures", "https://example.org/pictures/"),
        ("https://example.org/pictures//", "https://example.org/pictures/"),
    ] {
        let config = StorageConfig { public_url: public_url.to_owned(), ..fresh() };
        let url = storage(&config).public_url("a.png").unwrap();
        assert_eq!(url, format!("{expected}{}/a.png", config.public_bucket));
    }
    let slash = StorageConfig { endpoint: format!("{}/", fresh().endpoint), ..fresh() };
    let store = storage(&slash);
    store.prepare().await.unwrap();
    put(&store, Bucket::Public, "a.txt").await;
    assert_eq!(status(&store.public_url("a.txt").unwrap()).await, 200);
}
