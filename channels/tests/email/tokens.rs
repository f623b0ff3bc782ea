//! A server of access tokens, which gives one after the other.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

/// Its port, and what it was asked. Each answer is an access token, and the refresh token from then on if there is one;
/// without an access token it is a refusal.
pub(crate) async fn serve(answers: &'static [(&'static str, &'static str)]) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    TaskTracker::new().spawn(async move {
        for (access, refresh) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 4096];
            let mut request = String::new();
            while !is_whole(&request) {
                let count = stream.read(&mut bytes).await.unwrap();
                request.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
            seen.lock().unwrap().push(request);
            let mut body = serde_json::json!({"access_token": access, "token_type": "Bearer", "expires_in": 3600});
            if !refresh.is_empty() {
                body["refresh_token"] = (*refresh).into();
            }
            let refusal = r#"{"error":"invalid_grant"}"#.to_owned();
            let (status, body) =
                if access.is_empty() { ("400 Bad Request", refusal) } else { ("200 OK", body.to_string()) };
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        }
    });
    (port, asked)
}

/// Whether a request has come with all of its form.
fn is_whole(request: &str) -> bool {
    let Some((head, form)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    form.len() >= length.unwrap_or(0)
}
