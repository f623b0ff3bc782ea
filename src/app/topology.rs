//! Topology: the queues of this installation in RabbitMQ: named, declared, compared.

use serde_json::{Value, json};
use wissel_channels::{ChannelName, Clock};

use super::{backends, working};
use crate::broker::Queue;
use crate::broker::amqp::AmqpBroker;
use crate::broker::amqp::topology::{QueueSpec, topology};
use crate::settings::Settings;

/// The queues that these settings lead to.
#[must_use]
pub fn queues(settings: &Settings) -> Vec<QueueSpec> {
    topology(settings.partitions.get(), &tools(), &channels(settings))
}

/// The queues of tools and channels.
pub(super) fn work(settings: &Settings) -> impl Iterator<Item = Queue> {
    let channels = channels(settings).into_iter().map(Queue::Deliver);
    tools().into_iter().map(Queue::Handoff).chain(channels)
}

fn tools() -> Vec<String> {
    working::tools().iter().map(|tool| tool.name().to_owned()).collect()
}

fn channels(settings: &Settings) -> Vec<ChannelName> {
    wissel_channels::names(&settings.channels()).into_iter().collect()
}

/// The queues as a file that `rabbitmqctl import_definitions` reads. Without an address the default virtual host.
pub fn definitions(settings: &Settings) -> anyhow::Result<Value> {
    let vhost = if settings.broker.is_embedded() { "/".to_owned() } else { broker(settings)?.vhost().to_owned() };
    let queues = queues(settings).into_iter().map(|queue| {
        json!({
            "name": queue.name,
            "vhost": vhost,
            "durable": queue.durable,
            "auto_delete": queue.auto_delete,
            "arguments": queue.arguments,
        })
    });
    Ok(json!({ "vhosts": [{ "name": vhost }], "queues": queues.collect::<Vec<_>>() }))
}

/// Declares the queues in RabbitMQ. Tells what stands in the way, one line each; nothing when all is as it should be.
pub async fn apply(settings: &Settings) -> anyhow::Result<Vec<String>> {
    let findings = broker(settings)?.apply(&queues(settings)).await?;
    Ok(findings.iter().map(ToString::to_string).collect())
}

/// Compares RabbitMQ with the queues, and changes nothing. Tells every difference, one line each.
pub async fn check(settings: &Settings) -> anyhow::Result<Vec<String>> {
    let findings = broker(settings)?.compare(&queues(settings)).await?;
    Ok(findings.iter().map(ToString::to_string).collect())
}

fn broker(settings: &Settings) -> anyhow::Result<AmqpBroker> {
    backends::amqp(&settings.broker, Clock::system())
}

#[cfg(test)]
mod tests {
    use wissel_servers::RabbitMq;

    use super::{apply, check, definitions, queues};
    use crate::settings::Settings;

    fn settings(url: &str, partitions: u16) -> Settings {
        toml::from_str(&format!("partitions = {partitions}\n[broker]\nurl = \"{url}\"")).unwrap()
    }

    #[test]
    fn the_definitions_in_deploy_are_current() {
        let kept = include_str!("../../deploy/rabbitmq/definitions.json");
        let now = serde_json::to_string_pretty(&definitions(&Settings::default()).unwrap()).unwrap();
        let remedy = "write it again: wissel topology print --json > deploy/rabbitmq/definitions.json";
        assert!(kept.trim_end() == now, "{remedy}\n{now}");
    }

    #[tokio::test]
    async fn imported_definitions_leave_nothing_to_apply() {
        let node = RabbitMq::shared();
        let settings = settings(&node.fresh_vhost(), 3);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("definitions.json");
        std::fs::write(&file, definitions(&settings).unwrap().to_string()).unwrap();
        assert_eq!(check(&settings).await.unwrap().len(), queues(&settings).len(), "all are missing");
        node.ctl(&["import_definitions", file.to_str().unwrap()]);
        assert_eq!(check(&settings).await.unwrap(), [""; 0]);
        assert_eq!(apply(&settings).await.unwrap(), [""; 0]);
    }

    #[tokio::test]
    async fn every_difference_is_listed_and_a_check_changes_nothing() {
        let url = RabbitMq::shared().fresh_vhost();
        let small = settings(&url, 1);
        assert_eq!(apply(&small).await.unwrap(), [""; 0]);
        let large = settings(&url, 2);
        for _ in 0..2 {
            let differences = check(&large).await.unwrap();
            assert_eq!(differences.len(), 2, "{differences:?}");
            assert!(differences[0].starts_with("queue partitions: x-max-length is \"1\", Wissel needs \"2\";"));
            assert!(differences[1].starts_with("queue inbound.1: missing;"));
        }
    }

    #[tokio::test]
    async fn the_embedded_broker_has_nothing_to_declare() {
        let error = check(&Settings::default()).await.unwrap_err();
        assert!(error.to_string().contains("broker.url is embedded"), "{error}");
    }
}
