//! Envelopes: a version and a clear header around sealed content. A newer version than ours is an error of its own.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wissel_channels::{ThreadKey, UnixMillis};

use super::{DataKey, Keys, SealError};
use crate::store::Incarnation;
use crate::thread::{Change, Command, Event, EventId, Input, Thread};

/// The version that this release writes. It reads this one and those before.
///
/// In version 1 everything is a map of named fields. Version 2 writes fields by their places, so one may only be added
/// behind the others; types that another form shortens read both. What is sealed for long is compressed. Version 3 has the
/// same form, with what version 2 did not know: advice of a language model, what staff say of an answer, and
/// bundles of commands.
pub const VERSION: u16 = 3;
/// The only tenant for now.
pub const TENANT: &str = "main";
/// How many bytes most of what is packed does not exceed.
const PACKED: usize = 1024;
/// How many bytes most of the commands that travel together do not exceed.
const BUNDLED: usize = 320;
/// How many bytes do not exceed what names an entry of the journal.
const ENTRY: usize = 96;
/// The first byte of a pair, and of a string of bytes whose length stands in four.
const PAIR: u8 = 0x92;
const BINARY: u8 = 0xc6;
/// How deep values may be nested. Ours are far from it; what a stack cannot hold must be refused before.
const DEPTH: usize = 64;

/// What is in an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An event for a router.
    Event,
    /// A command for a worker.
    Command,
    /// An order for the journal worker; sealed inside by itself.
    Journal,
    /// Commands for the workers of one queue.
    Commands,
}

/// The clear part of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the whole.
    pub v: u16,
    /// What it is.
    pub kind: Kind,
    /// The id of what is in it.
    pub id: [u8; 16],
    /// Whose it is.
    pub tenant: String,
    /// The thread; zero for the journal's.
    pub thread: ThreadKey,
    /// When it was made.
    pub at: UnixMillis,
    /// What caused it.
    pub cause: Option<[u8; 16]>,
    /// The event at the beginning of the chain.
    pub trace: Option<EventId>,
    /// The store's incarnation when it was published; for commands.
    pub incarnation: Option<Incarnation>,
    /// The day whose wire key seals the content.
    pub key: u32,
}

/// What one decision leaves in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What was decided on.
    pub input: Input,
    /// What was decided.
    pub changes: Vec<Change>,
}

/// Why bytes could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// Written by a newer release. Not a fault of the message: leave it alone.
    #[error("written in version {0}, and this release reads up to {VERSION}; run the newer release")]
    Newer(u16),
    /// Not what it should be.
    #[error("damaged or foreign bytes: {0}")]
    Malformed(String),
    /// The key does not fit.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Header and sealed content, as version 1 has them in a queue.
#[derive(Deserialize)]
struct Envelope<'a> {
    header: Header,
    #[serde(borrow)]
    sealed: &'a serde_bytes::Bytes,
}

/// The same from version 2 on, beside the bare version in `header`.
#[derive(Deserialize)]
struct Compact<'a> {
    #[serde(borrow)]
    body: (Header, &'a serde_bytes::Bytes),
}

/// `{"header": {"v":` and, behind the version, `}, "body": …`: what every release looks at first.
const BEFORE: &[u8] = b"\x82\xa6header\x81\xa1v";
const BEHIND: &[u8] = b"\xa4body";

/// Just the version, which every release can read.
#[derive(Deserialize)]
struct Version {
    header: VersionHeader,
}

#[derive(Deserialize)]
struct VersionHeader {
    v: u16,
}

/// Writes a value in the binary form of wire and disk.
pub fn pack<T: Serialize>(value: &T) -> Result<Vec<u8>, WireError> {
    let mut bytes = Vec::with_capacity(PACKED);
    pack_into(&mut bytes, value)?;
    Ok(bytes)
}

pub(super) fn pack_into<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<(), WireError> {
    rmp_serde::encode::write(bytes, value).map_err(|error| WireError::Malformed(error.to_string()))
}

/// Reads a value in the binary form of wire and disk.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    unpack_borrowed(bytes)
}

/// The same for a value that borrows from the bytes.
pub(super) fn unpack_borrowed<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, WireError> {
    let mut reader = rmp_serde::Deserializer::from_read_ref(bytes);
    reader.set_max_depth(DEPTH);
    T::deserialize(&mut reader).map_err(|error| WireError::Malformed(told(&error).to_owned()))
}

/// What is wrong with bytes, in words of ours: those of the reader repeat what it has read.
const fn told(error: &rmp_serde::decode::Error) -> &'static str {
    use rmp_serde::decode::Error;
    match error {
        Error::InvalidMarkerRead(_) | Error::InvalidDataRead(_) => "they end too early",
        Error::DepthLimitExceeded => "they are nested too deep",
        Error::LengthMismatch(_) => "a list is too short or too long",
        Error::OutOfRange => "a number is out of its range",
        _ => "something else is in a place than what belongs there",
    }
}

