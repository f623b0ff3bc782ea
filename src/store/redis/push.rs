//! Push: what Redis tells unasked: which threads were saved, in any process.

use redis::{PushInfo, PushKind, Value};
use wissel_channels::ThreadKey;

use crate::store::watchers::Watchers;

/// Wakes the watchers of the threads that a message names.
pub(super) fn hear(watchers: &Watchers, info: &PushInfo) {
    match (&info.kind, info.data.as_slice()) {
        (PushKind::Message, [_, Value::BulkString(threads)]) => {
            threads.as_chunks::<16>().0.iter().for_each(|thread| watchers.changed(ThreadKey(*thread)));
        }
        // Nothing is told until there is a connection again: whoever waits has a look then.
        _ => {}
    }
}
