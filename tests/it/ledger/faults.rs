//! Faults: what befalls a fleet over production backends. Each leaves all servers up again, and the processes started.

use std::time::Duration;

use crate::harness::{Fleet, Servers};

/// How long a server or a link is away.
const AWAY: Duration = Duration::from_secs(3);
/// How long a router sleeps: past its lease.
const ASLEEP: Duration = Duration::from_secs(14);

/// What befalls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A process is killed with -9, and started again by its supervisor.
    Kill(&'static str),
    /// A router sleeps past its lease, and goes on as if nothing had been.
    Zombie(&'static str),
    RabbitMqKilled,
    RabbitMqStopped,
    /// Publishers are blocked.
    MemoryAlarm,
    RedisKilled,
    RedisFlushed,
    RedisSetBack,
    PostgresKilled,
    PostgresStopped,
    /// Nothing is left in the store while the journal cannot be asked.
    RedisFlushedWithoutPostgres,
    LinksCut(Link),
    /// Connections stay open and carry nothing.
    LinksHalfOpen(Link),
}

/// The way to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    RabbitMq,
    Redis,
    Postgres,
}

impl Fault {
    pub(super) const ALL: [Self; 23] = [
        Self::Kill("router-a"),
        Self::Kill("router-b"),
        Self::Kill("bot"),
        Self::Kill("delivery"),
        Self::Kill("intake"),
        Self::Kill("journal"),
        Self::Kill("desk"),
        Self::RedisKilled,
        Self::RedisFlushed,
        Self::RedisSetBack,
        Self::MemoryAlarm,
        Self::LinksCut(Link::RabbitMq),
        Self::LinksCut(Link::Redis),
        Self::LinksCut(Link::Postgres),
        Self::PostgresKilled,
        Self::PostgresStopped,
        Self::RedisFlushedWithoutPostgres,
        Self::RabbitMqKilled,
        Self::RabbitMqStopped,
        Self::LinksHalfOpen(Link::RabbitMq),
        Self::LinksHalfOpen(Link::Redis),
        Self::LinksHalfOpen(Link::Postgres),
        Self::Zombie("router-a"),
    ];

    /// Whether it is a process or server killed with -9, as it comes most often.
    pub(super) const fn is_kill(self) -> bool {
        matches!(self, Self::Kill(_) | Self::RabbitMqKilled | Self::RedisKilled | Self::PostgresKilled)
    }

    /// Lets it happen, and mends its cause. Whether the fleet heals is for the fleet.
    pub(super) async fn strike(self, fleet: &mut Fleet, servers: &Servers) {
        match self {
            Self::Kill(name) => fleet.kill(name),
            Self::Zombie(name) => {
                fleet.process(name).signal("STOP");
                tokio::time::sleep(ASLEEP).await;
                fleet.process(name).signal("CONT");
            }
            Self::LinksCut(link) => {
                let link = link.of(servers);
                link.cut();
                tokio::time::sleep(AWAY).await;
                link.heal();
            }
            Self::LinksHalfOpen(link) => link.of(servers).freeze_connections(),
            Self::MemoryAlarm => {
                servers.rabbitmq.alarm(true);
                tokio::time::sleep(AWAY).await;
                servers.rabbitmq.alarm(false);
            }
            _ => tokio::task::block_in_place(|| self.befall(servers)),
        }
    }

    /// Faults of the servers.
    fn befall(self, servers: &Servers) {
        let Servers { rabbitmq, redis, postgres, .. } = servers;
        match self {
            Self::RabbitMqKilled => {
                rabbitmq.kill();
                rabbitmq.start_again();
            }
            Self::RabbitMqStopped => {
                rabbitmq.stop_app();
                rabbitmq.start_app();
            }
            Self::RedisKilled => {
                redis.kill();
                redis.start_again();
            }
            Self::RedisFlushed => redis.flushall(),
            Self::RedisSetBack => {
                redis.save_snapshot();
                std::thread::sleep(AWAY);
                redis.restore_snapshot();
            }
            Self::PostgresKilled => {
                postgres.kill();
                postgres.start_again();
            }
            Self::PostgresStopped => {
                postgres.stop();
                std::thread::sleep(AWAY);
                postgres.start_again();
            }
            Self::RedisFlushedWithoutPostgres => {
                postgres.stop();
                redis.flushall();
                std::thread::sleep(AWAY);
                postgres.start_again();
            }
            _ => unreachable!("{self:?} is not a server's"),
        }
    }
}

impl Link {
    fn of(self, servers: &Servers) -> &wissel_servers::Proxy {
        match self {
            Self::RabbitMq => &servers.to_rabbitmq,
            Self::Redis => &servers.to_redis,
            Self::Postgres => &servers.to_postgres,
        }
    }
}