/// The context that binds a wire content to its header's id and thread.
fn context(header: &Header) -> Vec<u8> {
    [b"wire".as_slice(), &header.id, &header.thread.0].concat()
}

/// Seals what `content` writes, about `room` bytes, under the header's wire key, behind the header.
pub(super) fn write(
    keys: &Keys,
    header: &Header,
    room: usize,
    content: impl FnOnce(&mut Vec<u8>) -> Result<(), WireError>,
) -> Result<Vec<u8>, WireError> {
    let mut bytes = Vec::with_capacity(room);
    bytes.extend_from_slice(BEFORE);
    pack_into(&mut bytes, &header.v)?;
    bytes.extend_from_slice(BEHIND);
    bytes.push(PAIR);
    pack_into(&mut bytes, header)?;
    binary(&mut bytes, |bytes| keys.wire(header.key).seal_onto(bytes, &context(header), content))?;
    Ok(bytes)
}

/// Writes a string of bytes that `content` appends.
pub(super) fn binary(
    bytes: &mut Vec<u8>,
    content: impl FnOnce(&mut Vec<u8>) -> Result<(), WireError>,
) -> Result<(), WireError> {
    bytes.extend_from_slice(&[BINARY, 0, 0, 0, 0]);
    let from = bytes.len();
    content(bytes)?;
    let too_long = |_| WireError::Malformed("more than 4 GiB".to_owned());
    let length = u32::try_from(bytes.len() - from).map_err(too_long)?;
    bytes[from - 4..from].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// Reads an envelope and opens its content.
pub fn read(keys: &Keys, bytes: &[u8]) -> Result<(Header, Vec<u8>), WireError> {
    let (header, sealed) = split(bytes)?;
    let content = keys.wire(header.key).open(&context(&header), sealed)?;
    Ok((header, content))
}

/// Reads what is clear of an envelope.
pub fn read_header(bytes: &[u8]) -> Result<Header, WireError> {
    Ok(split(bytes)?.0)
}

fn split(bytes: &[u8]) -> Result<(Header, &[u8]), WireError> {
    let version: Version = unpack(bytes)?;
    if version.header.v > VERSION {
        return Err(WireError::Newer(version.header.v));
    }
    if version.header.v < 2 {
        let Envelope { header, sealed } = unpack_borrowed(bytes)?;
        return Ok((header, sealed));
    }
    let (header, sealed) = unpack_borrowed::<Compact<'_>>(bytes)?.body;
    Ok((header, sealed))
}

/// Writes an event.
pub fn write_event(keys: &Keys, event: &Event) -> Result<Vec<u8>, WireError> {
    let header = header(Kind::Event, event.id.0, event.thread, event.at, event.trace);
    write(keys, &header, PACKED, |bytes| pack_into(bytes, event))
}

/// Reads an event.
pub fn read_event(keys: &Keys, bytes: &[u8]) -> Result<Event, WireError> {
    let (header, content) = read(keys, bytes)?;
    expect_kind(&header, Kind::Event)?;
    unpack(&content)
}

/// Writes a command with the store's incarnation at the time.
pub fn write_command(keys: &Keys, command: &Command, incarnation: Incarnation) -> Result<Vec<u8>, WireError> {
    let mut header = header(Kind::Command, command.id.0, command.thread, command.at, command.trace);
    header.cause = Some(command.cause.0);
    header.incarnation = Some(incarnation);
    write(keys, &header, PACKED, |bytes| pack_into(bytes, command))
}

/// Reads a command and the incarnation that it was published under.
pub fn read_command(keys: &Keys, bytes: &[u8]) -> Result<(Command, Option<Incarnation>), WireError> {
    let (header, content) = read(keys, bytes)?;
    expect_kind(&header, Kind::Command)?;
    Ok((unpack(&content)?, header.incarnation))
}

/// Writes commands that one queue's workers are given together. They were all made under one incarnation.
pub fn write_commands(keys: &Keys, commands: &[&Command], incarnation: Incarnation) -> Result<Vec<u8>, WireError> {
    let Some(first) = commands.first() else { return Err(WireError::Malformed("no commands".to_owned())) };
    let mut header = header(Kind::Commands, first.id.0, ThreadKey::default(), first.at, first.trace);
    (header.trace, header.incarnation) = (None, Some(incarnation));
    write(keys, &header, PACKED + BUNDLED * commands.len(), |bytes| pack_into(bytes, &commands))
}

/// Reads a command, or those that were written together, and the incarnation that they were published under.
pub fn read_commands(keys: &Keys, bytes: &[u8]) -> Result<(Vec<Command>, Option<Incarnation>), WireError> {
    let (header, content) = read(keys, bytes)?;
    if header.kind == Kind::Commands {
        return Ok((unpack(&content)?, header.incarnation));
    }
    expect_kind(&header, Kind::Command)?;
    Ok((vec![unpack(&content)?], header.incarnation))
}

/// Writes an order for the journal.
pub fn write_journal(
    keys: &Keys,
    id: [u8; 16],
    at: UnixMillis,
    order: &crate::journal::Order,
) -> Result<Vec<u8>, WireError> {
    let mut header = header(Kind::Journal, id, ThreadKey::default(), at, EventId::default());
    header.trace = None;
    write(keys, &header, PACKED + room(order), |bytes| pack_into(bytes, order))
}

/// How many bytes an order takes at the most, beside its envelope.
fn room(order: &crate::journal::Order) -> usize {
    let crate::journal::Order::Append(batch) = order else { return 0 };
    let entries = batch.entries.iter().map(|entry| ENTRY + entry.sealed.len()).sum::<usize>();
    let keys = batch.keys.iter().map(|key| ENTRY + key.wrapped.len()).sum::<usize>();
    entries + keys + batch.blobs.iter().map(|blob| ENTRY + blob.bytes.len()).sum::<usize>()
}

/// Reads an order for the journal.
pub fn read_journal(keys: &Keys, bytes: &[u8]) -> Result<crate::journal::Order, WireError> {
    let (header, content) = read(keys, bytes)?;
    expect_kind(&header, Kind::Journal)?;
    unpack(&content)
}

fn header(kind: Kind, id: [u8; 16], thread: ThreadKey, at: UnixMillis, trace: EventId) -> Header {
    Header {
        v: VERSION,
        kind,
        id,
        tenant: TENANT.to_owned(),
        thread,
        at,
        cause: None,
        trace: Some(trace),
        incarnation: None,
        key: Keys::day(at.0),
    }
}

fn expect_kind(header: &Header, kind: Kind) -> Result<(), WireError> {
    if header.kind == kind {
        return Ok(());
    }
    Err(WireError::Malformed(format!("{kind:?} expected, {:?} found", header.kind)))
}

fn seal_versioned<T: Serialize>(key: &DataKey, context: &[u8], value: &T) -> Result<Vec<u8>, WireError> {
    // Room is made when it is known how long the compressed value is.
    let mut sealed = Vec::new();
    key.seal_onto(&mut sealed, context, |bytes| super::versioned::write(bytes, value))?;
    Ok(sealed)
}

fn open_versioned<T: DeserializeOwned>(key: &DataKey, context: &[u8], sealed: &[u8]) -> Result<T, WireError> {
    super::versioned::read(&key.open(context, sealed)?)
}

/// Seals a thread's state.
pub fn seal_state(key: &DataKey, thread: &Thread) -> Result<Vec<u8>, WireError> {
    seal_versioned(key, &[b"state".as_slice(), &thread.key.0].concat(), thread)
}

/// Opens a thread's state.
pub fn open_state(key: &DataKey, thread: ThreadKey, sealed: &[u8]) -> Result<Thread, WireError> {
    open_versioned(key, &[b"state".as_slice(), &thread.0].concat(), sealed)
}

/// Seals a record of the journal.
pub fn seal_record(key: &DataKey, record: &Record) -> Result<Vec<u8>, WireError> {
    let event = &record.input.event;
    seal_versioned(key, &[b"record".as_slice(), &event.thread.0, &event.id.0].concat(), record)
}

/// Opens a record of the journal.
pub fn open_record(key: &DataKey, thread: ThreadKey, event: EventId, sealed: &[u8]) -> Result<Record, WireError> {
    open_versioned(key, &[b"record".as_slice(), &thread.0, &event.0].concat(), sealed)
}

/// What stands in a record of the journal, as the bytes that it is written in: for whoever looks for something in them.
pub fn plain_record(key: &DataKey, thread: ThreadKey, event: EventId, sealed: &[u8]) -> Result<Vec<u8>, WireError> {
    let context = [b"record".as_slice(), &thread.0, &event.0].concat();
    super::versioned::plain(key.open(&context, sealed)?)
}

/// Seals any other small value of a thread, such as the answer to an order.
pub fn seal_value<T: Serialize>(key: &DataKey, context: &[u8], value: &T) -> Result<Vec<u8>, WireError> {
    seal_versioned(key, context, value)
}

/// Opens what [`seal_value`] sealed.
pub fn open_value<T: DeserializeOwned>(key: &DataKey, context: &[u8], sealed: &[u8]) -> Result<T, WireError> {
    open_versioned(key, context, sealed)
}
