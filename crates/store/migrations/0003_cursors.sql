-- How far archives were heard: what stands before, and there, is settled.
CREATE TABLE cursor (
    network TEXT NOT NULL,
    source TEXT NOT NULL, -- which archive of the network
    position TEXT NOT NULL, -- its own name of a message
    at INTEGER NOT NULL, -- when that was said
    PRIMARY KEY (network, source)
) STRICT, WITHOUT ROWID;
