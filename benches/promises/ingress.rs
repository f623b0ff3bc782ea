//! S2: the webhook of WhatsApp, whose messages are read, sealed and confirmed by RabbitMQ before the answer. The bare loop is
//! the same server, which checks the signature, parses the JSON, and publishes the request's body as it is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use wissel::workers::intake::{Admission, Inlet};
use wissel_channels::accounts::Secret;
use wissel_channels::whatsapp::{Whatsapp, WhatsappConfig, trust};
use wissel_channels::{AccountName, Channel as _};
use wissel_fakes::GraphApi;

use crate::nothing;
use crate::routed::median;
use crate::routers::PARTITIONS;
use crate::servers::Servers;
use crate::table::Table;
use crate::visitors::texts;

const REQUESTS: u32 = 15_000;
const CLIENTS: usize = 256;
const RUNS: usize = 5;
/// Channels on which the bare endpoint publishes.
const LANES: usize = 8;
const GOAL: f64 = 0.80;

/// Where Meta posts.
const PATH: &str = "/hooks/whatsapp/shop";
/// Where Meta puts its signature.
const SIGNATURE: &str = "x-hub-signature-256";

/// A webhook with one message, and its signature.
type Hook = (Bytes, String);

/// Measures both, in turns: customers who have never written, and then the same ones with a message more.
pub(crate) fn measure(table: &mut Table, runtime: &Runtime, servers: &Servers) -> anyhow::Result<()> {
    let (mut first, mut next, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    let hooks: [Arc<[Hook]>; 2] = [hooks(1)?.into(), hooks(2)?.into()];
    let api = GraphApi::start();
    for _ in 0..RUNS {
        bare.push(runtime.block_on(bare_rate(servers, &api, &hooks[0]))?);
        let ours = runtime.block_on(our_rates(servers, &api, &hooks))?;
        first.push(ours[0]);
        next.push(ours[1]);
        println!("S2: {:.0}/s, and {:.0}/s; bare {:.0}/s", ours[0], ours[1], bare[bare.len() - 1]);
    }
    let bare = median(bare);
    table.rate("S2 webhooks of WhatsApp, first messages", median(first), bare, GOAL);
    table.rate("S2 webhooks of WhatsApp, of known customers", median(next), bare, GOAL);
    Ok(())
}

/// One message of each customer, the `nth` of each. Made beforehand: signing them costs as much as checking.
fn hooks(nth: u32) -> anyhow::Result<Vec<Hook>> {
    let texts = texts()?;
    let hook = |number: u32| {
        let text = json!({ "body": texts[number as usize % texts.len()] });
        let message = GraphApi::one(&format!("wamid.{nth}.{number}"), &format!("316{number:08}"), "text", &text);
        let body = GraphApi::body(&[message], &[]).to_string();
        let signature = GraphApi::signature(body.as_bytes());
        (Bytes::from(body), signature)
    };
    Ok((0..REQUESTS).map(hook).collect())
}

async fn our_rates(servers: &Servers, api: &GraphApi, hooks: &[Arc<[Hook]>; 2]) -> anyhow::Result<[f64; 2]> {
    let fresh = servers.fresh(0).await?;
    let inlet = Arc::new(Inlet::new(fresh.place.clone(), Admission::default()));
    let [number, token, app_secret, word] = api.settings();
    let secret = |text: &str| Some(Secret::new(text));
    let config = WhatsappConfig {
        phone_number_id: number.to_owned(),
        token: secret(token),
        app_secret: secret(app_secret),
        verify_token: secret(word),
        api: api.url(),
        ..WhatsappConfig::default()
    };
    let channel = Whatsapp::new(AccountName::from_static("shop"), config, [5; 32])?;
    let routes = channel.routes(nothing::receiving(inlet, &fresh.place)).unwrap_or_default();
    let rates = [rate(routes.clone(), &hooks[0]).await?, rate(routes, &hooks[1]).await?];
    fresh.end().await;
    Ok(rates)
}

struct Lanes {
    channels: Vec<Channel>,
    turn: AtomicUsize,
}

async fn bare_rate(servers: &Servers, api: &GraphApi, hooks: &Arc<[Hook]>) -> anyhow::Result<f64> {
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
    let [_, _, secret, _] = api.settings();
    let publish = move |State(lanes): State<Arc<Lanes>>, headers: HeaderMap, body: Bytes| async move {
        let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
        if !trust::is_signed(&body, signature, secret) || serde_json::from_slice::<Value>(&body).is_err() {
            return StatusCode::UNAUTHORIZED;
        }
        let turn = lanes.turn.fetch_add(1, Ordering::Relaxed);
        let queue = ShortString::from(format!("bare.{}", turn % usize::from(PARTITIONS)));
        let channel = &lanes.channels[turn % LANES];
        let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default().with_delivery_mode(2));
        let sent = channel.basic_publish("".into(), queue, options, &body, properties).await;
        let confirmed = match sent {
            Ok(confirm) => confirm.await,
            Err(error) => Err(error),
        };
        if matches!(confirmed, Ok(Confirmation::Ack(None))) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    };
    rate(Router::new().route(PATH, post(publish)).with_state(lanes), hooks).await
}

/// Requests a second that many clients get through, one after the other each.
async fn rate(router: Router, hooks: &Arc<[Hook]>) -> anyhow::Result<f64> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { anyhow::Ok(axum::serve(listener, router).await?) });
    let next = Arc::new(AtomicU32::new(0));
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(client(address, Arc::clone(&next), Arc::clone(hooks)));
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    let time = start.elapsed();
    tasks.shutdown().await;
    Ok(f64::from(REQUESTS) / time.as_secs_f64())
}

async fn client(address: SocketAddr, next: Arc<AtomicU32>, hooks: Arc<[Hook]>) -> anyhow::Result<()> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let asking = async {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= REQUESTS {
                return anyhow::Ok(());
            }
            let (body, signature) = hooks[number as usize].clone();
            let request = Request::post(PATH).header("host", "bench").header(SIGNATURE, signature);
            let request = request.header("content-type", "application/json").body(Full::new(body))?;
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
