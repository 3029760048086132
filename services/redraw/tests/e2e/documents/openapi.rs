//! The OpenAPI document: checked in, valid, and of use to people.

use std::collections::BTreeSet;
use std::path::Path;

use openapiv3::{OpenAPI, Operation, ReferenceOr, StatusCode};
use serde_json::Value;

use crate::harness::Redraw;

#[tokio::test]
async fn the_openapi_document_is_the_one_that_is_checked_in() {
    let redraw = Redraw::start().await;
    let served: Value = redraw.get("/openapi.json").send().await.unwrap().json().await.unwrap();
    redraw.stop().await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var("UPDATE_OPENAPI").is_ok_and(|value| value == "1") {
        std::fs::write(&file, serde_json::to_string_pretty(&served).unwrap() + "\n").unwrap();
    }
    let checked_in = std::fs::read(&file).unwrap_or_default();
    let checked_in: Value = serde_json::from_slice(&checked_in).unwrap_or_default();
    let mut changes = Vec::new();
    lost(&served, &checked_in, "", &mut changes);
    lost(&checked_in, &served, "", &mut changes);
    assert!(
        // Compared as values: the order of keys depends on what else is compiled.
        served == checked_in,
        "docs/openapi.json is not what the service says any more, at {changes:#?}\n\
         If that was meant: UPDATE_OPENAPI=1 cargo test --locked -p redraw --test e2e openapi"
    );
}

async fn document() -> Value {
    let redraw = Redraw::start().await;
    let document = redraw.get("/openapi.json").send().await.unwrap().json().await.unwrap();
    redraw.stop().await;
    document
}

#[tokio::test]
async fn the_openapi_document_is_valid_and_says_what_a_reader_needs() {
    let json = document().await;
    assert!(json["openapi"].as_str().unwrap().starts_with("3.0."));
    let parsed: OpenAPI = serde_json::from_value(json.clone()).unwrap();
    // What version 3.0 does not know is lost on the way.
    let known = serde_json::to_value(&parsed).unwrap();
    let mut unknown = Vec::new();
    lost(&json, &known, "", &mut unknown);
    assert!(unknown.is_empty(), "not OpenAPI 3.0: {unknown:?}");
    references_lead_somewhere(&json, &json);

    let mut ids = BTreeSet::new();
    for (path, method, operation) in parsed.operations() {
        let of = format!("{method} {path}");
        assert!(ids.insert(operation.operation_id.clone().unwrap()), "{of}: its id is taken");
        is_described(&of, operation);
        let problems = operation.responses.responses.iter();
        for (status, response) in problems {
            answer_is_described(&of, status, response);
        }
    }
    assert_eq!(ids.len(), 8);
}

fn is_described(of: &str, operation: &Operation) {
    let said = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > 8);
    assert!(said(&operation.summary), "{of}: no summary");
    assert!(said(&operation.description), "{of}: no description");
    assert_eq!(operation.tags.len(), 1, "{of}: no tag");
    for parameter in &operation.parameters {
        let parameter = parameter.as_item().unwrap().parameter_data_ref();
        assert!(said(&parameter.description), "{of}: {} is not described", parameter.name);
    }
}

fn answer_is_described(of: &str, status: &StatusCode, response: &ReferenceOr<openapiv3::Response>) {
    let response = response.as_item().unwrap();
    assert!(response.description.len() > 3, "{of} {status}: no description");
    let StatusCode::Code(status) = status else { panic!("{of}: {status} is no single status") };
    if *status >= 400 {
        let types: Vec<_> = response.content.keys().collect();
        assert_eq!(types, ["application/problem+json"], "{of} {status}");
    }
    let waits = matches!(status, 429 | 503) || response.description.contains("Retry-After");
    assert_eq!(waits, response.headers.contains_key("Retry-After"), "{of} {status}");
    let challenge = response.headers.contains_key("WWW-Authenticate");
    assert_eq!(*status == 401, challenge, "{of} {status}");
}

/// Where `after` lacks what `before` has.
fn lost(before: &Value, after: &Value, at: &str, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                match after.get(key) {
                    Some(kept) => lost(value, kept, &format!("{at}/{key}"), found),
                    // Written or not, these mean the same.
                    None if is_default(value) => {}
                    None => found.push(format!("{at}/{key}")),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (number, (before, after)) in before.iter().zip(after).enumerate() {
                lost(before, after, &format!("{at}/{number}"), found);
            }
        }
        (Value::Number(before), Value::Number(after)) if before.as_f64() == after.as_f64() => {}
        _ if before == after => {}
        _ => found.push(at.to_owned()),
    }
}

fn is_default(value: &Value) -> bool {
    *value == Value::Bool(false) || value.as_array().is_some_and(Vec::is_empty)
}

fn references_lead_somewhere(part: &Value, whole: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(whole.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            fields.values().for_each(|field| references_lead_somewhere(field, whole));
        }
        Value::Array(items) => items.iter().for_each(|item| references_lead_somewhere(item, whole)),
        _ => {}
    }
}
