//! Whether a provider would serve us, as far as it can be found out without paying.

use std::time::Duration;

use reqwest::{Method, Url};
use serde_json::Value;

use super::{CallError, Server};
use crate::config::{ProviderConfig, ProviderKind};
use crate::tls::Roots;

/// Longest list of models, in bytes: the router's has some hundred kilobytes.
const MAX_ANSWER: usize = 8 << 20;

/// Longest wait for an answer that costs nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// HuggingFace's router, and the hub that knows its tokens and models.
const ROUTER: &str = "router.huggingface.co";
const HUB: &str = "https://huggingface.co";

/// What was found.
#[derive(Debug)]
pub enum Finding {
    /// It takes the key, and serves the model.
    Serves,
    /// It answers; whether it serves the model is not told for nothing.
    Answers,
    /// It takes the key; the model is not among those that it serves, of which some are named.
    NoSuchModel { others: Vec<String> },
    /// It would not serve us.
    Fails(CallError),
    /// The settings cannot be used.
    Unusable(anyhow::Error),
}

/// Asks a provider for its models, or the hub about them; never for a caption or a picture.
pub async fn inspect<K: ProviderKind + Clone>(
    config: &ProviderConfig<K>,
    roots: &Roots,
) -> Finding {
    if !config.kind.is_remote() {
        return Finding::Serves;
    }
    let config = ProviderConfig { timeout: config.timeout.min(PATIENCE), ..config.clone() };
    let server = match Server::new(&config, MAX_ANSWER, roots) {
        Ok(server) => server,
        Err(error) => return Finding::Unusable(error),
    };
    let host = Url::parse(&config.url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let looked = if host.as_deref() == Some(ROUTER) {
        at_the_hub(&server, &config).await
    } else if config.kind.lists_models() {
        in_its_list(&server, &config).await
    } else {
        at_its_address(&server, &config).await
    };
    looked.unwrap_or_else(Finding::Fails)
}

/// OpenAI's API reference, "List models".
async fn in_its_list<K>(server: &Server, config: &ProviderConfig<K>) -> Result<Finding, CallError> {
    let url = server.at("/v1/models").map_err(CallError::unreadable)?;
    let answer = match server.look(server.request(Method::GET, url)).await {
        Ok(answer) => answer.json()?,
        // Not everybody lists them.
        Err(error) if error.code == "model_gone" => return Ok(Finding::Answers),
        Err(error) => return Err(error),
    };
    let list = answer.get("data").and_then(Value::as_array).into_iter().flatten();
    let names: Vec<_> = list.filter_map(|model| model.get("id")?.as_str()).collect();
    if config.model.is_empty() || names.is_empty() {
        return Ok(Finding::Answers);
    }
    // A tag may stand behind it, which the list may leave out: `gemma3` and `gemma3:latest`.
    let bare = |name: &str| name.split(':').next().unwrap_or_default().to_owned();
    if names.iter().any(|name| *name == config.model || bare(name) == bare(&config.model)) {
        return Ok(Finding::Serves);
    }
    Ok(Finding::NoSuchModel { others: names.into_iter().take(5).map(str::to_owned).collect() })
}

/// An endpoint of one model says at least whether it takes the key.
async fn at_its_address<K>(
    server: &Server,
    config: &ProviderConfig<K>,
) -> Result<Finding, CallError> {
    let url = server.of_model(&config.model).map_err(CallError::unreadable)?;
    match server.look(server.request(Method::GET, url)).await {
        Ok(_) => Ok(Finding::Answers),
        // It takes orders by POST alone.
        Err(error) if matches!(error.code, "model_gone" | "request_refused") => {
            Ok(Finding::Answers)
        }
        Err(error) => Err(error),
    }
}

/// The hub knows whether a token is good (`whoami-v2`), and which providers serve a model
/// (`inferenceProviderMapping`; `huggingface_hub`).
async fn at_the_hub<K: ProviderKind>(
    server: &Server,
    config: &ProviderConfig<K>,
) -> Result<Finding, CallError> {
    let ask = async |path: String| {
        let url = Url::parse(&format!("{HUB}{path}")).map_err(CallError::unreadable)?;
        server.look(server.request(Method::GET, url)).await?.json()
    };
    ask("/api/whoami-v2".to_owned()).await?;
    let model = config.model.split(':').next().unwrap_or_default();
    if config.url.contains("fal-ai") {
        // Named as fal names it, which the hub does not know.
        return Ok(Finding::Answers);
    }
    let about = ask(format!("/api/models/{model}?expand=inferenceProviderMapping")).await?;
    Ok(served(&about, provider_in(&config.url)))
}

/// Which of the router's providers an address leads to; none: the router chooses.
fn provider_in(url: &str) -> Option<&str> {
    let path = url.split_once(ROUTER)?.1.trim_start_matches('/');
    path.split('/').next().filter(|first| !first.is_empty() && *first != "v1")
}

fn served(about: &Value, by: Option<&str>) -> Finding {
    let mapping = about.get("inferenceProviderMapping").and_then(Value::as_object);
    let live = mapping
        .into_iter()
        .flatten()
        .filter(|(_, how)| how.get("status").and_then(Value::as_str) == Some("live"));
    let live: Vec<String> = live.map(|(provider, _)| provider.clone()).collect();
    let found = by.map_or(!live.is_empty(), |by| live.iter().any(|provider| provider == by));
    if found { Finding::Serves } else { Finding::NoSuchModel { others: live } }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Finding, provider_in, served};

    #[test]
    fn the_router_s_provider_stands_in_the_address() {
        assert_eq!(provider_in("https://router.huggingface.co/nscale"), Some("nscale"));
        assert_eq!(provider_in("https://router.huggingface.co/nscale/v1"), Some("nscale"));
        assert_eq!(provider_in("https://router.huggingface.co"), None);
        assert_eq!(provider_in("https://router.huggingface.co/v1"), None);
    }

    #[test]
    fn a_model_is_served_where_the_hub_says_that_it_is_live() {
        let about = json!({"inferenceProviderMapping": {
            "nscale": {"status": "live"}, "together": {"status": "staging"},
        }});
        assert!(matches!(served(&about, None), Finding::Serves));
        assert!(matches!(served(&about, Some("nscale")), Finding::Serves));
        for by in ["together", "replicate"] {
            let Finding::NoSuchModel { others } = served(&about, Some(by)) else { panic!("{by}") };
            assert_eq!(others, ["nscale"]);
        }
        assert!(matches!(served(&json!({}), None), Finding::NoSuchModel { .. }));
    }
}
