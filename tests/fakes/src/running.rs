//! A fake that runs: an HTTP server on a thread of its own, and word of each change.

use std::net::SocketAddr;
use std::sync::Once;
use std::thread::{self, JoinHandle};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::PATIENCE;

/// An HTTP server that ends with this.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Serves `routes` on a port of 127.0.0.1, and does `beside` meanwhile.
    pub(crate) fn start<F: Future<Output = ()> + Send + 'static>(routes: Router, beside: F) -> Self {
        static RING: Once = Once::new();
        RING.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let stop = CancellationToken::new();
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let stopped = stop.clone();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let serving = axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>());
                tokio::select! {
                    () = stopped.cancelled() => {}
                    served = serving.into_future() => panic!("the fake ended: {served:?}"),
                    () = beside => panic!("what a fake does beside ended"),
                }
            });
        });
        Self { address: told.recv().unwrap(), stop, thread: Some(thread) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(Err(failed)) = self.thread.take().map(JoinHandle::join)
            && !thread::panicking()
        {
            std::panic::resume_unwind(failed);
        }
    }
}

/// An answer whose connection is lost before its end.
pub(crate) fn broken() -> Response {
    let parts = [Ok(Bytes::from_static(b"{\"ok\":")), Err(std::io::Error::other("cut"))];
    let body = Body::from_stream(Parts(parts.into_iter()));
    ([("content-length", "100")], body).into_response()
}

/// Parts of a body, one after the other.
struct Parts(std::array::IntoIter<Result<Bytes, std::io::Error>, 2>);

impl futures_core::Stream for Parts {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

/// Word of changes, across runtimes.
#[derive(Debug)]
pub struct Changes(watch::Sender<u64>);

impl Default for Changes {
    fn default() -> Self {
        Self(watch::channel(0).0)
    }
}

impl Changes {
    /// Something has changed.
    pub fn tell(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// Looks after each change until `look` gives something; fails with what was waited for.
    #[track_caller]
    pub fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> impl Future<Output = T> {
        let (mut changes, what) = (self.0.subscribe(), what.to_owned());
        let place = std::panic::Location::caller();
        async move {
            let looking = async {
                loop {
                    changes.borrow_and_update();
                    if let Some(found) = look() {
                        return found;
                    }
                    changes.changed().await.unwrap();
                }
            };
            tokio::time::timeout(PATIENCE, looking)
                .await
                .unwrap_or_else(|_| panic!("{place}: waited {PATIENCE:?} for {what}"))
        }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
