-- Everything that the embedded backends keep. Every statement may run again at each start.
-- A change that an older file needs gets a step in schema.rs and a higher version there.

CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

-- Broker. `seq` is the queue's number in the upper 24 bits and the message's in the lower 40: one tree, each queue in
-- order, no index beside it.
CREATE TABLE IF NOT EXISTS broker_queues (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    messages INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS broker_messages (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    id BLOB NOT NULL,
    body BLOB NOT NULL
);
-- What other processes ask of the one that has the data folder: publish `body`, or take the message `gone` out.
CREATE TABLE IF NOT EXISTS broker_letters (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT,
    id BLOB,
    body BLOB,
    gone INTEGER
);

-- Store.
CREATE TABLE IF NOT EXISTS store_meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS store_partitions (
    partition INTEGER PRIMARY KEY,
    term INTEGER NOT NULL,
    head INTEGER NOT NULL DEFAULT 0,
    holder BLOB,
    until INTEGER
);
-- The newest batch's journal message, apart from the partition, so that a lease does not rewrite it.
CREATE TABLE IF NOT EXISTS store_batches (partition INTEGER PRIMARY KEY, journal BLOB NOT NULL);
-- Processes that are there, and who reads which source.
CREATE TABLE IF NOT EXISTS store_groups (
    name TEXT NOT NULL,
    holder BLOB NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (name, holder)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS store_sources (name TEXT PRIMARY KEY, holder BLOB NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS store_marks (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS store_threads (
    thread BLOB PRIMARY KEY,
    epoch INTEGER NOT NULL,
    revoked BLOB,
    due INTEGER,
    key BLOB NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS store_threads_due ON store_threads (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS store_seen (
    thread BLOB NOT NULL,
    event BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (thread, event)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS store_starts (
    command BLOB NOT NULL,
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (command, attempt)
) WITHOUT ROWID;
-- `queue` is empty where a conversation is in none.
CREATE TABLE IF NOT EXISTS store_rows (
    conversation BLOB PRIMARY KEY,
    thread BLOB NOT NULL,
    state INTEGER NOT NULL,
    queue TEXT NOT NULL,
    channel TEXT NOT NULL,
    language TEXT,
    priority INTEGER NOT NULL,
    since INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS store_rows_listed ON store_rows (state, queue, since);
CREATE TABLE IF NOT EXISTS store_orders (
    order_id BLOB PRIMARY KEY,
    thread BLOB NOT NULL,
    at INTEGER NOT NULL,
    digest BLOB NOT NULL,
    sealed BLOB NOT NULL
) WITHOUT ROWID;
-- Who has something to notice in which thread.
CREATE TABLE IF NOT EXISTS store_notices (
    reader BLOB NOT NULL,
    thread BLOB NOT NULL,
    PRIMARY KEY (reader, thread)
) WITHOUT ROWID;

-- Journal. Entries of a batch are next to each other, from `first` to `last`.
CREATE TABLE IF NOT EXISTS journal_batches (
    partition INTEGER NOT NULL,
    head INTEGER NOT NULL,
    term INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (partition, head)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal_entries (
    seq INTEGER PRIMARY KEY,
    thread BLOB NOT NULL,
    head INTEGER NOT NULL,
    event BLOB NOT NULL,
    conversation BLOB,
    at INTEGER NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_entries_thread ON journal_entries (thread);
CREATE TABLE IF NOT EXISTS journal_threads (
    thread BLOB PRIMARY KEY,
    partition INTEGER NOT NULL,
    wrapped BLOB
) WITHOUT ROWID;
DROP INDEX IF EXISTS journal_threads_partition;
CREATE TABLE IF NOT EXISTS journal_conversations (conversation BLOB PRIMARY KEY, thread BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal_blobs (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL);
-- The largest term that each partition's batches and announcements had.
CREATE TABLE IF NOT EXISTS journal_terms (partition INTEGER PRIMARY KEY, term INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS journal_waits (barrier BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
