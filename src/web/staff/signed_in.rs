//! Signed in: who sends a request, by bearer token or by session with its CSRF token.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::Staff;
use super::claims::same;
use super::problem::Problem;
use crate::thread::Person;

/// The name of the session's cookie.
const COOKIE: &str = "wissel_session";
/// The header that carries the CSRF token.
const CSRF: &str = "x-csrf-token";

/// Somebody who may do what the request asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn(pub Person);

impl FromRequestParts<Arc<Staff>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, staff: &Arc<Staff>) -> Result<Self, Problem> {
        let now = staff.clock.now();
        if let Some(token) = bearer(&parts.headers) {
            return match staff.people.of_token(token, now) {
                Some(person) => Ok(Self(person)),
                None => Err(failed(staff, address(parts))),
            };
        }
        let Some(cookie) = session(&parts.headers) else {
            return Err(Problem::unauthorized("sign in with the link that the start printed, or send a bearer token"));
        };
        let Some(person) = staff.people.of_session(cookie, now) else {
            return Err(failed(staff, address(parts)));
        };
        let given = parts.headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !parts.method.is_safe() && !same(given, &staff.people.csrf(cookie)) {
            return Err(Problem::forbidden("the X-CSRF-Token header does not go with this session; reload the page"));
        }
        Ok(Self(person))
    }
}

/// A sign-in failed: 401, or 429 when it happens too often.
pub fn failed(staff: &Staff, address: Option<IpAddr>) -> Problem {
    match staff.people.failures.note(address, staff.clock.now()) {
        Some(seconds) => Problem::too_many(seconds),
        None => Problem::unauthorized("this token or session is not valid, or not any more; sign in again"),
    }
}

/// Where a request comes from.
pub fn address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The session's cookie, if the request brought one.
pub fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// The header that sets a session's cookie, or takes it away.
pub fn set_cookie(session: Option<&str>, headers: &HeaderMap) -> String {
    let secure = headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    let secure = if secure { "; Secure" } else { "" };
    let (value, seconds) = session.map_or(("", 0), |value| (value, super::people::SESSION_MILLIS / 1000));
    format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}
