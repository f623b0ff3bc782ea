//! The way in over the embedded backends.

use std::sync::Arc;

use wissel_channels::message::KnownAs;
use wissel_channels::{ChannelName, InboundMessage, Intake, IntakeError, Sender, ThreadKey};

use super::{Admission, Inlet};
use crate::blob::folder::Folder;
use crate::broker::Queue;
use crate::thread::Body;
use crate::wire::envelope;
use crate::wire::identities::{Identities, Identity};
use crate::workers::Workplace;
use crate::workers::router::tests::{Allergic, message, within, workplace};
use crate::workers::vault::{Vault, VaultLimits};

/// An event holds at most so much.
const EVENT_BYTES: usize = 64 * 1024;

fn inbound(text: &str) -> InboundMessage {
    match message(1, 1, text).body {
        Body::Message(message) => *message,
        other => panic!("{other:?}"),
    }
}

/// The message of the one event that was published, and the bytes of that.
async fn published(place: &Workplace) -> (InboundMessage, usize) {
    let mut consumer = place.broker.consume(&Queue::Inbound(0)).await.unwrap();
    let taken = within(consumer.take(8)).await.unwrap();
    assert_eq!(taken.len(), 1);
    let bytes = &taken[0].message.body;
    match envelope::read_event(&place.keys, bytes).unwrap().body {
        Body::Message(message) => (*message, bytes.len()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_text_that_no_event_can_hold_is_stored_whole_before_its_event_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, Arc::new(Allergic::default())).await;
    let text = "Waar blijft mijn pakket? é ".repeat(4_000);
    let mut long = inbound(&text);
    long.quoted = "> eerder ".repeat(4_000);
    long.signature = "Jan ".repeat(4_000);
    Inlet::new(place.clone(), Admission::default()).accept(long).await.unwrap();
    let (message, bytes) = published(&place).await;
    assert!(bytes <= EVENT_BYTES, "{bytes}");
    assert!(text.starts_with(&message.text) && message.text.len() > 40_000, "its beginning is there to be decided on");
    let whole = message.whole.unwrap();
    assert_eq!(place.blobs.get(&whole.hash).await.unwrap(), text.as_bytes());
    assert_eq!(whole.bytes, text.len() as u64);
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_accepted_and_nothing_of_it_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let mut place = workplace(&folder, Arc::new(Allergic::default())).await;
    let in_the_way = folder.path().join("a file where the folder should be");
    std::fs::write(&in_the_way, "").unwrap();
    let shelf = Arc::new(Folder::new(in_the_way));
    place.blobs = Arc::new(Vault::new(shelf, &place.keys, VaultLimits::default(), place.clock.clone()));
    let refused = Inlet::new(place.clone(), Admission::default()).accept(inbound(&"a".repeat(100_000))).await;
    assert!(matches!(refused, Err(IntakeError::Busy { .. })), "{refused:?}");
    assert_eq!(place.broker.depth(&Queue::Inbound(0)).await.unwrap().messages, 0);
}

#[tokio::test]
async fn who_wrote_is_noted_under_everything_that_the_channel_vouches_for_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let place = workplace(&folder, Arc::new(Allergic::default())).await;
    let inlet = Inlet::new(place.clone(), Admission::default());
    let email = || ChannelName::from_static("email");
    let sender = |verified| Sender {
        address: "K-1".to_owned(),
        name: "Jan".to_owned(),
        verified,
        known_as: vec![KnownAs { channel: email(), address: "jan@shop.example".to_owned() }],
    };
    inlet.accept(InboundMessage { sender: Some(sender(true)), ..inbound("Hallo") }).await.unwrap();
    let other = ThreadKey([2; 16]);
    inlet.accept(InboundMessage { sender: Some(sender(false)), thread: other, ..inbound("Hallo") }).await.unwrap();
    let identities = Identities::new(Arc::clone(&place.store), &place.keys);
    for (channel, address) in [(ChannelName::from_static("webchat"), "K-1"), (email(), "jan@shop.example")] {
        let identity = Identity::verified(&channel, address, true).unwrap();
        let threads = identities.threads(&identity).await.unwrap();
        assert_eq!(threads.iter().map(|wrote| wrote.thread).collect::<Vec<_>>(), [ThreadKey([1; 16])], "{identity:?}");
    }
    assert_eq!(Identity::of_sender(&email(), &sender(false)), []);
}
