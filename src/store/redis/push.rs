//! Push: what Redis sends without being asked: which threads were saved, by any process.

use redis::{PushInfo, PushKind, Value};
use wissel_channels::ThreadKey;

use crate::store::watchers::Watchers;

/// Wakes the watchers of the threads that a message names.
pub(super) fn hear(watchers: &Watchers, info: &PushInfo) {
    if let (PushKind::Message, [_, Value::BulkString(threads)]) = (&info.kind, info.data.as_slice()) {
        for thread in threads.as_chunks::<16>().0 {
            watchers.changed(ThreadKey(*thread));
        }
    }
}
