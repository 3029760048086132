//! `redraw send`: sends a picture to a running redraw, and waits for the new one.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::Client;
use reqwest::multipart::Form;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use shared::config::TlsConfig;
use shared::tls::Roots;
use uuid::Uuid;

/// How often to ask what became of it.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The picture: JPEG, PNG, WebP or GIF
    picture: PathBuf,
    /// Where the link is mailed
    email: String,
    /// Language of the mail
    #[arg(long, default_value = "en", value_parser = ["en", "fa"])]
    language: String,
    /// Where redraw runs
    #[arg(long, env = "REDRAW_URL", default_value = "http://localhost:8000")]
    url: String,
    /// The key, where redraw asks for one
    #[arg(long, env = "REDRAW_KEY", hide_env_values = true)]
    key: Option<SecretString>,
    /// Return once it is taken, without waiting for the new picture
    #[arg(long)]
    no_wait: bool,
}

pub async fn send(arguments: Arguments, tls: &TlsConfig) -> anyhow::Result<()> {
    let client = shared::http::client(Duration::from_mins(2), &Roots::load(tls)?)?;
    let progress = ProgressBar::new_spinner().with_message("sending");
    progress.set_style(ProgressStyle::with_template("{spinner} {msg}  {elapsed}")?);
    progress.enable_steady_tick(Duration::from_millis(100));
    let status_url = submit(&client, &arguments).await?;
    if arguments.no_wait {
        progress.finish_and_clear();
        return say(&status_url);
    }
    loop {
        let document = read(client.get(&status_url).send().await?).await?;
        match text(&document, "status") {
            "done" => {
                progress.finish_and_clear();
                say(text(&document, "caption"))?;
                return say(text(&document, "new_image_url"));
            }
            "failure" => {
                progress.finish_and_clear();
                bail!("{}", document["error"]["text"].as_str().unwrap_or("it failed"));
            }
            _ => progress.set_message(text(&document, "stage").replace('_', " ")),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Returns the URL at which to ask what became of it.
async fn submit(client: &Client, arguments: &Arguments) -> anyhow::Result<String> {
    let Arguments { picture, email, language, url, key, .. } = arguments;
    let form = Form::new()
        .text("email", email.clone())
        .text("language", language.clone())
        .file("image", picture)
        .await
        .with_context(|| format!("{} cannot be read", picture.display()))?;
    let post = client.post(format!("{}/api/v1/register", url.trim_end_matches('/')));
    let post = match key {
        Some(key) => post.bearer_auth(key.expose_secret()),
        None => post,
    };
    let answer = post
        .header("Idempotency-Key", Uuid::now_v7().to_string())
        .multipart(form)
        .send()
        .await
        .with_context(|| format!("no redraw answers at {url}"))?;
    let document = read(answer).await?;
    Ok(text(&document, "status_url").to_owned())
}

/// The document, or the sentence of the problem.
async fn read(answer: reqwest::Response) -> anyhow::Result<Value> {
    let status = answer.status();
    let document: Value =
        answer.json().await.with_context(|| format!("an odd answer ({status})"))?;
    if status.is_success() {
        return Ok(document);
    }
    bail!("{} ({})", text(&document, "detail"), text(&document, "code"))
}

fn text<'a>(document: &'a Value, key: &str) -> &'a str {
    document[key].as_str().unwrap_or_default()
}

/// The result of the command, on standard output, where a pipe may be closed.
fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
