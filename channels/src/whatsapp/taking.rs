//! From a webhook to the intake: what belongs to one thread in order, threads beside each other; files are stored first.

use futures_util::{TryStreamExt, stream};

use super::Inner;
use super::media::fetch;
use super::reference::{note, references};
use crate::later::{Later, accepted};
use crate::reading::{Reading, Status, StatusReport, Understood, Unsupported};
use crate::spoken::write_down;
use crate::{InboundMessage, Kind, ReceiveContext, ThreadKey, TurnedAway};

/// Threads whose messages are taken at the same time.
const BESIDE: usize = 16;

/// One piece of a webhook.
enum Piece {
    Said(Box<Understood>),
    Status(Status),
    Kept(Unsupported),
}

impl Piece {
    fn thread(&self) -> Option<ThreadKey> {
        match self {
            Self::Said(message) => Some(message.thread),
            Self::Status(status) => status.thread,
            Self::Kept(piece) => piece.thread,
        }
    }
}

/// Takes everything that a webhook holds. A piece that cannot be read harms itself alone.
pub(super) async fn take(number: &Inner, body: &[u8], cx: &ReceiveContext) -> Result<(), Later> {
    if number.config.reference {
        for (command, id) in references(body) {
            note(cx.cursors.as_ref(), command, &id).await?;
        }
    }
    let Reading { messages, statuses, unsupported } = number.numbers.read(body);
    let pieces = messages.into_iter().map(|message| Piece::Said(Box::new(message)));
    let pieces = pieces.chain(statuses.into_iter().map(Piece::Status)).chain(unsupported.into_iter().map(Piece::Kept));
    let mut threads: Vec<(Option<ThreadKey>, Vec<Piece>)> = Vec::new();
    for piece in pieces {
        let thread = piece.thread();
        match threads.iter_mut().find(|(known, _)| *known == thread) {
            Some((_, list)) => list.push(piece),
            None => threads.push((thread, vec![piece])),
        }
    }
    // As nearly always.
    if threads.len() == 1
        && let Some((_, pieces)) = threads.pop()
    {
        return in_order(number, pieces, cx).await;
    }
    let taken = stream::iter(threads.into_iter().map(Ok::<_, Later>));
    taken.try_for_each_concurrent(BESIDE, |(_, pieces)| in_order(number, pieces, cx)).await
}

async fn in_order(number: &Inner, pieces: Vec<Piece>, cx: &ReceiveContext) -> Result<(), Later> {
    for piece in pieces {
        match piece {
            Piece::Said(message) => said(number, *message, cx).await?,
            Piece::Status(status) => told(number, status, cx).await?,
            Piece::Kept(piece) => keep(number, piece, cx).await?,
        }
    }
    Ok(())
}

async fn said(number: &Inner, mut message: Understood, cx: &ReceiveContext) -> Result<(), Later> {
    if let Some(why) = TurnedAway::of(message.kind) {
        cx.intake.turned_away(&number.name, why);
        // Whoever has the conversation sees that it came. It has no words to answer.
        if matches!(message.kind, Kind::Reaction | Kind::Service) {
            accept(cx, message.into_inbound(number.name.clone(), cx.clock.now(), Vec::new(), None)).await?;
        }
        return Ok(());
    }
    let mut stored = Vec::with_capacity(message.attachments.len());
    for file in &message.attachments {
        stored.push(fetch(&number.graph, file, cx).await?);
    }
    write_down(&mut message, &stored, cx).await;
    // A customer of WhatsApp is answered at their number.
    let (route, thread, id) = (message.from.address.clone(), message.thread, message.provider_id.clone());
    accept(cx, message.into_inbound(number.name.clone(), cx.clock.now(), stored, Some(route))).await?;
    number.typist.watch(thread, id);
    Ok(())
}

async fn accept(cx: &ReceiveContext, message: InboundMessage) -> Result<(), Later> {
    accepted(cx.intake.accept(message).await)
}

async fn told(number: &Inner, status: Status, cx: &ReceiveContext) -> Result<(), Later> {
    let Some(thread) = status.thread else { return Ok(()) };
    let report = StatusReport {
        thread,
        channel: number.name.clone(),
        account: number.account.clone(),
        of: status.of,
        status: status.status,
        error: status.error,
        at: cx.clock.now(),
    };
    accepted(cx.intake.status(report).await)
}

/// What is not understood is kept as it came, for a person.
async fn keep(number: &Inner, piece: Unsupported, cx: &ReceiveContext) -> Result<(), Later> {
    let stored = cx.blobs.keep("webhook.json", "application/json", piece.raw.clone().into_bytes()).await?;
    tracing::warn!(account = %number.account, why = %piece.why, hash = %stored.hash, "a piece of a webhook is not understood");
    let (name, account) = (number.name.clone(), number.account.clone());
    if let Some(message) = piece.into_inbound(name.clone(), account, cx.clock.now(), vec![stored]) {
        return accept(cx, message).await;
    }
    cx.intake.turned_away(&name, TurnedAway::Stranger);
    Ok(())
}
