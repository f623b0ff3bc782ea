//! How the store's types look in SQLite.

use rusqlite::types::{FromSqlError, Type};
use wissel_channels::ThreadKey;

use crate::routing::Priority;
use crate::store::Row;
use crate::thread::StateName;

/// All states, each at the place of its number.
const STATES: [StateName; 4] = [StateName::Bot, StateName::Waiting, StateName::Claimed, StateName::Closed];
const PRIORITIES: [Priority; 3] = [Priority::Low, Priority::Normal, Priority::High];

/// The number of a state.
pub(super) const fn state(state: StateName) -> i64 {
    match state {
        StateName::Bot => 0,
        StateName::Waiting => 1,
        StateName::Claimed => 2,
        StateName::Closed => 3,
    }
}

/// The number of a priority.
pub(super) const fn priority(priority: Priority) -> i64 {
    match priority {
        Priority::Low => 0,
        Priority::Normal => 1,
        Priority::High => 2,
    }
}

/// A `LIMIT`.
pub(super) fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

fn coded<T: Copy>(row: &rusqlite::Row<'_>, column: &str, all: &[T]) -> rusqlite::Result<T> {
    let number: i64 = row.get(column)?;
    let found = usize::try_from(number).ok().and_then(|place| all.get(place));
    found.copied().ok_or_else(|| unreadable(FromSqlError::OutOfRange(number)))
}

/// The state in a row.
pub(super) fn state_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<StateName> {
    coded(row, "state", &STATES)
}

/// A name in a row; empty means none.
pub(super) fn name_of<T: TryFrom<String, Error: std::error::Error + Send + Sync + 'static>>(
    row: &rusqlite::Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.filter(|text| !text.is_empty()).map(|text| T::try_from(text).map_err(unreadable)).transpose()
}

/// A conversation in lists.
pub(super) fn row_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let language: Option<String> = row.get("language")?;
    Ok(Row {
        conversation: wissel_channels::ConversationId(row.get("conversation")?),
        thread: ThreadKey(row.get("thread")?),
        state: state_of(row)?,
        queue: name_of(row, "queue")?,
        channel: name_of(row, "channel")?.ok_or(rusqlite::Error::InvalidQuery)?,
        language: language.map(|text| text.parse().map_err(unreadable)).transpose()?,
        priority: coded(row, "priority", &PRIORITIES)?,
        since: wissel_channels::UnixMillis(row.get("since")?),
    })
}

/// What is in the file is not what we write there.
pub(super) fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Null, Box::new(error))
}
