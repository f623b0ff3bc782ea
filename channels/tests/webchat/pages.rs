//! The page and the widget are served whole, with strict headers.

use super::world::World;

#[tokio::test]
async fn every_file_has_its_type_and_strict_headers() {
    let world = World::new().await;
    let files = [
        ("/", "text/html"),
        ("/chat/widget.js", "text/javascript"),
        ("/chat/connection.js", "text/javascript"),
        ("/chat/widget.css", "text/css"),
        ("/chat/demo.css", "text/css"),
        ("/chat/demo.js", "text/javascript"),
    ];
    for (path, kind) in files {
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
    for path in ["/", "/chat/widget.js", "/chat/connection.js", "/chat/demo.js", "/chat/widget.css", "/chat/demo.css"] {
        let answer = world.get(path, "").await;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        for banned in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "https://", "@import"]
        {
            assert!(!body.contains(banned), "{path} has {banned}");
        }
        assert!(!body.contains("<style") && !body.contains(" style=") && !body.contains(" on"), "{path} is inline");
    }
}
