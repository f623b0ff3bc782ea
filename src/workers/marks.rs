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

/// The marks of one channel and account.
pub struct Marks {
    store: Arc<dyn ThreadStore>,
    key: DataKey,
    prefix: String,
}

impl Marks {
    /// The marks of `channel`.
    #[must_use]
    pub fn of(place: &Workplace, channel: &dyn Channel) -> Self {
        Self {
            store: Arc::clone(&place.store),
            key: DataKey::new(place.keys.secret("marks of channels")),
            prefix: format!("{}/{}/", channel.name(), channel.account()),
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
}
