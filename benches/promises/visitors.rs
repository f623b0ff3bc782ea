//! Visitors of a web shop and what they write.

use std::ops::Range;

use serde::Deserialize;
use wissel::broker::{Message, Queue};
use wissel::thread::{Body, Event};
use wissel::wire::envelope;
use wissel::workers::Workplace;
use wissel_channels::{AccountName, ChannelName, InboundMessage, MessageId, ThreadKey, UnixMillis};

/// What customers of a web shop write.
pub(crate) fn texts() -> anyhow::Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Shop {
        messages: Vec<Text>,
    }
    #[derive(Deserialize)]
    struct Text {
        text: String,
    }
    let shop: Shop = serde_json::from_str(include_str!("../../tests/data/webshop.json"))?;
    Ok(shop.messages.into_iter().map(|message| message.text).collect())
}

/// The first message of visitor `number`.
pub(crate) fn event(number: u32, texts: &[String]) -> Event {
    let at = UnixMillis(1_795_600_000_000 + i64::from(number));
    let id = MessageId::of("bench message", &[&number.to_le_bytes()]);
    let thread = ThreadKey::of("bench visitor", &[&number.to_le_bytes()]);
    let (channel, account) = (ChannelName::from_static("webchat"), AccountName::from_static("main"));
    Event::message(InboundMessage {
        provider_id: format!("00000000-0000-4000-8000-{number:012}"),
        text: texts[number as usize % texts.len()].clone(),
        locale: Some("nl".to_owned()),
        ..InboundMessage::new(id, thread, channel, account, at)
    })
}

/// Another message of visitor `thread`, for its queue.
pub(crate) fn again(place: &Workplace, thread: u32, number: u32, texts: &[String]) -> anyhow::Result<(Queue, Message)> {
    let mut event = event(thread, texts);
    if let Body::Message(message) = &mut event.body {
        message.id = MessageId::of("bench message again", &[&thread.to_le_bytes(), &number.to_le_bytes()]);
        message.provider_id = format!("00000000-0000-4000-8001-{number:012}");
        message.text.clone_from(&texts[number as usize % texts.len()]);
        event = Event::message((**message).clone());
    }
    let body = envelope::write_event(&place.keys, &event)?;
    Ok((Queue::Inbound(place.post.partition(event.thread)), Message { id: event.id.0, body: body.into() }))
}

/// Publishes messages together.
pub(crate) async fn publish(place: &Workplace, texts: &[String], numbers: Range<u32>) -> anyhow::Result<()> {
    let mut messages = Vec::new();
    for number in numbers {
        let event = event(number, texts);
        let body = envelope::write_event(&place.keys, &event)?;
        messages
            .push((Queue::Inbound(place.post.partition(event.thread)), Message { id: event.id.0, body: body.into() }));
    }
    Ok(place.broker.publish(messages).await?)
}
