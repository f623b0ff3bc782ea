//! Identities: which threads belong to one customer, because a channel vouches for it or a member of staff says so. Kept
//! in the store as sealed marks. What is lost there is noted again when the customer writes again, or staff say it again.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wissel_channels::{ChannelName, InboundMessage, Sender, ThreadKey, UnixMillis};

use super::envelope::{pack, unpack};
use super::{ArchiveError, DataKey, Keys, WireError};
use crate::store::ThreadStore;
use crate::thread::Person;

/// Threads that are remembered of one identity, newest last.
const MOST: usize = 50;

/// What tells one customer from others on one kind of channel: a mail address, a phone number, the provider's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The kind of channel, which says what the address is.
    pub channel: ChannelName,
    /// The address, in the form in which it is compared.
    pub address: String,
}

impl Identity {
    /// An identity, if the channel vouches for the address.
    #[must_use]
    pub fn verified(channel: &ChannelName, address: &str, verified: bool) -> Option<Self> {
        let address = address.trim().to_lowercase();
        (verified && !address.is_empty()).then(|| Self { channel: channel.clone(), address })
    }

    /// Who wrote a message, as far as the channel vouches for it.
    #[must_use]
    pub fn of(message: &InboundMessage) -> Vec<Self> {
        message.sender.as_ref().map_or_else(Vec::new, |sender| Self::of_sender(&message.channel, sender))
    }

    /// Who somebody is that wrote on `channel`, as far as it vouches for it: there, and on other kinds of channels.
    #[must_use]
    pub fn of_sender(channel: &ChannelName, sender: &Sender) -> Vec<Self> {
        let here = Self::verified(channel, &sender.address, sender.verified);
        let elsewhere = sender.known_as.iter();
        let elsewhere = elsewhere.filter_map(|known| Self::verified(&known.channel, &known.address, sender.verified));
        here.into_iter().chain(elsewhere).collect()
    }
}

/// A thread that an identity wrote in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrote {
    /// The thread.
    pub thread: ThreadKey,
    /// When it was first seen there.
    pub at: UnixMillis,
}

/// What a person said about two threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The other thread.
    pub thread: ThreadKey,
    /// Whether they are one customer's, or are not.
    pub same: bool,
    /// Who said so.
    pub by: Person,
    /// When.
    pub at: UnixMillis,
}

/// Which threads are one customer's.
#[derive(Clone)]
pub struct Identities {
    store: Arc<dyn ThreadStore>,
    hashing: [u8; 32],
    key: DataKey,
}

impl Identities {
    /// Over a store.
    #[must_use]
    pub fn new(store: Arc<dyn ThreadStore>, keys: &Keys) -> Self {
        let (hashing, key) = (keys.secret("hashes of identities"), DataKey::new(keys.secret("identities")));
        Self { store, hashing, key }
    }

