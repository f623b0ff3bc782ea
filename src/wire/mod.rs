//! Wire: how things look in the broker, the store and the journal: versioned envelopes, sealed inside.

pub mod archive;
pub mod aside;
pub mod audit;
mod bundle;
pub mod dead;
#[cfg(test)]
mod dead_tests;
pub mod envelope;
#[cfg(test)]
mod envelope_tests;
pub mod identities;
pub mod labels;
pub mod notices;
pub mod post;
pub mod seal;
pub mod tables;
#[cfg(test)]
mod version1_tests;
#[cfg(test)]
mod version2_tests;
mod versioned;

pub use archive::{Archive, ArchiveError};
pub use dead::DeadLetters;
pub use envelope::{Header, Kind, Record, WireError};
pub use post::Post;
pub use seal::{DataKey, Keys, SealError};
pub use tables::Tables;
