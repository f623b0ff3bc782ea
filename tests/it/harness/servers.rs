//! The production backends of one fleet: private servers, reached by links that can be cut.

use std::thread;

use wissel_servers::{Postgres, Proxy, RabbitMq, Redis};

use super::Setup;

/// `RabbitMQ`, Redis and `PostgreSQL`, each behind a link.
#[derive(Debug)]
pub(crate) struct Servers {
    pub(crate) rabbitmq: &'static RabbitMq,
    pub(crate) redis: Redis,
    pub(crate) postgres: &'static Postgres,
    pub(crate) to_rabbitmq: Proxy,
    pub(crate) to_redis: Proxy,
    pub(crate) to_postgres: Proxy,
}

impl Servers {
    /// Servers of one's own, to be killed. They stay until the test process ends.
    pub(crate) fn start() -> Self {
        let starting = (thread::spawn(RabbitMq::start), thread::spawn(Postgres::start));
        let (rabbitmq, postgres) = (starting.0.join().unwrap(), starting.1.join().unwrap());
        Self::of(Box::leak(Box::new(rabbitmq)), Box::leak(Box::new(postgres)))
    }

    /// The ones that all tests of this process share, but for Redis: not to be killed.
    pub(crate) fn shared() -> Self {
        let starting = (thread::spawn(RabbitMq::shared), thread::spawn(Postgres::shared));
        Self::of(starting.0.join().unwrap(), starting.1.join().unwrap())
    }

    fn of(rabbitmq: &'static RabbitMq, postgres: &'static Postgres) -> Self {
        let redis = Redis::start();
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

    /// The queues of every virtual host: name, ready, unacknowledged, consumers.
    pub(crate) fn queues(&self) -> String {
        let vhosts = self.rabbitmq.ctl(&["list_vhosts", "--silent"]);
        let what = ["name", "messages_ready", "messages_unacknowledged", "consumers"];
        let queues = |vhost| {
            let arguments: Vec<&str> = ["list_queues", "--silent", "-p", vhost].into_iter().chain(what).collect();
            format!("{vhost}\n{}", self.rabbitmq.ctl(&arguments))
        };
        vhosts.lines().map(queues).collect()
    }
}
