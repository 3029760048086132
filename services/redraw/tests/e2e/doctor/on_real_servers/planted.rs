//! Mistakes, each in a set-up that is well but for it: the check that fails is named, and its mending.

use minio::s3::client::MinioClientBuilder;
use minio::s3::creds::StaticProvider;
use minio::s3::http::BaseUrl;
use minio::s3::types::S3Api;
use secrecy::ExposeSecret;
use serde_json::json;
use shared::config::StorageConfig;

use crate::doctor::Report;
use crate::harness::{Home, Redraw, Settings, servers};

/// A home that was started in, and so has tables, queues and buckets.
async fn lived_in() -> Home {
    Redraw::start().await.stop().await
}

/// The setting, as the servers have it, with one piece of it replaced.
fn changed(home: &Home, name: &str, change: impl Fn(&str) -> String) -> String {
    let environment = home.environment();
    let (_, value) = environment.iter().find(|(known, _)| known == name).unwrap();
    let changed = change(value);
    assert_ne!(changed, *value);
    changed
}

/// The URL with another password.
fn another_password(url: &str) -> String {
    let (start, rest) = url.rsplit_once('@').unwrap();
    let (user, _) = start.rsplit_once(':').unwrap();
    format!("{user}:s3cret@{rest}")
}

/// The URL without user and password.
fn nobody(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    format!("{scheme}://{}", rest.rsplit_once('@').unwrap().1)
}

/// The URL with another last piece.
fn another_path(url: &str) -> String {
    format!("{}/never-made", url.rsplit_once('/').unwrap().0)
}

fn closed_port(url: &str) -> String {
    let (start, rest) = url.rsplit_once(':').unwrap();
    format!("{start}:1/{}", rest.split_once('/').unwrap().1)
}

