//! The OpenAPI document as a judge: a response that it does not describe fails the test.

use hyper::Method;
use serde_json::{Map, Value, json};

use super::http::Response;

/// The document of a running daemon.
pub(crate) struct OpenApi(Value);

impl OpenApi {
    pub(crate) fn new(document: Value) -> Self {
        assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "OpenAPI 3.1");
        Self(document)
    }

    /// Fails when the document does not describe this response.
    #[track_caller]
    pub(crate) fn check(&self, method: &Method, path: &str, response: &Response) {
        if let Err(reason) = self.fits(method, path, response) {
            panic!("{method} {path} gave {}: {reason}\n{}", response.status, response.text());
        }
    }

    fn fits(&self, method: &Method, path: &str, response: &Response) -> Result<(), String> {
        let path = path.split('?').next().unwrap_or_default();
        let paths = self.0["paths"].as_object().ok_or("no paths")?;
        let known = paths.iter().find(|(template, _)| matches(template, path)).ok_or("the path is not described")?;
        let operation = &known.1[method.as_str().to_ascii_lowercase()];
        let responses = operation["responses"].as_object().ok_or("the method is not described")?;
        let status = response.status.to_string();
        let described = responses.get(&status).or_else(|| responses.get("default")).ok_or("nor is the status")?;
        let content = self.resolve(described)["content"].as_object();
        let Some(content) = content.filter(|content| !content.is_empty()) else {
            return if response.body.is_empty() { Ok(()) } else { Err("a body is not described".to_owned()) };
        };
        let kind = response.header("content-type").split(';').next().unwrap_or_default().trim();
        let schema = &content.get(kind).ok_or_else(|| format!("the type \"{kind}\" is not described"))?["schema"];
        if !kind.ends_with("json") {
            return Ok(());
        }
        let body = serde_json::from_slice(&response.body).map_err(|error| error.to_string())?;
        let validator = jsonschema::validator_for(&self.rooted(schema)).map_err(|error| error.to_string())?;
        let wrong: Vec<String> =
            validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path)).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    /// What a `$ref` within the document points at, or the value itself.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        pointer.and_then(|pointer| self.0.pointer(pointer)).unwrap_or(value)
    }

    /// A schema with the shared parts beside it, so that its `$ref`s lead somewhere.
    fn rooted(&self, schema: &Value) -> Value {
        let mut rooted: Map<String, Value> = schema.as_object().cloned().unwrap_or_default();
        rooted.insert("components".to_owned(), self.0["components"].clone());
        Value::Object(rooted)
    }
}

/// Whether a path is one of a template, `/api/conversations/{id}`.
fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let fits = |(pattern, part): (&&str, &&str)| pattern.starts_with('{') && !part.is_empty() || pattern == part;
    template.len() == path.len() && template.iter().zip(&path).all(fits)
}

#[test]
fn a_response_that_is_not_described_is_refused() {
    let document = json!({
        "openapi": "3.1.0",
        "paths": { "/api/things/{id}": { "get": { "responses": {
            "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
            "204": {},
            "404": { "$ref": "#/components/responses/Problem" }
        } } } },
        "components": {
            "schemas": { "Thing": { "type": "object", "required": ["name"], "additionalProperties": false,
                "properties": { "name": { "type": "string" } } } },
            "responses": { "Problem": { "content": { "application/problem+json": { "schema": { "type": "object" } } } } }
        }
    });
    let openapi = OpenApi::new(document);
    let fits = |path: &str, status: u16, kind: &str, body: &str| {
        let headers = [("content-type".parse().unwrap(), kind.parse().unwrap())].into_iter().collect();
        let response = Response { status, headers, body: body.to_owned().into() };
        openapi.fits(&Method::GET, path, &response)
    };
    let json = "application/json; charset=utf-8";
    assert_eq!(fits("/api/things/3?a=b", 200, json, "{\"name\":\"x\"}"), Ok(()));
    assert_eq!(fits("/api/things/3", 404, "application/problem+json", "{}"), Ok(()));
    assert_eq!(fits("/api/things/3", 204, "", ""), Ok(()));
    assert!(fits("/api/things/3", 204, "", "x").is_err());
    assert!(fits("/api/things/3", 200, json, "{\"name\":3}").is_err());
    assert!(fits("/api/things/3", 200, json, "{\"name\":\"x\",\"more\":1}").is_err());
    assert!(fits("/api/things/3", 200, "text/html", "<p>").is_err());
    assert!(fits("/api/things/3", 500, json, "{}").is_err());
    assert!(fits("/api/others/3", 200, json, "{}").is_err());
}
