-- What is managed of the policy from chat: small facts, by key.
CREATE TABLE managed (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL, -- as JSON
    audit INTEGER NOT NULL -- the row of the audit log that made it
) STRICT, WITHOUT ROWID;

CREATE INDEX managed_audit ON managed (audit);

-- What a row of the audit log changed, as JSON, so that it can be replayed.
ALTER TABLE audit ADD COLUMN change TEXT;
