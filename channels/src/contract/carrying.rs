//! What a channel carries besides words, as it declares it: ways back, files, new versions, word of what became of ours.

use super::{Asking, PATIENCE, Subject, asked, patient, sending};
use crate::filename::invisible;
use crate::message::ROUTE_BYTES;
use crate::{Attachment, Author, CommandId, InboundMessage, Kind, Origin, OutboundMessage, Part, Progress, SendError};

/// What reached a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    /// All words, in order.
    pub text: String,
    /// The content of all files, in order.
    pub files: Vec<Vec<u8>>,
}

/// A file's name as somebody writes it who means harm: it leads elsewhere, and shows another ending than it has.
const NAME: &str = "../../bon\u{202e}fdp.exe";

/// What a person answers to a message.
fn answer(to: &InboundMessage, command: u8, text: &str) -> OutboundMessage {
    let part = Part {
        from: Author::Staff,
        name: "Sanne".to_owned(),
        text: text.to_owned(),
        sources: Vec::new(),
        origin: Origin::Human,
    };
    let (channel, account) = (to.channel.clone(), to.account.clone());
    OutboundMessage {
        route: to.route.clone(),
        ..OutboundMessage::new(CommandId([command; 16]), to.thread, channel, account, vec![part])
    }
}

/// Takes the next message in, and waits until the other side has its success.
async fn taken(subject: &mut impl Subject, intake: &mut Asking, name: u8) -> InboundMessage {
    let (message, answer) = asked(intake).await;
    assert!(answer.send(Ok(())).is_ok(), "the channel did not wait for the intake");
    patient("the acknowledgement", subject.acknowledged(name)).await;
    message
}

/// An answer with the route of its question reaches its customer, and one without a route is refused rather than lost.
/// The same message has the same route each time it comes.
pub async fn an_answer_goes_back_by_the_route_of_its_question(mut subject: impl Subject, mut intake: Asking) {
    subject.deliver(1).await;
    let first = taken(&mut subject, &mut intake, 1).await;
    subject.deliver(1).await;
    let again = taken(&mut subject, &mut intake, 1).await;
    assert_eq!(first.route, again.route);
    let (channel, cx) = (subject.channel(), sending(&subject.context()));
    let message = answer(&first, 1, "Goedemiddag, het pakket komt morgen.");
    let sent = patient("the send", channel.send(&message, &cx)).await;
    assert!(sent.is_ok(), "{sent:?}");
    let Some(arrived) = subject.arrived().await else {
        assert_eq!(first.route, None, "nothing leaves, so nothing needs a way back");
        return;
    };
    assert!(arrived.text.contains("het pakket komt morgen"), "{arrived:?}");
    assert!(first.route.as_ref().is_some_and(|route| route.len() <= ROUTE_BYTES), "{:?}", first.route);
    let lost = OutboundMessage { route: None, ..answer(&first, 2, "Nergens heen") };
    let refused = patient("the send", channel.send(&lost, &cx)).await;
    assert!(matches!(refused, Err(SendError::Reject(_))), "{refused:?}");
    assert!(!subject.arrived().await.is_some_and(|arrived| arrived.text.contains("Nergens heen")));
}

