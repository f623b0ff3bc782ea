//! The broker on RabbitMQ keeps the contract, and heals.

mod contract;
mod healing;
mod queues;

use std::time::Duration;

use tokio_util::task::TaskTracker;
use wissel_channels::Clock;
use wissel_servers::RabbitMq;

use super::{AmqpBroker, AmqpSettings};

/// Between two looks at what tells nobody when it changes.
const LOOK: Duration = Duration::from_millis(20);

/// A broker of its own process at `url`.
fn broker(url: &str) -> AmqpBroker {
    let settings = AmqpSettings { url: url.to_owned(), ca_file: None };
    AmqpBroker::new(settings, Clock::system(), TaskTracker::new()).unwrap()
}

/// The name of the virtual host that a URL ends with.
fn vhost(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

/// Waits until nobody is connected to a virtual host and none of its queues has a consumer.
async fn deserted(node: &RabbitMq, url: &str) {
    let vhost = vhost(url);
    let connections = format!("length(rabbit_connection_tracking:list(<<\"{vhost}\">>))");
    let queues = format!("rabbit_amqqueue:list(<<\"{vhost}\">>)");
    let consumers = format!("lists:sum([length(rabbit_amqqueue:consumers(Q)) || Q <- {queues}])");
    while node.evaluate(&format!("{connections} + {consumers}")) != "0" {
        tokio::time::sleep(LOOK).await;
    }
}
