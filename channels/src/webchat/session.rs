//! One client's socket from its opening to its end: a single loop over what can happen.

use std::sync::Arc;
use std::time::Duration;

use hyper::upgrade::Upgraded;
use tokio::time::Instant;

use crate::{InboundMessage, ReceiveContext, Sender};

use super::Chat;
use super::accepting::{Accepting, Outcome, refuse};
use super::admission::{Bucket, Rate};
use super::feed::{Feed, Page};
use super::outbox::Outbox;
use super::socket::{Ending, Event, Socket};
use super::visitor::VisitorId;
use super::wire::{self, ClientFrame, ClientMessage, ErrorCode, Hello, ServerFrame};

/// Control frames, and frames that get an error, before a socket counts as a flood.
const NUISANCE: Rate = Rate { burst: 200.0, per_second: 20.0 };

/// One client's socket.
pub(super) struct Session {
    chat: Arc<Chat>,
    cx: ReceiveContext,
    socket: Socket,
    outbox: Outbox,
    accepting: Accepting,
    guest: Option<Box<Guest>>,
    nuisance: Bucket,
    opened: Instant,
    heard: Instant,
    pinged: Instant,
    stopping: Option<Instant>,
}

/// Who is at the other side, once they have said hello.
struct Guest {
    visitor: VisitorId,
    /// Who they are, if the page says so.
    person: Option<Sender>,
    locale: Option<String>,
    welcomed: bool,
    feed: Feed,
}

/// What the loop does next.
enum Step {
    Stop,
    Time,
    Accepted(Outcome),
    Read(Option<Page>),
    Socket(Event),
}

impl Session {
    /// A session on a socket that was just opened. Boxed, as are its begin and end: what an idle one keeps is small.
    pub(super) async fn new(chat: Arc<Chat>, cx: ReceiveContext, upgraded: Upgraded) -> Box<Self> {
        let now = Instant::now();
        let socket = Socket::new(upgraded, chat.limits.frame_bytes).await;
        Box::new(Self {
            accepting: Accepting::new(Arc::clone(&cx.intake)),
            chat,
            cx,
            socket,
            outbox: Outbox::default(),
            guest: None,
            nuisance: Bucket::full(NUISANCE, now),
            opened: now,
            heard: now,
            pinged: now,
            stopping: None,
        })
    }

    /// Serves the client until one of the two ends it.
    pub(super) async fn run(mut self: Box<Self>) {
        loop {
            if let Err(ending) = self.turn().await {
                return Box::pin(self.end(ending)).await;
            }
        }
    }

    /// Says farewell. What was taken in is carried to the broker in any case.
    async fn end(self: Box<Self>, ending: Ending) {
        let Self { chat, socket, mut accepting, mut outbox, .. } = *self;
        let rest = async {
            while !accepting.is_idle() {
                let outcome = accepting.next().await;
                accepting.answer(&outcome, &mut outbox);
            }
        };
        let timing = chat.timing;
        let _ = tokio::join!(tokio::time::timeout(timing.drain, rest), socket.close(ending, timing.close));
    }

    async fn turn(&mut self) -> Result<(), Ending> {
        self.send_and_read()?;
        match self.step().await {
            Step::Stop => self.stopping = Some(Instant::now()),
            Step::Time => self.on_time()?,
            Step::Accepted(outcome) => {
                self.heard = Instant::now();
                self.accepting.answer(&outcome, &mut self.outbox);
            }
            Step::Read(page) => page.map_or(Ok(()), |page| self.on_page(page))?,
            Step::Socket(event) => self.on_event(event)?,
        }
        Ok(())
    }

    /// Starts the next frame out and the next read of the thread, if it is time for them.
    fn send_and_read(&mut self) -> Result<(), Ending> {
        if self.socket.writing_since().is_none() {
            match self.outbox.next() {
                Some(frame) => self.socket.write(frame)?,
                None if self.stopping.is_some() && self.accepting.is_idle() => return Err(Ending::GOING_AWAY),
                None => {}
            }
        }
        if let Some(guest) = &mut self.guest
            && self.outbox.lines_left()
        {
            guest.feed.read_if_due(Instant::now(), self.chat.timing.poll);
        }
        Ok(())
    }