/// A file can be read by whoever is given its message, has a name that can be shown, and leaves with an answer as it
/// came; an answer whose file is gone is refused whole. A channel that carries none takes none.
pub async fn a_file_is_stored_before_its_message_and_leaves_whole(mut subject: impl Subject, mut intake: Asking) {
    let bytes = b"%PDF-1.4 \x00\xff\r\n.\r\n bon".to_vec();
    let (channel, cx) = (subject.channel(), sending(&subject.context()));
    if !subject.deliver_file(NAME, &bytes).await {
        assert!(!channel.takes_files(), "the channel says that it carries files");
        assert!(channel.conformance().attachment.starts_with("none"));
        return;
    }
    let (message, accepted) = asked(&mut intake).await;
    let [file] = message.attachments.as_slice() else { panic!("one file: {:?}", message.attachments) };
    assert_eq!(cx.blobs.get(&file.hash).await.as_ref(), Ok(&bytes), "stored before its message is accepted");
    let shown = !file.name.contains(['/', '\\']) && !file.name.chars().any(invisible);
    assert!(shown && file.name.contains("bon"), "{:?}", file.name);
    assert_eq!((file.bytes, &file.refused), (bytes.len() as u64, &None));
    assert!(accepted.send(Ok(())).is_ok());
    patient("the acknowledgement", subject.acknowledged(9)).await;
    let mut back = answer(&message, 1, "Hier is de bon.");
    back.attachments = vec![file.clone()];
    let sent = patient("the send", channel.send(&back, &cx)).await;
    assert!(sent.is_ok(), "{sent:?}");
    assert_eq!(subject.arrived().await.map(|arrived| arrived.files), Some(vec![bytes.clone()]));
    let mut gone = answer(&message, 2, "Dit komt nooit aan.");
    gone.attachments = vec![Attachment { hash: "00".repeat(16), ..file.clone() }];
    let refused = patient("the send", channel.send(&gone, &cx)).await;
    assert!(matches!(refused, Err(SendError::Reject(_))), "{refused:?}");
    assert_eq!(subject.arrived().await.map(|arrived| arrived.files.len()), Some(1));
}

/// A new version has an id of its own, the same each time it comes, and names its message and thread.
pub async fn a_new_version_names_its_message(mut subject: impl Subject, mut intake: Asking) {
    subject.deliver(1).await;
    let first = taken(&mut subject, &mut intake, 1).await;
    let declared = subject.channel().conformance().edit;
    if !subject.deliver_edit(1, "hallo, beter gezegd").await {
        assert!(declared.starts_with("none"), "it declares: {declared}");
        return;
    }
    assert!(!declared.starts_with("none"), "it declares: {declared}");
    let edited = taken(&mut subject, &mut intake, 1).await;
    assert_eq!((edited.kind, edited.edits.as_ref()), (Kind::Edit, Some(&first.provider_id)));
    assert_eq!((edited.thread, edited.text.as_str()), (first.thread, "hallo, beter gezegd"));
    assert_ne!(edited.id, first.id);
    subject.deliver_edit(1, "hallo, beter gezegd").await;
    assert_eq!(taken(&mut subject, &mut intake, 1).await.id, edited.id);
}

/// What the other side says about a message of ours reaches its thread under the id of its receipt, and has its success
/// only once it is durable. A channel that declares no receipts tells none.
pub async fn what_became_of_a_message_is_told_to_its_thread(mut subject: impl Subject, mut intake: Asking) {
    subject.deliver(1).await;
    let first = taken(&mut subject, &mut intake, 1).await;
    let (channel, cx) = (subject.channel(), sending(&subject.context()));
    let sent = patient("the send", channel.send(&answer(&first, 1, "Goedemiddag"), &cx)).await;
    let receipt = sent.unwrap_or_else(|error| panic!("{error}"));
    let (declared, id) = (channel.conformance().receipt, receipt.provider_id.unwrap_or_default());
    if !subject.deliver_failure(&id).await {
        assert!(declared.starts_with("none"), "it declares: {declared}");
        return;
    }
    assert!(!declared.starts_with("none") && !id.is_empty(), "it declares: {declared}");
    let told = tokio::time::timeout(PATIENCE, intake.statuses.recv()).await.ok().flatten();
    let Some((report, answer)) = told else { panic!("nothing was told") };
    assert_eq!((&report.of, report.thread, report.status), (&id, first.thread, Progress::Failed));
    assert_eq!((&report.channel, &report.account), (&first.channel, &first.account));
    assert!(!subject.acknowledged_already().await, "acknowledged before it was durable");
    assert!(answer.send(Ok(())).is_ok());
    patient("the acknowledgement", subject.acknowledged(2)).await;
}
