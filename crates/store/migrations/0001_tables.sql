-- Times are whole microseconds since 1970-01-01T00:00:00Z.

-- The events that were taken up. Started: after a crash the person is told, as `notice` says.
CREATE TABLE journal (
    network TEXT NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    command TEXT NOT NULL,
    speaker TEXT NOT NULL,
    notice TEXT, -- a draft as JSON; NULL: done
    PRIMARY KEY (network, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_at ON journal (at);
CREATE INDEX journal_started ON journal (at) WHERE notice IS NOT NULL;

-- What is to be sent, in the order in which it was committed.
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    draft TEXT NOT NULL, -- as JSON
    bared INTEGER NOT NULL CHECK (bared IN (0, 1)), -- a secret was left out of the draft
    -- Not IN: that makes a table for each row that is written.
    state TEXT NOT NULL CHECK (state = 'queued' OR state = 'handed' OR state = 'dead'),
    why TEXT, -- it is dead
    attempts INTEGER NOT NULL,
    CHECK ((state = 'dead') = (why IS NOT NULL))
) STRICT;

-- What plugins keep.
CREATE TABLE value (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;

-- What was set from chat: values as TOML text.
CREATE TABLE setting (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- The audit log, in the order in which it was written.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    evidence TEXT NOT NULL,
    what TEXT NOT NULL,
    place TEXT NOT NULL,
    outcome TEXT NOT NULL,
    because TEXT NOT NULL
) STRICT;

CREATE INDEX audit_at ON audit (at);