    async fn step(&mut self) -> Step {
        let (deadline, read) = (self.deadline(), self.may_read());
        let feed = async {
            match &mut self.guest {
                Some(guest) => guest.feed.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.cx.shutdown.cancelled(), if self.stopping.is_none() => Step::Stop,
            () = tokio::time::sleep_until(deadline) => Step::Time,
            outcome = self.accepting.next() => Step::Accepted(outcome),
            event = self.socket.event(read) => Step::Socket(event),
            page = feed => Step::Read(page),
        }
    }

    /// Whether more may be taken from the socket: not while answers pile up, and not between `hello` and `welcome`.
    fn may_read(&self) -> bool {
        let welcomed = self.guest.as_ref().is_none_or(|guest| guest.welcomed);
        welcomed && self.stopping.is_none() && self.outbox.has_room() && self.accepting.has_room()
    }

    /// When something has to be looked at though nothing happens.
    fn deadline(&self) -> Instant {
        let timing = &self.chat.timing;
        let times = [
            Some(self.heard + timing.silence),
            Some(self.heard.max(self.pinged) + timing.ping),
            self.socket.writing_since().map(|since| since + timing.send),
            self.socket.began_at().map(|since| since + timing.frame),
            self.stopping.map(|since| since + timing.drain),
            self.guest.is_none().then(|| self.opened + timing.hello),
            self.guest.as_ref().filter(|_| self.outbox.lines_left()).and_then(|guest| guest.feed.due()),
        ];
        times.into_iter().flatten().min().unwrap_or(self.heard)
    }

    fn on_time(&mut self) -> Result<(), Ending> {
        let (now, timing) = (Instant::now(), &self.chat.timing);
        let over = |since: Option<Instant>, within| since.is_some_and(|since| now >= since + within);
        if over(self.stopping, timing.drain) {
            return Err(Ending::GOING_AWAY);
        }
        if self.guest.is_none() && over(Some(self.opened), timing.hello) {
            return Err(Ending::NO_HELLO);
        }
        if over(self.socket.writing_since(), timing.send)
            || over(self.socket.began_at(), timing.frame)
            || over(Some(self.heard), timing.silence)
        {
            return Err(Ending::TOO_SLOW);
        }
        if over(Some(self.heard.max(self.pinged)), timing.ping) {
            self.pinged = now;
            self.outbox.ping();
        }
        Ok(())
    }

    fn on_page(&mut self, page: Page) -> Result<(), Ending> {
        let Some(guest) = &mut self.guest else { return Ok(()) };
        let names = &self.chat.config.names;
        match page {
            Ok(view) => {
                if !guest.welcomed {
                    guest.welcomed = true;
                    let visitor = self.chat.visitors.token(guest.visitor, self.cx.clock.now());
                    self.outbox.answer(&ServerFrame::Welcome {
                        visitor: &visitor,
                        conversation: view.conversation,
                        locale: guest.locale.as_deref().unwrap_or(&self.chat.config.locale),
                        company: &names.company,
                    });
                }
                guest.feed.take(&view, names, &mut self.outbox);
                Ok(())
            }
            Err(error) => {
                tracing::debug!(%error, "a thread could not be read for a chat");
                guest.feed.again();
                if guest.welcomed { Ok(()) } else { Err(Ending::TRY_LATER) }
            }
        }
    }

    fn on_event(&mut self, event: Event) -> Result<(), Ending> {
        if !matches!(event, Event::Flushed) {
            self.heard = Instant::now();
        }
        match event {
            Event::Text(text) => match (ClientFrame::parse(&text), &self.guest) {
                (Ok(ClientFrame::Hello(hello)), None) => self.on_hello(hello),
                (Ok(ClientFrame::Message(message)), Some(_)) => self.on_message(message),
                (Ok(ClientFrame::Hello(_)), Some(_)) => self.wrong(ErrorCode::HelloOnce),
                (Err(_) | Ok(_), None) => self.wrong(ErrorCode::HelloFirst),
                (Err(error), Some(_)) => self.wrong(error.into()),
            },
            Event::Control => self.nuisance(),
            Event::Began | Event::Flushed => Ok(()),
            Event::Over(ending) => Err(ending),
        }
    }

    fn on_hello(&mut self, hello: Hello) -> Result<(), Ending> {
        let now = self.cx.clock.now();
        let known = hello.visitor.and_then(|token| self.chat.visitors.verify(&token, now));
        let visitor = known.map_or_else(VisitorId::random, Ok).map_err(|_| Ending::TRY_LATER)?;
        let locale = hello.locale.filter(|text| wire::locale(text).is_some());
        let person = hello.identity.and_then(|token| self.person(&token));
        let thread = self.chat.visitors.thread_of(visitor, person.as_ref().map(|person| person.address.as_str()));
        let feed = Feed::new(Arc::clone(&self.cx.transcript), thread, hello.last_seq.unwrap_or(0));
        self.guest = Some(Box::new(Guest { visitor, person, locale, welcomed: false, feed }));
        Ok(())
    }

    /// Who the page says that the visitor is. What cannot be believed is told, and is nobody.
    fn person(&mut self, token: &str) -> Option<Sender> {
        let signed = self.chat.signed.as_ref()?;
        match signed.verify(token, self.cx.clock.now()) {
            Ok(person) => Some(person),
            Err(why) => {
                tracing::info!(account = %self.chat.config.account, %why, "the signed identity of a visitor is refused");
                self.outbox.answer(&ServerFrame::Error(ErrorCode::InvalidIdentity.frame()));
                None
            }
        }
    }

    fn on_message(&mut self, message: ClientMessage) -> Result<(), Ending> {
        let Some(guest) = &self.guest else { return self.wrong(ErrorCode::HelloFirst) };
        match self.check(&message, guest.visitor) {
            Ok(uuid) => {
                let inbound = self.inbound(message, uuid, guest);
                self.accepting.push(inbound);
                Ok(())
            }
            Err((code, retry_after)) => {
                // An id that is no UUID may be of any length: it is not sent back.
                let id = Some(message.id.as_str()).filter(|_| code != ErrorCode::InvalidId);
                refuse(&mut self.outbox, code, retry_after, id);
                self.nuisance()
            }
        }
    }

    /// Whether a message may go in: its UUID, or what is wrong and when to try again.
    fn check(&self, message: &ClientMessage, from: VisitorId) -> Result<[u8; 16], (ErrorCode, Option<Duration>)> {
        let uuid = wire::uuid(&message.id).ok_or((ErrorCode::InvalidId, None))?;
        let most = self.chat.limits.message_bytes;
        if message.text.trim().is_empty() {
            return Err((ErrorCode::Empty, None));
        }
        if most > 0 && message.text.len() > most {
            return Err((ErrorCode::TooLong, None));
        }
        let take = self.chat.messages.take(from, Instant::now());
        take.map_err(|wait| (ErrorCode::TooMany, Some(wait)))?;
        Ok(uuid)
    }

    fn inbound(&self, message: ClientMessage, uuid: [u8; 16], from: &Guest) -> InboundMessage {
        let (channel, account) = (&self.chat.name, &self.chat.config.account);
        let thread = from.feed.thread();
        let (id, at) = (wire::message_id(channel, account, thread, &uuid), self.cx.clock.now());
        InboundMessage {
            provider_id: message.id,
            text: message.text,
            locale: from.locale.clone(),
            attributes: from.person.iter().map(|_| ("identified".to_owned(), "yes".to_owned())).collect(),
            sender: from.person.clone(),
            ..InboundMessage::new(id, thread, channel.clone(), account.clone(), at)
        }
    }

    /// Answers a frame that cannot be used.
    fn wrong(&mut self, code: ErrorCode) -> Result<(), Ending> {
        self.outbox.answer(&ServerFrame::Error(code.frame()));
        self.nuisance()
    }

    fn nuisance(&mut self) -> Result<(), Ending> {
        self.nuisance.take(NUISANCE, Instant::now()).map_err(|_| Ending::FLOOD)
    }
}
