//! Providers of models: whether each takes us and serves its model; and, for money, whether it works.

mod trial;

use futures_util::future::join_all;
use shared::config::{Config, ProviderConfig, ProviderKind};
use shared::providers::{CallError, Finding, ROWS, inspect};
use shared::tls::Roots;

use super::report::{self, Check, Part};

/// Looks at all of them at the same time; asks for work only if it may `spend`.
pub async fn examine(config: &Config, roots: &Roots, spend: bool) -> Vec<Check> {
    let captioners = config.captioner.providers.iter().map(async |provider| {
        let unusable = caption::captioner::captioner(provider, config, roots).err();
        let found = found(Part::CAPTIONER, provider, unusable, roots).await;
        let worked = spend.then(|| trial::of_captioner(provider, config, roots));
        one_or_two(found, worked).await
    });
    let painters = config.painter.providers.iter().map(async |provider| {
        let unusable = generator::painter::painter(provider, config, roots).err();
        let found = found(Part::PAINTER, provider, unusable, roots).await;
        let worked = spend.then(|| trial::of_painter(provider, config, roots));
        one_or_two(found, worked).await
    });
    let (captioners, painters) = tokio::join!(join_all(captioners), join_all(painters));
    captioners.into_iter().chain(painters).flatten().collect()
}

/// Whoever would not serve us is not asked for work as well.
async fn one_or_two(
    mut found: Vec<Check>,
    work: Option<impl Future<Output = Check>>,
) -> Vec<Check> {
    if let Some(work) = work
        && report::failures(&found) == 0
    {
        found.push(work.await);
    }
    found
}

async fn found<K: ProviderKind>(
    part: Part,
    provider: &ProviderConfig<K>,
    unusable: Option<anyhow::Error>,
    roots: &Roots,
) -> Vec<Check> {
    let ProviderConfig { name, model, .. } = provider;
    if let Some(error) = unusable {
        return vec![part.failed(name, format!("{error:#}"), "correct its settings")];
    }
    if !provider.kind.is_remote() {
        return vec![part.ok(name, "no model, in this process")];
    }
    let of_model = if model.is_empty() { "its model".to_owned() } else { model.clone() };
    let check = match inspect(provider, roots).await {
        Finding::Serves => part.ok(name, format!("knows us, and serves {of_model}")),
        Finding::Answers => {
            part.ok(name, format!("answers; whether it serves {of_model} only --spend can tell"))
        }
        Finding::NoSuchModel { others } if others.is_empty() => part.failed(
            name,
            format!("nobody serves {model} there"),
            "set `model` to another one, or ask another provider",
        ),
        Finding::NoSuchModel { others } => part.failed(
            name,
            format!("{model} is not served"),
            format!("choose among what is there: {}", others.join(", ")),
        ),
        Finding::Fails(error) => failed(part, provider, &error),
        Finding::Unusable(error) => part.failed(name, format!("{error:#}"), "correct its settings"),
    };
    std::iter::once(check).chain(in_the_clear(part, provider)).collect()
}

/// A key that everybody on the way can read.
fn in_the_clear<K>(part: Part, provider: &ProviderConfig<K>) -> Option<Check> {
    let url = reqwest::Url::parse(&provider.url).ok()?;
    let here = matches!(url.host_str()?, "localhost" | "127.0.0.1" | "[::1]");
    (matches!(provider.key(), Ok(Some(_))) && url.scheme() == "http" && !here).then(|| {
        let text = "the key goes over the network as it is";
        part.warning(&provider.name, text, "write https:// in its `url`")
    })
}

/// A call that did not work, with what helps against it.
fn failed<K>(part: Part, provider: &ProviderConfig<K>, error: &CallError) -> Check {
    let key = match (&*provider.key_env, &*provider.key_file) {
        ("", "") => "name its key in key_env or key_file".to_owned(),
        ("", file) => format!("the key stands in {file}"),
        (variable, _) => format!("the key stands in {variable}"),
    };
    let mend = match error.code {
        "provider_unreachable" => "start it, or correct its `url`".to_owned(),
        "connection_lost" | "provider_silent" | "outcome_unknown" => {
            "see whether it is well; slow models need a longer `timeout`".to_owned()
        }
        "unreadable_answer" => {
            "it speaks something else: see `kind` and `url` in docs/providers.md".to_owned()
        }
        code => {
            let row = ROWS.iter().find(|row| row.code == code);
            let meaning = row.map_or("see docs/providers.md", |row| row.meaning);
            if code == "key_refused" { format!("{meaning} ({key})") } else { meaning.to_owned() }
        }
    };
    part.failed(&provider.name, format!("{}: {:#}", error.code, error.cause), mend)
}
