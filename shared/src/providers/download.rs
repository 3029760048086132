//! Fetches what a provider's answer points at: over https, without the key, from public addresses
//! alone, also after redirects, and whatever a name resolves to.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Url};

use super::addresses::is_public;
use super::server::{explain, read};
use super::{CallError, Verdict};
use crate::http;
use crate::tls::Roots;

/// Stores redirect once, to where the object is.
const MOST_REDIRECTS: usize = 3;

/// Where downloads may go.
type Allowed = fn(IpAddr) -> bool;

/// Fetches files from the public internet.
pub struct Downloader {
    client: Client,
    allowed: Allowed,
    most: usize,
}

impl Downloader {
    /// `most`: bytes of the largest file.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn new(timeout: Duration, most: usize, roots: &Roots) -> anyhow::Result<Self> {
        Self::within(is_public, timeout, most, roots)
    }

    fn within(
        allowed: Allowed,
        timeout: Duration,
        most: usize,
        roots: &Roots,
    ) -> anyhow::Result<Self> {
        let follow = move |attempt: Attempt<'_>| {
            if attempt.previous().len() > MOST_REDIRECTS {
                return attempt.error(Unsafe("too many redirects"));
            }
            match check(attempt.url(), allowed) {
                Ok(()) => attempt.follow(),
                Err(reason) => attempt.error(Unsafe(reason)),
            }
        };
        let proxies = proxy_hosts(|name| std::env::var(name).ok());
        let client = http::builder(timeout, roots)?
            .redirect(Policy::custom(follow))
            .referer(false)
            .dns_resolver(Arc::new(Resolver { allowed, proxies: proxies.into() }))
            .build();
        Ok(Self { client: client.context("the HTTP client for downloads")?, allowed, most })
    }

    /// The file at a URL.
    ///
    /// # Errors
    ///
    /// When the URL leads where it may not; when the file is too large or cannot be had.
    pub async fn fetch(&self, url: &str) -> Result<Bytes, CallError> {
        let refused = |cause| CallError::new(Verdict::Retry, "unsafe_url", cause);
        let url = Url::parse(url).context("the answer's URL is none").map_err(refused)?;
        check(&url, self.allowed).map_err(|reason| refused(anyhow!(reason)))?;
        let response = self.client.get(url).send().await;
        // It was painted, and can be fetched again only by having it painted again.
        let response = response.map_err(|error| match reason_in(&error) {
            Some(Unsafe(reason)) => refused(anyhow!(*reason)),
            None => explain(error, Verdict::Retry),
        })?;
        let status = response.status();
        if !status.is_success() {
            let cause = anyhow!("the picture's address answers HTTP {status}");
            return Err(CallError::new(Verdict::Retry, "download_failed", cause));
        }
        read(response, self.most, Verdict::Retry).await
    }
}

/// Why somewhere is not gone to, as it comes back out of the HTTP client.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unsafe(&'static str);

fn reason_in(error: &reqwest::Error) -> Option<&Unsafe> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(reason) = error.downcast_ref() {
            return Some(reason);
        }
        cause = error.source();
    }
    None
}

/// Whether a URL may be fetched, as far as it can be told before its name is resolved.
fn check(url: &Url, allowed: Allowed) -> Result<(), &'static str> {
    if url.scheme() != "https" {
        return Err("a URL that is not https");
    }
    match url.host() {
        Some(url::Host::Domain(_)) => Ok(()),
        Some(url::Host::Ipv4(address)) if allowed(address.into()) => Ok(()),
        Some(url::Host::Ipv6(address)) if allowed(address.into()) => Ok(()),
        _ => Err("a URL that leads into a private network"),
    }
}

/// Resolves names to allowed addresses alone: those that are then connected to, so that a name which
/// changes its mind gains nothing.
struct Resolver {
    allowed: Allowed,
    /// The operator's proxies, which may well be in a private network; they resolve the rest.
    proxies: Arc<[String]>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, proxies) = (self.allowed, Arc::clone(&self.proxies));
        Box::pin(async move {
            let host = name.as_str();
            let is_proxy = proxies.iter().any(|proxy| proxy == host);
            let found = tokio::net::lookup_host((host, 0)).await?;
            let found: Vec<SocketAddr> =
                found.filter(|found| is_proxy || allowed(found.ip())).collect();
            if found.is_empty() {
                return Err(Unsafe("a name that leads into a private network").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn proxy_hosts(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let urls = names.into_iter().filter_map(variable);
    // Without a scheme, `proxy:3128` reads as a URL of the scheme `proxy`.
    let host = |url: &str| Url::parse(url).ok()?.host_str().map(str::to_lowercase);
    urls.filter_map(|url| host(&url).or_else(|| host(&format!("http://{url}")))).collect()
}

#[cfg(test)]
mod tests;
