//! A member of staff: the staff API with a bearer token. Every response is held against the OpenAPI document.

use std::net::SocketAddr;

use hyper::Method;
use serde_json::{Value, json};

use super::http::{self, NoResponse, Response};
use super::openapi::OpenApi;
use super::{PATIENCE, patiently};

/// A member of staff.
pub(crate) struct Staff {
    address: SocketAddr,
    authorization: String,
    openapi: OpenApi,
}

impl Staff {
    pub(crate) async fn new(address: SocketAddr, token: &str) -> Self {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        let document = http::request(&Method::GET, address, "/api/openapi.json", &headers, &[]).await.unwrap();
        assert_eq!(document.status, 200, "{}", document.text());
        Self { address, authorization, openapi: OpenApi::new(document.json()) }
    }

    /// Asks, with headers beside the token. The response fits the document, or the test fails.
    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Response {
        self.try_ask(method, path, headers, body).await.unwrap()
    }

    /// The same of a daemon that may not be there.
    pub(crate) async fn try_ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Result<Response, NoResponse> {
        let mut all = vec![("authorization", self.authorization.as_str()), ("content-type", "application/json")];
        all.extend(headers);
        let bytes = if body.is_null() { Vec::new() } else { serde_json::to_vec(body).unwrap() };
        let response = patiently(path, http::request(&method, self.address, path, &all, &bytes)).await?;
        self.openapi.check(&method, path, &response);
        Ok(response)
    }

    /// Asks and expects 200.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.ask(Method::GET, path, &[], &Value::Null).await;
        assert_eq!(response.status, 200, "{path}: {}", response.text());
        response.json()
    }

    /// Orders something for a conversation, `("claim", json!({}))`, whatever comes of it.
    pub(crate) async fn order(&self, conversation: &str, order: &str, body: &Value) -> Response {
        let path = format!("/api/conversations/{conversation}/{order}");
        self.ask(Method::POST, &path, &[], body).await
    }

    /// Orders something that must be done, and waits until it is: a busy daemon says at first only where to ask for it.
    pub(crate) async fn done(&self, conversation: &str, order: &str, body: &Value) -> Value {
        let mut response = self.order(conversation, order, body).await;
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while response.status == 202 {
            assert!(tokio::time::Instant::now() < deadline, "waited {PATIENCE:?} for {order}: {}", response.text());
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            let operation = response.json()["operation"].as_str().unwrap().to_owned();
            response = self.ask(Method::GET, &operation, &[], &Value::Null).await;
        }
        assert_eq!(response.status, 200, "{order}: {}", response.text());
        response.json()
    }

    pub(crate) async fn claim(&self, conversation: &str) -> Value {
        self.done(conversation, "claim", &json!({})).await
    }

    pub(crate) async fn reply(&self, conversation: &str, text: &str) -> Value {
        self.done(conversation, "reply", &json!({ "text": text })).await
    }

    pub(crate) async fn conversation(&self, id: &str) -> Value {
        self.get(&format!("/api/conversations/{id}")).await
    }

    /// The conversations in a state, `waiting`, oldest first, over all pages.
    pub(crate) async fn conversations(&self, state: &str) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("/api/conversations?state={state}{after}")).await;
            all.extend(page["conversations"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return all,
            }
        }
    }

    /// Waits until a conversation is in a state, and gives it.
    pub(crate) async fn until_state(&self, id: &str, state: &str) -> Value {
        self.until(id, state, |conversation| conversation["state"] == state).await
    }

    /// Looks at a conversation until `holds`.
    pub(crate) async fn until(&self, id: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let conversation = self.conversation(id).await;
            if holds(&conversation) {
                return conversation;
            }
            assert!(tokio::time::Instant::now() < deadline, "waited {PATIENCE:?} for {what}: {conversation:#}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}
