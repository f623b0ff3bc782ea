//! The page and the widget are served whole, with strict headers.

use super::world::World;

const FILES: [(&str, &str); 7] = [
    ("/", "text/html"),
    ("/chat/widget.js", "text/javascript"),
    ("/chat/connection.js", "text/javascript"),
    ("/chat/texts.js", "text/javascript"),
    ("/chat/widget.css", "text/css"),
    ("/chat/demo.css", "text/css"),
    ("/chat/demo.js", "text/javascript"),
];

#[tokio::test]
async fn every_file_has_its_type_and_strict_headers() {
    let world = World::new().await;
    for (path, kind) in FILES {
        let answer = world.get(path, "").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(answer.contains(&format!("content-type: {kind}; charset=utf-8\r\n")), "{path}");
        assert!(answer.contains("x-content-type-options: nosniff\r\n"), "{path}");
        assert!(answer.contains("content-security-policy: default-src 'none'"), "{path}");
        assert!(!answer.contains("unsafe-"), "{path}");
        let tag = answer.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
        let again = world.get(path, &format!("If-None-Match: {tag}\r\n")).await;
        assert!(again.starts_with("HTTP/1.1 304"), "{path}: {again}");
    }
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere_and_never_writes_markup() {
    let world = World::new().await;
    let markup = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"];
    let elsewhere = ["https://", "http://", "@import", "\"//", "url("];
    let inline = ["<style", " style=", "onclick=", "onload=", "onerror=", "javascript:"];
    for (path, _) in FILES {
        let answer = world.get(path, "").await;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(body.len() > 200, "{path} is empty");
        for banned in markup.iter().chain(&elsewhere).chain(&inline) {
            assert!(!body.contains(banned), "{path} has {banned}");
        }
    }
}
