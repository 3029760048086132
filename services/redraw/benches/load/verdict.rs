//! Whether all is well: every request done, with one object and one mail of its own.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::clients::Clients;
use crate::story::Story;
use crate::{PAUSE, arrivals};

/// How often a mail that is written may still be on its way into the timeline.
const LOOKS: usize = 100;

pub async fn check<'a>(
    clients: &Clients,
    url: &str,
    folder: &Path,
    ids: impl Iterator<Item = &'a str>,
) -> anyhow::Result<Vec<Story>> {
    let mut mails = count_mails(folder)?;
    let mut paintings = arrivals::paintings(folder)?.len();
    let mut stories = Vec::new();
    for id in ids {
        let document = finished(clients, &format!("{url}/api/v1/request/{id}")).await?;
        ensure!(document["status"] == "done", "{document}");
        let link = document["new_image_url"].as_str().context("no link")?;
        let (_, name) = link.rsplit_once('/').context("an odd link")?;
        let painting = folder.join("var/objects/redraw-public").join(name);
        ensure!(painting.metadata().is_ok_and(|file| file.len() > 0), "{id}: no painting {name}");
        ensure!(mails.remove(name) == Some(1), "{id}: not exactly one mail names {name}");
        paintings = paintings.checked_sub(1).context("two requests share a painting")?;
        stories.push(Story::read(&document).with_context(|| id.to_owned())?);
    }
    ensure!(paintings == 0, "{paintings} paintings belong to nobody");
    ensure!(mails.is_empty(), "mails about nothing: {mails:?}");
    Ok(stories)
}

async fn finished(clients: &Clients, url: &str) -> anyhow::Result<Value> {
    let mut document = Value::Null;
    for _ in 0..LOOKS {
        document = clients.http().get(url).send().await?.error_for_status()?.json().await?;
        if document["stage"] == "finished" {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(document)
}

/// How many mails name each painting.
fn count_mails(folder: &Path) -> anyhow::Result<HashMap<String, usize>> {
    let mut count = HashMap::new();
    for mail in arrivals::mails(folder)? {
        // Soft line breaks of quoted-printable (RFC 2045, section 6.7) cut links.
        let text = std::fs::read_to_string(&mail)?.replace("=\r\n", "");
        let (_, after) = text.split_once("redraw-public/").context("a mail without a link")?;
        let name = after.split(|end: char| !(end.is_ascii_alphanumeric() || "-.".contains(end)));
        let name = name.into_iter().next().unwrap_or_default().trim_end_matches('.');
        *count.entry(name.to_owned()).or_insert(0) += 1;
    }
    Ok(count)
}