async fn blames(home: &Home, settings: &Settings<'_>, part: &str, check: &str, mend: &str) {
    let report = Report::of(home, settings).await;
    report.blames(part, check, mend);
    assert!(!report.said.contains("s3cret"), "{}", report.said);
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn a_wrong_url_password_or_name_is_told_by_the_part_that_it_is_for() {
    const CONNECTION: &str = "connection";
    type Change = fn(&str) -> String;
    let home = lived_in().await;
    let mistakes: [(&str, Change, &str, &str); 11] = [
        ("DATABASE__URL", another_password, "PostgreSQL", "user and password in database.url"),
        ("DATABASE__URL", another_path, "PostgreSQL", "create the database"),
        ("DATABASE__URL", closed_port, "PostgreSQL", "correct host and port in database.url"),
        ("BROKER__URL", another_password, "RabbitMQ", "user and password in broker.url"),
        ("BROKER__URL", another_path, "RabbitMQ", "create the vhost"),
        ("BROKER__URL", closed_port, "RabbitMQ", "correct host and port in broker.url"),
        ("STORAGE__SECRET_KEY", |_| "s3cret-key".to_owned(), "object store", "storage.secret_key"),
        ("STORAGE__ACCESS_KEY", |_| "nobody".to_owned(), "object store", "storage.access_key"),
        (
            "STORAGE__ENDPOINT",
            |url| url.replace("https", "http"),
            "object store",
            "storage.endpoint",
        ),
        ("MAIL__URL", another_password, "mail", "user and password in mail.url"),
        ("MAIL__URL", nobody, "mail", "user and password in mail.url"),
    ];
    for (setting, change, part, mend) in mistakes {
        let name: &'static str = format!("REDRAW__{setting}").leak();
        let value = changed(&home, name, change);
        blames(&home, &[(name, &value)], part, CONNECTION, mend).await;
    }
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn certificates_of_an_unknown_authority_are_told_by_each_part() {
    let home = lived_in().await;
    let report = Report::of(&home, &[("REDRAW__TLS__ROOTS_FILE", "")]).await;
    for part in ["PostgreSQL", "RabbitMQ", "object store", "mail"] {
        let connection = report.check(part, "connection");
        assert_eq!(connection["state"], "failed", "{}", report.said);
        assert!(connection["mend"].as_str().unwrap().contains("tls.roots_file"), "{}", report.said);
    }
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn tables_of_a_newer_redraw_and_a_database_that_may_only_be_read_are_told() {
    let redraw = Redraw::start().await;
    let client = redraw.parts.database.connection().await.unwrap();
    let later =
        "insert into refinery_schema_history values (9999, 'later', '2030-01-01T00:00:00Z', '1')";
    client.run(later).await.unwrap();
    blames(&redraw.home, &[], "PostgreSQL", "tables", "run that version of redraw").await;
    client.run("delete from refinery_schema_history where version = 9999").await.unwrap();
    let name = redraw.home.tenancy().name();
    let standby = format!("alter database {name} set default_transaction_read_only = on");
    client.run(&standby).await.unwrap();
    blames(&redraw.home, &[], "PostgreSQL", "connection", "name the primary in database.url").await;
    drop(client);
    redraw.stop().await;
}

/// Declares a queue as another program would, by RabbitMQ's management API.
async fn declare(home: &Home, queue: &str, arguments: serde_json::Value) {
    let api = servers().unwrap().line("SERVERS_RABBITMQ_API");
    let url = format!("{api}/queues/{}/{queue}", home.tenancy().name());
    let body = json!({ "durable": true, "auto_delete": false, "arguments": arguments });
    let answer = crate::harness::client().put(url).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn a_queue_that_another_program_declared_is_told_with_the_setting_to_change() {
    let home = Home::new().await;
    declare(&home, "image_queue", json!({})).await;
    blames(&home, &[], "RabbitMQ", "image_queue", "set broker.queue_type to classic").await;
    let classic = ("REDRAW__BROKER__QUEUE_TYPE", "classic");
    assert!(Report::of(&home, &[classic]).await.well);

    declare(&home, "redraw.notify", json!({ "x-max-length": 1000 })).await;
    let mend = "set x-max-length in broker.queue_arguments";
    blames(&home, &[classic], "RabbitMQ", "redraw.notify", mend).await;

    declare(&home, "redraw.generate.dead", json!({ "x-queue-type": "quorum" })).await;
    let longer = ("REDRAW__BROKER__QUEUES__NOTIFY", "redraw.mail");
    let mend = "set broker.queue_type to quorum";
    blames(&home, &[classic, longer], "RabbitMQ", "redraw.generate.dead", mend).await;
}

/// Gives everybody these rights on the public bucket, in place of those that it has.
async fn allow(settings: &StorageConfig, bucket: &str, actions: &[&str]) {
    let credentials =
        StaticProvider::new(&settings.access_key, settings.secret_key.expose_secret(), None);
    let roots = servers().unwrap().line("REDRAW__TLS__ROOTS_FILE");
    let client = MinioClientBuilder::new(settings.endpoint.parse::<BaseUrl>().unwrap())
        .provider(Some(credentials))
        .ssl_cert_file(Some(roots.as_ref()))
        .skip_region_lookup(true)
        .build()
        .unwrap();
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": ["*"] },
            "Action": actions,
            "Resource": [format!("arn:aws:s3:::{bucket}"), format!("arn:aws:s3:::{bucket}/*")],
        }],
    });
    let request = client.put_bucket_policy(bucket).unwrap().config(policy.to_string()).build();
    request.send().await.unwrap();
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn buckets_that_show_too_much_or_too_little_are_told() {
    let redraw = Redraw::start().await;
    let id = redraw.register(crate::harness::jpeg(1), "owner@example.com").await;
    redraw.finished(&id).await;
    let (home, storage) = (&redraw.home, &redraw.parts.config.storage);
    let (private, public) = (&storage.originals_bucket, &storage.public_bucket);
    Report::of(home, &[]).await.is_all_well();

    allow(storage, public, &["s3:GetObject", "s3:ListBucket"]).await;
    blames(home, &[], "object store", "listing", "s3:ListBucket on storage.public_bucket").await;
    allow(storage, public, &["s3:GetBucketLocation"]).await;
    let by_hand = ("REDRAW__STORAGE__PUBLIC_ACCESS", "bucket");
    blames(home, &[by_hand], "object store", "reading", "s3:GetObject").await;
    let report = Report::of(home, &[]).await;
    assert!(report.well, "it is opened at the next start: {}", report.said);
    assert_eq!(report.check("object store", "reading")["state"], "warning");
    allow(storage, public, &["s3:GetObject"]).await;

    allow(storage, private, &["s3:GetObject"]).await;
    let mend = "s3:GetObject on storage.originals_bucket";
    blames(home, &[], "object store", "originals", mend).await;
    allow(storage, private, &["s3:ListBucket"]).await;
    let mend = "s3:ListBucket on storage.originals_bucket";
    blames(home, &[], "object store", "originals", mend).await;
    redraw.stop().await;
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn a_public_url_that_leads_nowhere_or_elsewhere_is_told() {
    let redraw = Redraw::start().await;
    let missing = format!("{}/nowhere", redraw.url);
    // Whatever is asked for, a page answers.
    let elsewhere = format!("{}/?of=", redraw.url);
    for url in ["http://127.0.0.1:1", &missing, &elsewhere] {
        let settings = [("REDRAW__STORAGE__PUBLIC_URL", url)];
        blames(&redraw.home, &settings, "object store", "public_url", "set storage.public_url")
            .await;
    }
    redraw.stop().await;
}
