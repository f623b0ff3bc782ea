//! The thread core: what happens to a conversation, and what follows from it. Pure: no I/O, no clock, no randomness.
//!
//! ```text
//! decide(thread, input, table) -> changes      what should happen
//! apply(thread, change)                        what it does to the state
//! ```

pub mod apply;
pub mod change;
pub mod command;
pub mod decide;
mod deeds;
pub mod entry;
pub mod event;
pub mod explain;
pub mod input;
pub mod label;
pub mod notices;
pub mod one_line;
pub mod reason;
pub mod rebuild;
pub mod state;
pub mod story;
#[cfg(test)]
mod tests;
mod words;

pub use apply::apply;
pub use change::{Change, Move, OrderOutcome, Refusal};
pub use command::{Command, Spoken, Task};
pub use decide::{decide, step};
pub use event::{
    Body, BotResult, ClassifyOutcome, DeliveryOutcome, Event, EventId, HandoffOutcome, Order, Person, StaffOrder,
    TimerId,
};
pub use input::{AiOff, Circumstances, Input, Limits, Switches};
pub use notices::{Notice, Past};
pub use rebuild::Rebuilt;
pub use state::{Conversation, Entry, Owner, StateName, Thread};
