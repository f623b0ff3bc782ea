//! Scripts: what Redis carries out as one. Each touches the keys of one partition, or one key of its own, so that they work
//! in a cluster too.

use redis::{Cmd, Script, ToRedisArgs};

/// A script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Recognise,
    Lease,
    Renew,
    Release,
    Vouch,
    Save,
    Start,
    Rows,
    Counts,
    Forget,
    Attend,
    Hold,
    LetGo,
    Switch,
}

/// The text of each script, in the order of [`Name`].
pub(super) const TEXTS: [&str; 14] = [
    include_str!("lua/recognise.lua"),
    include_str!("lua/lease.lua"),
    include_str!("lua/renew.lua"),
    include_str!("lua/release.lua"),
    include_str!("lua/vouch.lua"),
    include_str!("lua/save.lua"),
    include_str!("lua/start.lua"),
    include_str!("lua/rows.lua"),
    include_str!("lua/counts.lua"),
    include_str!("lua/forget.lua"),
    include_str!("lua/attend.lua"),
    include_str!("lua/hold.lua"),
    include_str!("lua/let_go.lua"),
    include_str!("lua/switch.lua"),
];

/// How many arguments stand before a script's own, and how many bytes they do not exceed.
const BEFORE: usize = 4;
const CALL: usize = 96;

/// The scripts by their digests.
pub(super) struct Scripts([Script; TEXTS.len()]);

impl Scripts {
    pub(super) fn new() -> Self {
        Self(TEXTS.map(Script::new))
    }

    /// A call of a script on a key; its arguments are to be added.
    pub(super) fn on(&self, name: Name, key: impl ToRedisArgs) -> Cmd {
        self.with_room(name, key, 8, 256)
    }

    /// The same with room for about so many arguments, of so many bytes in all.
    pub(super) fn with_room(&self, name: Name, key: impl ToRedisArgs, arguments: usize, bytes: usize) -> Cmd {
        let mut command = Cmd::with_capacity(BEFORE + arguments, CALL + bytes);
        command.arg("EVALSHA").arg(self.0[name as usize].get_hash()).arg(1).arg(key);
        command
    }
}
