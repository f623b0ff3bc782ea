//! Serving a router on a listener, with a limit to how long a connection may be silent.
//!
//! `axum::serve` gives its connections no timer, so that a client which opens a connection and never finishes the
//! head of a request holds it, and a file descriptor of the process, for ever.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// How long a connection may take over the head of a request, and how long it may wait between two: more than the
/// two minutes for which a common proxy keeps an idle connection, so that the proxy is the one to close it.
pub const SILENT: Duration = Duration::from_secs(150);

/// How long to wait when no connection can be accepted, most often because there are too many open files.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `stop`, and then until every connection has ended.
pub async fn serve(listener: TcpListener, router: Router, silent: Duration, stop: CancellationToken) {
    let (router, connections) = (router.with_state(()), TaskTracker::new());
    let mut http = Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(silent);
    while let Some((stream, peer)) = stop.run_until_cancelled(accept(&listener)).await {
        connections.spawn(connection(http.clone(), stream, peer, router.clone(), stop.clone()));
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // Only that connection is lost.
            Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn connection(http: Builder, stream: TcpStream, peer: SocketAddr, router: Router, stop: CancellationToken) {
    let service = router.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).with_upgrades();
    tokio::pin!(served);
    // A connection that breaks is the client's affair.
    let ended: Result<(), hyper::Error> = tokio::select! {
        ended = served.as_mut() => ended,
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!(%error, "a connection broke");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn served(silent: Duration) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let peer = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
        let router = Router::new().route("/", get(peer));
        (address, stop.clone(), TaskTracker::new().spawn(serve(listener, router, silent, stop)))
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_is_closed() {
        let (address, _stop, _serving) = served(Duration::from_millis(100)).await;
        for said in ["", "GET / HTTP/1.1\r\nHost: a\r\n"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(said.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            let (began, limit) = (Instant::now(), Duration::from_secs(10));
            tokio::time::timeout(limit, stream.read_to_end(&mut answer)).await.expect("closed").unwrap();
            assert!(began.elapsed() >= Duration::from_millis(90), "{said:?} closed too early");
        }
    }

    #[tokio::test]
    async fn a_connection_is_served_again_and_again_and_ends_with_the_process() {
        let (address, stop, serving) = served(SILENT).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let own = stream.local_addr().unwrap().to_string();
        for _ in 0..2 {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
            let mut answer = [0; 1024];
            let read = stream.read(&mut answer).await.unwrap();
            let answer = String::from_utf8_lossy(&answer[..read]);
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&own), "{answer}");
        }
        stop.cancel();
        tokio::time::timeout(Duration::from_secs(10), serving).await.expect("an idle connection ends").unwrap();
    }
}
