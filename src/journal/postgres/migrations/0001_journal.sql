-- The first tables. `at` is milliseconds since 1970; ids are 16 bytes.

CREATE TABLE journal_meta (name text PRIMARY KEY, value bigint NOT NULL);

-- How far each partition is: the largest term that is known, and the newest batch.
CREATE TABLE journal_partitions (
    partition integer PRIMARY KEY,
    term bigint NOT NULL,
    head bigint NOT NULL
);

CREATE TABLE journal_batches (
    partition integer NOT NULL,
    head bigint NOT NULL,
    term bigint NOT NULL,
    PRIMARY KEY (partition, head)
);

-- `seq` rises in the order of the decisions of a thread.
CREATE TABLE journal_entries (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partition integer NOT NULL,
    head bigint NOT NULL,
    thread bytea NOT NULL,
    event bytea NOT NULL,
    conversation bytea,
    at bigint NOT NULL,
    sealed bytea NOT NULL
);
-- It is ciphertext: trying to compress it costs and gives nothing.
ALTER TABLE journal_entries ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX journal_entries_thread ON journal_entries (thread, seq);
CREATE INDEX journal_entries_batch ON journal_entries (partition, head) INCLUDE (thread);
CREATE INDEX journal_entries_conversation ON journal_entries (conversation, seq) WHERE conversation IS NOT NULL;
CREATE INDEX journal_entries_at ON journal_entries USING brin (at);

CREATE TABLE journal_threads (
    thread bytea PRIMARY KEY,
    partition integer NOT NULL,
    wrapped bytea
);
CREATE INDEX journal_threads_partition ON journal_threads (partition, thread);

CREATE TABLE journal_blobs (hash bytea PRIMARY KEY, bytes bytea NOT NULL);

CREATE TABLE journal_barriers (
    barrier bytea PRIMARY KEY,
    written timestamptz NOT NULL DEFAULT now()
);