    /// Notes which identities wrote in which threads: one question to the store and one order for all of them.
    ///
    /// What the store has of an identity and cannot be opened stays as it is.
    ///
    /// # Errors
    /// When the store does not answer: then perhaps nothing is noted.
    pub async fn note<'a>(
        &self,
        all: impl Iterator<Item = (&'a Identity, ThreadKey, UnixMillis)> + Send,
    ) -> Result<(), ArchiveError> {
        let mut new: BTreeMap<String, Vec<Wrote>> = BTreeMap::new();
        for (identity, thread, at) in all {
            new.entry(self.name(identity)).or_default().push(Wrote { thread, at });
        }
        let names: Vec<String> = new.keys().cloned().collect();
        let mut changed = Vec::new();
        for (found, (name, new)) in self.store.marks(&names).await?.into_iter().zip(new) {
            let mut wrote: Vec<Wrote> = match self.open(&name, found) {
                Ok(wrote) => wrote,
                Err(error) => {
                    tracing::debug!(%error, "who wrote could not be noted");
                    continue;
                }
            };
            let known = wrote.len();
            for new in new {
                if wrote.iter().all(|other| other.thread != new.thread) {
                    wrote.push(new);
                }
            }
            if wrote.len() > known {
                wrote.drain(..wrote.len().saturating_sub(MOST));
                let sealed = self.seal(&name, &wrote)?;
                changed.push((name, sealed));
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        Ok(self.store.set_marks(changed).await?)
    }

    /// The threads that an identity wrote in.
    pub async fn threads(&self, identity: &Identity) -> Result<Vec<Wrote>, ArchiveError> {
        self.read(&self.name(identity)).await
    }

    /// What people said about a thread.
    pub async fn said(&self, thread: ThreadKey) -> Result<Vec<Said>, ArchiveError> {
        self.read(&format!("links/{thread}")).await
    }

    /// A person says that two threads are one customer's, or that they are not; the last word counts.
    pub async fn say(
        &self,
        threads: [ThreadKey; 2],
        same: bool,
        by: &Person,
        at: UnixMillis,
    ) -> Result<(), ArchiveError> {
        for (one, other) in [(threads[0], threads[1]), (threads[1], threads[0])] {
            let mut said = self.said(one).await?;
            said.retain(|said| said.thread != other);
            said.push(Said { thread: other, same, by: by.clone(), at });
            let old = said.len().saturating_sub(MOST);
            said.drain(..old);
            self.write(&format!("links/{one}"), &said).await?;
        }
        Ok(())
    }

    fn name(&self, identity: &Identity) -> String {
        let parts = format!("{}\0{}", identity.channel, identity.address);
        format!("identity/{}", &blake3::keyed_hash(&self.hashing, parts.as_bytes()).to_hex()[..32])
    }

    async fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, ArchiveError> {
        self.open(name, self.store.mark(name).await?)
    }

    async fn write<T: Serialize>(&self, name: &str, all: &[T]) -> Result<(), ArchiveError> {
        Ok(self.store.set_mark(name, self.seal(name, all)?).await?)
    }

    fn open<T: DeserializeOwned>(&self, name: &str, sealed: Option<Vec<u8>>) -> Result<Vec<T>, ArchiveError> {
        let Some(sealed) = sealed else { return Ok(Vec::new()) };
        let plain = self.key.open(name.as_bytes(), &sealed).map_err(WireError::from)?;
        Ok(unpack(&plain)?)
    }

    fn seal<T: Serialize>(&self, name: &str, all: &[T]) -> Result<Vec<u8>, ArchiveError> {
        Ok(self.key.seal(name.as_bytes(), &pack(&all)?).map_err(WireError::from)?)
    }
}

#[cfg(test)]
mod tests {
    use wissel_channels::Clock;

    use super::*;
    use crate::sqlite::Database;
    use crate::store::embedded::EmbeddedStore;

    fn identities(folder: &tempfile::TempDir) -> Identities {
        let database = Database::open(folder.path(), Clock::system()).unwrap();
        Identities::new(Arc::new(EmbeddedStore::new(database)), &Keys::new([1; 32]))
    }

    fn jan() -> Identity {
        Identity::verified(&ChannelName::from_static("email"), " Jan@Shop.example", true).unwrap()
    }

    #[tokio::test]
    async fn threads_of_one_verified_address_are_found_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let identities = identities(&folder);
        let piet = Identity { address: "piet@shop.example".to_owned(), ..jan() };
        let jan = jan();
        for wrote in [vec![(&jan, 1)], vec![(&jan, 2), (&piet, 9), (&jan, 1), (&jan, 3)]] {
            let wrote = wrote.into_iter().map(|(who, thread)| (who, ThreadKey([thread; 16]), UnixMillis(7)));
            identities.note(wrote).await.unwrap();
        }
        for (who, threads) in [(&jan, vec![1, 2, 3]), (&piet, vec![9])] {
            let found = identities.threads(who).await.unwrap();
            assert_eq!(found.iter().map(|wrote| wrote.thread.0[0]).collect::<Vec<_>>(), threads);
        }
        let elsewhere = Identity { channel: ChannelName::from_static("telegram"), ..jan.clone() };
        assert_eq!(identities.threads(&elsewhere).await.unwrap(), []);
        assert_eq!(Identity::verified(&jan.channel, "jan@shop.example", false), None);
    }

    #[tokio::test]
    async fn the_last_word_about_two_threads_counts_on_both_sides() {
        let folder = tempfile::tempdir().unwrap();
        let identities = identities(&folder);
        let (a, b) = (ThreadKey([1; 16]), ThreadKey([2; 16]));
        identities.say([a, b], true, &Person("Anna".into()), UnixMillis(1)).await.unwrap();
        identities.say([b, a], false, &Person("Piet".into()), UnixMillis(2)).await.unwrap();
        for (one, other) in [(a, b), (b, a)] {
            let said = identities.said(one).await.unwrap();
            assert_eq!((said.len(), said[0].thread, said[0].same), (1, other, false));
        }
    }
}
