mod store;

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use self::store::Store;
use super::{Allowed, Downloader, proxy_hosts};
use crate::providers::fixtures::{KEY, roots};
use crate::providers::{CallError, Verdict};

const PATIENCE: Duration = Duration::from_secs(20);
const MOST: usize = 1000;

const LOOPBACK: Allowed = |address| address.is_loopback();

fn file(bytes: usize) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n");
    [head.into_bytes(), vec![7; bytes]].concat()
}

fn redirect(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

async fn refusal(downloader: &Downloader, url: &str) -> CallError {
    downloader.fetch(url).await.expect_err(url)
}

fn assert_refused(error: &CallError, url: &str) {
    assert_eq!((error.verdict, error.code), (Verdict::Retry, "unsafe_url"), "{url}: {error:?}");
}

#[tokio::test]
async fn a_file_is_fetched_over_tls_that_is_verified() {
    let store = Store::start(|head| {
        assert!(!head.to_lowercase().contains("authorization") && !head.contains(KEY), "{head}");
        file(MOST)
    })
    .await;
    let url = format!("https://localhost:{}/x.png?signed", store.port);
    let downloader = Downloader::within(LOOPBACK, PATIENCE, MOST, &store.roots).unwrap();
    assert_eq!(downloader.fetch(&url).await.unwrap(), vec![7; MOST]);
    let stranger = Downloader::within(LOOPBACK, PATIENCE, MOST, &roots()).unwrap();
    assert_eq!(refusal(&stranger, &url).await.code, "provider_unreachable");
}

#[tokio::test]
async fn only_https_to_public_addresses_is_fetched() {
    let downloader = Downloader::new(PATIENCE, MOST, &roots()).unwrap();
    let urls = [
        "http://example.com/x.png",
        "ftp://example.com/x.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "x.png",
        "",
        "https://127.0.0.1/x.png",
        "https://127.1/x.png",
        "https://2130706433/x.png",
        "https://0x7f.0.0.1/x.png",
        "https://10.0.0.1/x.png",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x.png",
        "https://[::ffff:127.0.0.1]/x.png",
        "https://[fd00::1]/x.png",
    ];
    for url in urls {
        assert_refused(&refusal(&downloader, url).await, url);
    }
}

#[tokio::test]
async fn a_name_that_leads_home_is_refused_and_nobody_is_asked() {
    let store = Store::start(|_| file(9)).await;
    let downloader = Downloader::new(PATIENCE, MOST, &store.roots).unwrap();
    for host in ["localhost", "LOCALHOST"] {
        let url = format!("https://{host}:{}/x.png", store.port);
        assert_refused(&refusal(&downloader, &url).await, &url);
    }
    assert_eq!(store.connections(), 0);
}

#[tokio::test]
async fn a_redirect_leads_no_further_than_the_first_address_might() {
    const SECOND: Allowed = |address| address == IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    let store = Store::start(|head| {
        let to = head.split_whitespace().nth(1).unwrap().trim_start_matches('/');
        redirect(to)
    })
    .await;
    let downloader = Downloader::within(SECOND, PATIENCE, MOST, &store.roots).unwrap();
    let port = store.port;
    let urls = [
        "http://127.0.0.2/x".to_owned(),
        "https://10.0.0.1/x".to_owned(),
        format!("https://127.0.0.1:{port}/x"),
        format!("https://[::1]:{port}/x"),
        // A name, which is looked up.
        format!("https://localhost:{port}/x"),
    ];
    for url in urls {
        let before = store.connections();
        let error = refusal(&downloader, &format!("https://127.0.0.2:{port}/{url}")).await;
        assert_refused(&error, &url);
        assert_eq!(store.connections() - before, 1, "{url}");
    }
}

#[tokio::test]
async fn redirects_are_followed_a_few_times() {
    let store = Store::start(|head| match head.split_whitespace().nth(1).unwrap() {
        "/once" => redirect("/file"),
        "/file" => file(9),
        _ => redirect("/for-ever"),
    })
    .await;
    let downloader = Downloader::within(LOOPBACK, PATIENCE, MOST, &store.roots).unwrap();
    let at = |path: &str| format!("https://localhost:{}{path}", store.port);
    assert_eq!(downloader.fetch(&at("/once")).await.unwrap(), vec![7; 9]);
    assert_refused(&refusal(&downloader, &at("/for-ever")).await, "/for-ever");
}

#[tokio::test]
async fn what_cannot_be_had_or_is_too_large_is_told_apart_and_no_address_is_shown() {
    let store = Store::start(|head| match head.split_whitespace().nth(1).unwrap() {
        "/large?s3cr3t" => file(MOST + 1),
        "/gone?s3cr3t" => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
        "/short?s3cr3t" => b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\nabc".to_vec(),
        _ => Vec::new(),
    })
    .await;
    let downloader = Downloader::within(LOOPBACK, PATIENCE, MOST, &store.roots).unwrap();
    let cases = [
        ("large", "answer_too_large"),
        ("gone", "download_failed"),
        ("short", "connection_lost"),
        ("empty", "connection_lost"),
    ];
    for (path, code) in cases {
        let url = format!("https://localhost:{}/{path}?s3cr3t", store.port);
        let error = refusal(&downloader, &url).await;
        assert_eq!((error.verdict, error.code), (Verdict::Retry, code), "{path}");
        assert!(!format!("{error:?} {:#}", error.cause).contains("s3cr3t"), "{path}");
    }
}

#[test]
fn the_proxies_of_the_environment_are_known_however_they_are_written() {
    let hosts =
        |name: &str, url: &str| proxy_hosts(|asked| (asked == name).then(|| url.to_owned()));
    let cases = [
        ("HTTPS_PROXY", "http://proxy.inner:3128", "proxy.inner"),
        ("https_proxy", "http://user:word@Proxy.Inner:3128/", "proxy.inner"),
        ("ALL_PROXY", "socks5://proxy.inner:1080", "proxy.inner"),
        ("all_proxy", "proxy.inner:3128", "proxy.inner"),
        ("HTTPS_PROXY", "proxy:3128", "proxy"),
        ("HTTPS_PROXY", "proxy", "proxy"),
        ("HTTPS_PROXY", "10.0.0.1:3128", "10.0.0.1"),
    ];
    for (name, url, host) in cases {
        assert_eq!(hosts(name, url), [host], "{url}");
    }
    assert!(hosts("HTTPS_PROXY", "").is_empty());
    assert!(hosts("NO_PROXY", "proxy.inner").is_empty());
}
