//! The document that describes the staff API to machines.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::Staff;
use super::signed_in::SignedIn;

/// The document.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// `GET /api/openapi.json`.
pub async fn document(State(_): State<Arc<Staff>>, _: SignedIn) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::{ROUTES, orders::ACTIONS};
    use super::DOCUMENT;

    #[test]
    fn the_document_has_the_routers_paths_and_no_other() {
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let methods =
            |item: &Value| item.as_object().unwrap().keys().filter(|&key| key != "parameters").cloned().collect();
        let described: BTreeSet<(String, Vec<String>)> =
            paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect();
        let expand = |path: &str| match path.split_once("{action}") {
            Some((stem, _)) => ACTIONS.iter().map(|action| format!("{stem}{action}")).collect(),
            None => vec![path.to_owned()],
        };
        let routed: BTreeSet<(String, Vec<String>)> = ROUTES
            .iter()
            .flat_map(|(path, methods)| {
                expand(path).into_iter().map(|path| (path, methods.iter().map(|&m| m.to_owned()).collect()))
            })
            .collect();
        assert_eq!(described, routed);
    }

    #[test]
    fn every_reference_in_the_document_leads_somewhere() {
        fn references(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(members) => members.iter().for_each(|(key, value)| match value {
                    Value::String(text) if key == "$ref" => found.push(text.clone()),
                    _ => references(value, found),
                }),
                Value::Array(items) => items.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        let document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 20);
        for reference in found {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
    }
}
