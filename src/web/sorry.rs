//! Sorry: what went wrong, as a page for people with a browser; programs keep the short answer.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::staff::brief::language_of;
use crate::routing::Language;

/// Nothing runs on this page, and its style is its own.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'");

#[derive(Template)]
#[template(path = "sorry.html")]
struct Sorry {
    lang: &'static str,
    title: &'static str,
    text: &'static str,
    back: &'static str,
    /// Whether the way to the first page helps.
    home: bool,
    /// The browser asks again after so many seconds; 0: never.
    again: u8,
}

/// Title and text of a page, Dutch and English.
type Words = [(&'static str, &'static str); 2];

const NOT_FOUND: Words = [
    ("Deze pagina bestaat niet", "Het adres klopt niet, of de pagina is verdwenen."),
    ("There is no such page", "The address is wrong, or the page is gone."),
];
const STARTING: Words = [
    ("Een ogenblik, wij zijn er zo", "Dit begint net, of is even bezet. De pagina probeert het vanzelf opnieuw."),
    ("One moment, we are nearly there", "This is just starting, or busy. The page tries again by itself."),
];
const TOO_MANY: Words = [
    ("Te vaak geprobeerd", "Wacht een minuut en probeer het dan opnieuw."),
    ("Tried too often", "Wait a minute, then try again."),
];
const REFUSED: Words = [
    ("Dit kan hier niet", "Ga terug en probeer het anders. Er is niets verloren."),
    ("This cannot be done here", "Go back and try another way. Nothing was lost."),
];
const BROKEN: Words = [
    ("Er ging bij ons iets mis", "Dat ligt niet aan u. Probeer het over een minuut opnieuw."),
    ("Something went wrong on our side", "It is not your doing. Try again in a minute."),
];

/// Shows failures as pages, outside the API.
pub async fn page(request: Request, next: Next) -> Response {
    let (api, asked) = (request.uri().path().starts_with("/api"), request.headers().clone());
    let response = next.run(request).await;
    if api { response } else { shown(&asked, response) }
}

/// The page for this answer, if it is a failure and whoever asked wants to see pages.
pub fn shown(asked: &HeaderMap, response: Response) -> Response {
    let text = |headers: &HeaderMap, name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let wants = text(asked, header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
    let is_page = text(response.headers(), header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
    let status = response.status();
    if !wants || is_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let Ok(page) = sorry(status, text(asked, header::ACCEPT_LANGUAGE).as_deref()).render() else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    (parts, Html(page)).into_response()
}

fn sorry(status: StatusCode, accept: Option<&str>) -> Sorry {
    let words = match status {
        StatusCode::NOT_FOUND => NOT_FOUND,
        StatusCode::SERVICE_UNAVAILABLE => STARTING,
        StatusCode::TOO_MANY_REQUESTS => TOO_MANY,
        _ if status.is_client_error() => REFUSED,
        _ => BROKEN,
    };
    // Dutch unless the reader's browser says otherwise, as on the other pages.
    let dutch = accept.is_none_or(|accept| language_of(Some(accept)) == Language::Nl);
    let (title, text) = words[usize::from(!dutch)];
    let (lang, back) = if dutch { ("nl", "Naar de eerste pagina") } else { ("en", "To the first page") };
    let again = if status == StatusCode::SERVICE_UNAVAILABLE { 3 } else { 0 };
    Sorry { lang, title, text, back, home: again == 0, again }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn asked(accept: &str, language: &str, response: Response) -> (StatusCode, String) {
        let pairs = [(header::ACCEPT, accept), (header::ACCEPT_LANGUAGE, language)];
        let asked = pairs.map(|(name, value)| (name, HeaderValue::from_str(value).unwrap())).into_iter().collect();
        let shown = shown(&asked, response);
        let status = shown.status();
        let body = to_bytes(shown.into_body(), 10_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn people_get_a_page_in_their_language_and_programs_the_short_answer() {
        let missing = || (StatusCode::NOT_FOUND, "nothing\n").into_response();
        let (status, body) = asked("text/html,*/*", "nl-NL", missing()).await;
        assert!(status == StatusCode::NOT_FOUND && body.contains("Deze pagina bestaat niet"), "{body}");
        assert!(asked("text/html", "en", missing()).await.1.contains("There is no such page"));
        assert_eq!(asked("*/*", "nl", missing()).await.1, "nothing\n");
        let page = (StatusCode::UNAUTHORIZED, Html("sign in")).into_response();
        assert_eq!(asked("text/html", "nl", page).await.1, "sign in");
        assert_eq!(asked("text/html", "nl", "fine".into_response()).await.1, "fine");
    }

    #[tokio::test]
    async fn while_it_starts_the_page_asks_again_by_itself() {
        let (_, body) = asked("text/html", "en", super::super::public::starting()).await;
        assert!(body.contains("http-equiv=\"refresh\"") && !body.contains("href=\"/\""), "{body}");
    }
}
