//! Tests of speech: what a server is asked, and what becomes of its answers.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use super::*;

/// A server that gives each answer once, and keeps what it was asked.
async fn server(answers: &'static [(&'static str, &'static str)]) -> (Speech, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    TaskTracker::new().spawn(async move {
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut request, mut bytes) = (String::new(), [0; 4096]);
            while !request.trim_end().ends_with("--") {
                let count = stream.read(&mut bytes).await.unwrap();
                request.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
            seen.lock().unwrap().push(request);
            let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        }
    });
    let endpoint = Endpoint { url, model: "whisper-1".to_owned(), key: Some("s3cret".to_owned()) };
    (Speech::new(endpoint, Duration::from_secs(5)).unwrap(), asked)
}

#[tokio::test]
async fn a_recording_is_written_down_and_whatever_goes_wrong_leaves_it_without_words() {
    let answers = &[("200 OK", "{\"text\":\"Waar blijft mijn pakket?\"}"), ("500 No", ""), ("200 OK", "<html>")];
    let (speech, asked) = server(answers).await;
    let ask = || speech.words("voice.ogg", "audio/ogg; codecs=opus", b"OggS".to_vec());
    assert_eq!(ask().await.as_deref(), Some("Waar blijft mijn pakket?"));
    assert_eq!((ask().await, ask().await), (None, None));
    let first = asked.lock().unwrap()[0].clone();
    assert!(first.starts_with("POST /v1/audio/transcriptions "), "{first}");
    for part in ["Bearer s3cret", "whisper-1", "filename=\"voice.ogg\"", "audio/ogg\r\n", "OggS"] {
        assert!(first.contains(part), "{part}: {first}");
    }
}
