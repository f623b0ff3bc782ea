//! Marks: how far channels have read, sealed in the store: they may hold addresses.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use wissel_channels::context::CURSOR_BYTES;
use wissel_channels::{Channel, CursorError, Cursors};

use super::Workplace;
use crate::store::ThreadStore;
use crate::wire::DataKey;

/// How long the store may take.
const ANSWER: Duration = Duration::from_secs(10);

/// For how long a mark is held at most.
const HELD: Duration = Duration::from_secs(15);

/// The marks of one channel and account.
pub struct Marks {
    store: Arc<dyn ThreadStore>,
    key: DataKey,
    prefix: String,
    holder: [u8; 16],
}

impl Marks {
    /// The marks of `channel`.
    #[must_use]
    pub fn of(place: &Workplace, channel: &dyn Channel) -> Self {
        Self {
            store: Arc::clone(&place.store),
            key: DataKey::new(place.keys.secret("marks of channels")),
            prefix: format!("{}/{}/", channel.name(), channel.account()),
            holder: rand::random(),
        }
    }

    /// The name in the store.
    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

async fn answer<T, E: std::fmt::Display>(asked: impl Future<Output = Result<T, E>>) -> Result<T, CursorError> {
    match tokio::time::timeout(ANSWER, asked).await {
        Ok(answer) => answer.map_err(|error| CursorError(error.to_string())),
        Err(_) => Err(CursorError(format!("no answer within {} s", ANSWER.as_secs()))),
    }
}

#[async_trait]
impl Cursors for Marks {
    async fn read(&self, name: &str) -> Result<Option<String>, CursorError> {
        let name = self.name(name);
        let Some(sealed) = answer(self.store.mark(&name)).await? else { return Ok(None) };
        let opened = self.key.open(name.as_bytes(), &sealed).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if opened.is_none() {
            tracing::warn!(mark = %self.prefix, "a mark cannot be opened; the source is read from its beginning");
        }
        Ok(opened)
    }

    async fn write(&self, name: &str, value: &str) -> Result<(), CursorError> {
        if value.len() > CURSOR_BYTES {
            return Err(CursorError(format!("a mark of {} bytes is longer than {CURSOR_BYTES}", value.len())));
        }
        let name = self.name(name);
        let sealed =
            self.key.seal(name.as_bytes(), value.as_bytes()).map_err(|error| CursorError(error.to_string()))?;
        answer(self.store.set_mark(&name, sealed)).await
    }

    async fn hold(&self, name: &str) -> Result<bool, CursorError> {
        answer(self.store.hold_source(&format!("mark/{}", self.name(name)), self.holder, HELD)).await
    }

    async fn let_go(&self, name: &str) {
        // What is not let go of is free again soon.
        let _later = answer(self.store.let_go(&format!("mark/{}", self.name(name)), self.holder)).await;
    }
}

#[cfg(test)]
mod tests {
    use wissel_channels::webchat::{Limits, Webchat, WebchatConfig};

    use super::*;
    use crate::workers::router::tests::{Allergic, workplace};

    #[tokio::test]
    async fn of_two_processes_one_holds_a_mark_until_it_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let place = workplace(&folder, Arc::new(Allergic::default())).await;
        let channel = Webchat::new(WebchatConfig::default(), Limits::default(), [1; 32]);
        let (ours, theirs) = (Marks::of(&place, &channel), Marks::of(&place, &channel));
        ours.write("count", "1").await.unwrap();
        assert!(ours.hold("count").await.unwrap() && ours.hold("count").await.unwrap());
        assert!(!theirs.hold("count").await.unwrap());
        assert!(theirs.hold("another").await.unwrap());
        theirs.let_go("count").await;
        assert!(!theirs.hold("count").await.unwrap(), "only whoever holds it lets go");
        ours.let_go("count").await;
        assert!(theirs.hold("count").await.unwrap());
        assert_eq!(theirs.read("count").await.unwrap().as_deref(), Some("1"));
    }
}
