//! The error table: from what a server answers to what is done about it. Read from top to bottom; the
//! first row that fits counts.
//!
//! From the answers of HuggingFace's router and toolkits, OpenAI's API and those that speak like it
//! (vLLM, llama.cpp, LocalAI, Ollama), and fal (their client code and documentation, 2026-08).

use std::fmt::Write;

use super::Verdict;

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Statuses that it is about, from and to.
    pub status: (u16, u16),
    /// One of these stands in the answer's text, in any case; none given: whatever it says.
    pub says: &'static [&'static str],
    pub verdict: Verdict,
    /// Stable; goes into the timeline.
    pub code: &'static str,
    /// What it usually means, and what helps.
    pub meaning: &'static str,
}

const fn row(
    status: (u16, u16),
    says: &'static [&'static str],
    verdict: Verdict,
    code: &'static str,
    meaning: &'static str,
) -> Row {
    Row { status, says, verdict, code, meaning }
}

const CREDIT: &[&str] =
    &["included credits", "pay-as-you go", "pay-as-you-go", "insufficient_quota", "billing"];
const UNSUPPORTED: &[&str] =
    &["not supported by any provider", "model_not_supported", "model_not_found", "unknown model"];
const REFUSAL: &[&str] = &[
    "content_policy",
    "content policy",
    "content_filter",
    "safety",
    "moderation",
    "nsfw",
    "flagged",
    "prompt refused",
];

/// All rows, in their order.
pub static ROWS: &[Row] = {
    use Verdict::{Fail, Next, Park, Rest, Retry};
    &[
        row(
            (400, 499),
            CREDIT,
            Park,
            "credit_spent",
            "the account has no credit left: buy some, or wait for the month's end",
        ),
        row(
            (402, 402),
            &[],
            Park,
            "credit_spent",
            "the account has no credit left: buy some, or wait for the month's end",
        ),
        row(
            (401, 401),
            &[],
            Park,
            "key_refused",
            "the key is wrong or has expired: make a new one",
        ),
        row(
            (403, 403),
            REFUSAL,
            Fail,
            "refused",
            "the model declined, for what it was shown or asked",
        ),
        row(
            (403, 403),
            &[],
            Park,
            "key_refused",
            "the key may not use this model: give it the permission, or accept the model's terms",
        ),
        row(
            (400, 404),
            UNSUPPORTED,
            Park,
            "model_gone",
            "nobody serves this model any more: choose another",
        ),
        row((404, 405), &[], Park, "model_gone", "no such model or address: see `url` and `model`"),
        row(
            (410, 410),
            &[],
            Park,
            "model_gone",
            "the model or the address was taken away: choose another",
        ),
        row(
            (400, 422),
            REFUSAL,
            Fail,
            "refused",
            "the model declined, for what it was shown or asked",
        ),
        row(
            (300, 399),
            &[],
            Park,
            "wrong_address",
            "the server is elsewhere: correct `url`, for redirects are not followed with a key",
        ),
        row((413, 413), &[], Next, "too_large", "too large, even after it was made smaller once"),
        row((408, 409), &[], Retry, "provider_unavailable", "it passes"),
        row((425, 425), &[], Retry, "provider_unavailable", "it passes"),
        row(
            (429, 429),
            &[],
            Rest,
            "rate_limited",
            "too many calls: it is left alone as long as it asks; see `requests_per_minute`",
        ),
        row(
            (400, 400),
            &[],
            Retry,
            "request_refused",
            "toolkits answer this to every fault; if it stays, see `parameters`",
        ),
        row(
            (400, 499),
            &[],
            Next,
            "request_refused",
            "it does not understand what it is sent: see `kind` and `parameters`",
        ),
        row(
            (503, 503),
            &["loading", "estimated_time", "starting"],
            Rest,
            "model_loading",
            "the model is being loaded",
        ),
        row((500, 599), &[], Retry, "provider_unavailable", "it passes"),
    ]
};

/// What to do about a status and what the answer says.
#[must_use]
pub fn look_up(status: u16, text: &str) -> Option<&'static Row> {
    let text = text.to_lowercase();
    ROWS.iter().find(|row| {
        let (from, to) = row.status;
        (from..=to).contains(&status)
            && (row.says.is_empty() || row.says.iter().any(|word| text.contains(word)))
    })
}

/// The table as it stands in `docs/providers.md`.
#[must_use]
pub fn as_markdown() -> String {
    let mut page =
        "| status | says | then | code | what it means |\n|---|---|---|---|---|\n".to_owned();
    for Row { status: (from, to), says, verdict, code, meaning } in ROWS {
        let status = if from == to { from.to_string() } else { format!("{from}-{to}") };
        let says: Vec<_> = says.iter().map(|word| format!("`{word}`")).collect();
        let (says, verdict) = (says.join(", "), verdict.name());
        // Writing to a string does not fail.
        let _ = writeln!(page, "| {status} | {says} | {verdict} | `{code}` | {meaning} |");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::{ROWS, look_up};
    use crate::providers::Verdict;

    #[test]
    fn every_row_can_be_reached() {
        for row in ROWS {
            let reached = (row.status.0..=row.status.1).any(|status| {
                let texts = if row.says.is_empty() { &[""] } else { row.says };
                texts
                    .iter()
                    .all(|text| look_up(status, text).is_some_and(|found| std::ptr::eq(found, row)))
            });
            assert!(reached, "never reached: {row:?}");
        }
    }

    #[test]
    fn every_status_but_success_has_a_row() {
        for status in (300..600).filter(|status| *status != 600) {
            assert!(look_up(status, "").is_some(), "{status}");
        }
        assert!(look_up(200, "").is_none());
    }

    #[test]
    fn what_servers_really_say_is_told_apart() {
        let cases = [
            (
                402,
                "You have exceeded your monthly included credits for Inference Providers.",
                "credit_spent",
            ),
            (400, "Pay-as-you go is not enabled for provider nscale", "credit_spent"),
            (429, "You exceeded your current quota: insufficient_quota", "credit_spent"),
            (
                400,
                "The requested model 'x' is not supported by any provider you have enabled.",
                "model_gone",
            ),
            (404, "Not Found", "model_gone"),
            (400, "Your request was rejected by our safety system.", "refused"),
            (422, "content_policy_violation", "refused"),
            (403, "Your input was flagged by moderation", "refused"),
            (400, "The requested model 'x/NSFW-2' is not supported by any provider", "model_gone"),
            (404, "The model `omni-moderation` does not exist", "model_gone"),
            (422, "Input should be a valid integer", "request_refused"),
            (400, "CUDA out of memory", "request_refused"),
            (429, "Too Many Requests", "rate_limited"),
            (503, "Model black-forest-labs/FLUX.1-dev is currently loading", "model_loading"),
            (503, "upstream connect error", "provider_unavailable"),
            (529, "overloaded", "provider_unavailable"),
            (401, "Invalid username or password.", "key_refused"),
        ];
        for (status, text, code) in cases {
            assert_eq!(look_up(status, text).map(|row| row.code), Some(code), "{status} {text}");
        }
    }

    #[test]
    fn what_costs_money_or_waits_for_the_operator_never_fails_a_request() {
        for status in [401, 402, 403, 404, 410] {
            assert_eq!(look_up(status, "").unwrap().verdict, Verdict::Park);
        }
    }
}
