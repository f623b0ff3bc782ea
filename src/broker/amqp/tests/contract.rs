//! The contract of every broker, on a real RabbitMQ.

use std::sync::Arc;

use async_trait::async_trait;
use wissel_servers::RabbitMq;

use super::{broker, deserted};
use crate::broker::Broker;
use crate::broker::contract::{Home, broker_contract};

/// A virtual host of the node that all tests share.
struct Vhost(String);

#[async_trait]
impl Home for Vhost {
    async fn open(&self) -> Arc<dyn Broker> {
        deserted(RabbitMq::shared(), &self.0).await;
        Arc::new(broker(&self.0))
    }
}

fn vhost() -> Vhost {
    Vhost(RabbitMq::shared().fresh_vhost())
}

broker_contract!(vhost());
