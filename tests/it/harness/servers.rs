//! The production backends of one fleet: private servers, reached by links that can be cut.

use std::thread;

use wissel_servers::{Postgres, Proxy, RabbitMq, Redis};

use super::Setup;

/// `RabbitMQ`, Redis and `PostgreSQL`, each behind a link.
#[derive(Debug)]
pub(crate) struct Servers {
    pub(crate) rabbitmq: RabbitMq,
    pub(crate) redis: Redis,
    pub(crate) postgres: Postgres,
    pub(crate) to_rabbitmq: Proxy,
    pub(crate) to_redis: Proxy,
    pub(crate) to_postgres: Proxy,
}

impl Servers {
    /// Starts them beside each other.
    pub(crate) fn start() -> Self {
        let starting = (thread::spawn(RabbitMq::start), thread::spawn(Postgres::start));
        let redis = Redis::start();
        let (rabbitmq, postgres) = (starting.0.join().unwrap(), starting.1.join().unwrap());
        let (to_rabbitmq, to_redis) = (Proxy::to(rabbitmq.port()), Proxy::to(redis.port()));
        let to_postgres = Proxy::to(postgres.port());
        Self { rabbitmq, redis, postgres, to_rabbitmq, to_redis, to_postgres }
    }

    /// A setup for a new fleet: a new virtual host, an empty store, a new database.
    pub(crate) fn fresh(&self, setup: Setup) -> Setup {
        self.redis.flushall();
        self.with_store(setup, &self.to_redis.url(&self.redis.url()))
    }

    /// The same with a store elsewhere.
    pub(crate) fn with_store(&self, setup: Setup, store: &str) -> Setup {
        let setup = setup.with("WISSEL__BROKER__URL", &self.to_rabbitmq.url(&self.rabbitmq.fresh_vhost()));
        let setup = setup.with("WISSEL__JOURNAL__URL", &self.to_postgres.url(&self.postgres.fresh_database()));
        setup.with("WISSEL__STORE__URL", store)
    }
}
