//! People in a hurry: each sends its next picture as soon as the last one was taken.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::header::RETRY_AFTER;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::pictures::Pictures;

/// A picture that was taken.
pub struct Accepted {
    pub id: String,
    /// Of the answer that took it.
    pub answered_in: Duration,
    /// How often it was told to come back.
    pub refusals: u32,
}

#[derive(Clone)]
pub struct Clients {
    http: Client,
    pictures: Arc<Pictures>,
}

impl Clients {
    pub fn new(pictures: Pictures) -> anyhow::Result<Self> {
        let http = Client::builder().timeout(Duration::from_mins(2)).build()?;
        Ok(Self { http, pictures: Arc::new(pictures) })
    }

    pub fn http(&self) -> Client {
        self.http.clone()
    }

    /// Sends the pictures with these numbers, so many at the same time.
    pub async fn send_all(
        &self,
        url: &str,
        numbers: RangeInclusive<usize>,
        clients: usize,
    ) -> anyhow::Result<Vec<Accepted>> {
        let next = Arc::new(AtomicUsize::new(*numbers.start()));
        let mut tasks = JoinSet::new();
        for _ in 0..clients {
            let (this, url, next) = (self.clone(), url.to_owned(), Arc::clone(&next));
            let last = *numbers.end();
            tasks.spawn(async move {
                let mut accepted = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number > last {
                        return anyhow::Ok(accepted);
                    }
                    accepted.push(this.send(&url, number).await?);
                }
            });
        }
        let mut accepted = Vec::new();
        while let Some(ended) = tasks.join_next().await {
            accepted.extend(ended??);
        }
        Ok(accepted)
    }

    /// Sends one picture, until it is taken; whoever is told to come back comes back.
    pub async fn send(&self, url: &str, number: usize) -> anyhow::Result<Accepted> {
        let picture = self.pictures.get(number)?;
        let mut refusals = 0;
        loop {
            let form = Form::new()
                .text("email", format!("person-{number}@example.com"))
                .part("image", Part::bytes(picture.clone()).file_name("picture.jpg"));
            let asked = Instant::now();
            let answer =
                self.http.post(format!("{url}/api/v1/register")).multipart(form).send().await?;
            let status = answer.status();
            let wait =
                answer.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
            let text = answer.text().await?;
            let answered_in = asked.elapsed();
            if status == StatusCode::SERVICE_UNAVAILABLE
                && let Some(wait) = wait
            {
                refusals += 1;
                tokio::time::sleep(Duration::from_secs(wait)).await;
                continue;
            }
            ensure!(status == StatusCode::ACCEPTED, "{status}: {text}");
            let document: Value = serde_json::from_str(&text)?;
            let id = document["id"].as_str().context("an answer without an id")?.to_owned();
            return Ok(Accepted { id, answered_in, refusals });
        }
    }
}
