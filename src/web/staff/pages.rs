//! Pages: the desk in a browser, and signing in to it. Everything that changes something goes through the API.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::problem::Problem;
use super::signed_in::{self, session, set_cookie};
use super::{Staff, brief};
use crate::routing::Language;
use crate::wire::SealError;

/// Scripts and styles, by name, with their media types.
const ASSETS: [(&str, &str, &str); 13] = [
    ("desk.css", "text/css; charset=utf-8", include_str!("assets/desk.css")),
    ("desk.js", "text/javascript; charset=utf-8", include_str!("assets/desk.js")),
    ("api.js", "text/javascript; charset=utf-8", include_str!("assets/api.js")),
    ("composer.js", "text/javascript; charset=utf-8", include_str!("assets/composer.js")),
    ("conversation.js", "text/javascript; charset=utf-8", include_str!("assets/conversation.js")),
    ("customer.js", "text/javascript; charset=utf-8", include_str!("assets/customer.js")),
    ("dom.js", "text/javascript; charset=utf-8", include_str!("assets/dom.js")),
    ("list.js", "text/javascript; charset=utf-8", include_str!("assets/list.js")),
    ("notices.js", "text/javascript; charset=utf-8", include_str!("assets/notices.js")),
    ("reasons.js", "text/javascript; charset=utf-8", include_str!("assets/reasons.js")),
    ("switches.js", "text/javascript; charset=utf-8", include_str!("assets/switches.js")),
    ("why.js", "text/javascript; charset=utf-8", include_str!("assets/why.js")),
    ("words.js", "text/javascript; charset=utf-8", include_str!("assets/words.js")),
];

/// The desk.
#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage<'a> {
    lang: &'a str,
    name: &'a str,
    csrf: &'a str,
}

/// How to sign in.
#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    lang: &'a str,
    failed: Option<Failed>,
}

/// What somebody could not sign in by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failed {
    /// The one-time link.
    Link,
    /// A token.
    Token,
}

/// The pages' routes.
pub fn routes() -> Router<Arc<Staff>> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/desk") }))
        .route("/desk", get(desk))
        .route("/console", get(|| async { Redirect::to("/desk#switches") }))
        .route("/sign-in", get(sign_in).post(enter))
        .route("/sign-out", axum::routing::post(sign_out))
        .route("/desk/assets/{name}", get(asset))
}

fn language(headers: &HeaderMap) -> &'static str {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    brief::language_of(accept.or(Some(Language::Nl.code()))).code()
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn desk(State(staff): State<Arc<Staff>>, headers: HeaderMap) -> Response {
    let lang = language(&headers);
    let cookie = session(&headers);
    let person = cookie.and_then(|cookie| staff.people.of_session(cookie, staff.clock.now()));
    match (cookie, person) {
        (Some(cookie), Some(person)) => {
            let csrf = staff.people.csrf(cookie);
            page(StatusCode::OK, &DeskPage { lang, name: &person.0, csrf: &csrf })
        }
        _ => page(StatusCode::UNAUTHORIZED, &SignInPage { lang, failed: None }),
    }
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

/// `GET /sign-in?token=…`: uses the link up. Looking at its head alone does not.
async fn sign_in(State(staff): State<Arc<Staff>>, Query(link): Query<Link>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let lang = language(&parts.headers);
    if parts.method == Method::HEAD || link.token.is_empty() {
        return page(StatusCode::OK, &SignInPage { lang, failed: None });
    }
    let session = staff.people.redeem(&link.token, staff.clock.now());
    signed_in_or_not(&staff, &parts, session, Failed::Link)
}

/// `POST /sign-in`: a colleague signs in by the token that they were given.
async fn enter(State(staff): State<Arc<Staff>>, parts: Parts, Form(given): Form<Link>) -> Response {
    let session = staff.people.enter(&given.token, staff.clock.now());
    signed_in_or_not(&staff, &parts, session, Failed::Token)
}

fn signed_in_or_not(
    staff: &Staff,
    parts: &Parts,
    session: Result<Option<String>, SealError>,
    failed: Failed,
) -> Response {
    match session {
        Ok(Some(session)) => {
            let cookie = [(header::SET_COOKIE, set_cookie(Some(&session), &parts.headers))];
            (cookie, Redirect::to("/desk")).into_response()
        }
        Ok(None) => {
            let problem = signed_in::failed(staff, signed_in::address(parts));
            if problem.status() == StatusCode::TOO_MANY_REQUESTS {
                return problem.into_response();
            }
            let lang = language(&parts.headers);
            page(StatusCode::UNAUTHORIZED, &SignInPage { lang, failed: Some(failed) })
        }
        Err(_) => Problem::unavailable().into_response(),
    }
}

/// `POST /sign-out`.
async fn sign_out(_: signed_in::SignedIn, headers: HeaderMap) -> Response {
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, set_cookie(None, &headers))]).into_response()
}

async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, media_type, content)) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            ];
            (headers, *content).into_response()
        }
        None => Problem::not_found("file").into_response(),
    }
}
