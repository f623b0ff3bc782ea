//! S2: an HTTP endpoint that accepts a message by `Inlet::accept`, sealed and confirmed by RabbitMQ before the answer. The
//! bare loop is the same server, which publishes the request's body as it is. There is no webhook channel yet, so this is
//! the way in that all channels share, behind the smallest hook.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use wissel::thread::Body;
use wissel::workers::intake::{Admission, Inlet};
use wissel_channels::Intake;

use crate::routed::median;
use crate::routers::PARTITIONS;
use crate::servers::Servers;
use crate::table::Table;
use crate::visitors::{event, texts};

const REQUESTS: u32 = 15_000;
const CLIENTS: usize = 256;
const RUNS: usize = 3;
/// Channels on which the bare endpoint publishes.
const LANES: usize = 8;
const GOAL: f64 = 0.80;

/// What a hook brings.
#[derive(Serialize, Deserialize)]
struct Hook {
    number: u32,
    text: String,
}

/// Measures both, in turns.
pub(crate) fn measure(table: &mut Table, runtime: &Runtime, servers: &Servers) -> anyhow::Result<()> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        bare.push(runtime.block_on(bare_rate(servers))?);
        ours.push(runtime.block_on(our_rate(servers))?);
        println!("S2: {:.0}/s; bare {:.0}/s", ours[ours.len() - 1], bare[bare.len() - 1]);
    }
    table.rate("S2 durable ingress over HTTP", median(ours), median(bare), GOAL);
    Ok(())
}

async fn our_rate(servers: &Servers) -> anyhow::Result<f64> {
    let fresh = servers.fresh(0).await?;
    let inlet = Arc::new(Inlet::new(fresh.place.clone(), Admission::default()));
    let accept = |State(inlet): State<Arc<Inlet>>, body: Bytes| async move {
        let Ok(hook) = serde_json::from_slice::<Hook>(&body) else { return StatusCode::BAD_REQUEST };
        let Body::Message(message) = event(hook.number, &[hook.text]).body else { return StatusCode::BAD_REQUEST };
        match inlet.accept(*message).await {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    };
    let rate = rate(Router::new().route("/hook", post(accept)).with_state(inlet)).await?;
    fresh.end().await;
    Ok(rate)
}

struct Lanes {
    channels: Vec<Channel>,
    turn: AtomicUsize,
}

async fn bare_rate(servers: &Servers) -> anyhow::Result<f64> {
    let connection = Connection::connect(&servers.rabbit.fresh_vhost(), ConnectionProperties::default()).await?;
    let mut channels = Vec::new();
    for _ in 0..LANES {
        let channel = connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        channels.push(channel);
    }
    for partition in 0..PARTITIONS {
        let mut arguments = FieldTable::default();
        arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
        let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        channels[0].queue_declare(format!("bare.{partition}").into(), options, arguments).await?;
    }
    let lanes = Arc::new(Lanes { channels, turn: AtomicUsize::new(0) });
    let publish = |State(lanes): State<Arc<Lanes>>, body: Bytes| async move {
        let Ok(hook) = serde_json::from_slice::<Hook>(&body) else { return StatusCode::BAD_REQUEST };
        let queue = ShortString::from(format!("bare.{}", hook.number % u32::from(PARTITIONS)));
        let channel = &lanes.channels[lanes.turn.fetch_add(1, Ordering::Relaxed) % LANES];
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default().with_delivery_mode(2));
        let sent = channel.basic_publish("".into(), queue, options, &body, properties).await;
        let confirmed = match sent {
            Ok(confirm) => confirm.await,
            Err(error) => Err(error),
        };
        if matches!(confirmed, Ok(Confirmation::Ack(None))) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    };
    rate(Router::new().route("/hook", post(publish)).with_state(lanes)).await
}

/// Requests a second that many clients get through, one after the other each.
async fn rate(router: Router) -> anyhow::Result<f64> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { anyhow::Ok(axum::serve(listener, router).await?) });
    let texts: Arc<[String]> = texts()?.into();
    let next = Arc::new(AtomicU32::new(0));
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(client(address, Arc::clone(&next), Arc::clone(&texts)));
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    let time = start.elapsed();
    tasks.shutdown().await;
    Ok(f64::from(REQUESTS) / time.as_secs_f64())
}

async fn client(address: SocketAddr, next: Arc<AtomicU32>, texts: Arc<[String]>) -> anyhow::Result<()> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let asking = async {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= REQUESTS {
                return anyhow::Ok(());
            }
            let text = texts[number as usize % texts.len()].clone();
            let body = Full::new(Bytes::from(serde_json::to_vec(&Hook { number, text })?));
            let request = Request::post("/hook").header("host", "bench").body(body)?;
            let answer = sender.send_request(request).await?;
            anyhow::ensure!(answer.status() == 200, "the answer is {}", answer.status());
            answer.into_body().collect().await?;
        }
    };
    tokio::select! {
        done = asking => done,
        ended = connection => anyhow::bail!("the connection ended: {ended:?}"),
    }
}
