-- Ledgers of other systems on their way into ours. The lines lie sealed in parts until they were taken in.
CREATE TABLE dose_imports (
    id              TEXT PRIMARY KEY NOT NULL,
    program         TEXT NOT NULL,
    owner           TEXT NOT NULL,
    state           TEXT NOT NULL
                    CHECK (state IN ('receiving', 'checking', 'checked', 'running', 'done', 'cancelled', 'failed')),
    file            TEXT NOT NULL,
    body            TEXT NOT NULL,
    parts           INTEGER NOT NULL DEFAULT 0,
    place           INTEGER NOT NULL DEFAULT 0,
    lines           BIGINT NOT NULL DEFAULT 0,
    looked          BIGINT NOT NULL DEFAULT 0,
    fresh           BIGINT NOT NULL DEFAULT 0,
    same            BIGINT NOT NULL DEFAULT 0,
    held            BIGINT NOT NULL DEFAULT 0,
    note            TEXT NOT NULL DEFAULT '',
    at              TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL
);
CREATE TABLE dose_import_parts (
    run             TEXT NOT NULL REFERENCES dose_imports (id),
    number          INTEGER NOT NULL,
    body            TEXT NOT NULL,
    PRIMARY KEY (run, number)
);
-- Lines that a person has to look at; those of a trial go when it is over.
CREATE TABLE dose_import_held (
    run             TEXT NOT NULL REFERENCES dose_imports (id),
    line            BIGINT NOT NULL,
    lookup          TEXT NOT NULL,
    reasons         TEXT NOT NULL,
    body            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('trial', 'open', 'settled')),
    note            TEXT,
    settled_by      TEXT,
    settled_at      TIMESTAMP,
    PRIMARY KEY (run, line),
    CHECK ((state = 'settled') = (settled_at IS NOT NULL))
);
-- The same line of the same file waits once, however often the file is read.
CREATE UNIQUE INDEX dose_import_held_once ON dose_import_held (lookup) WHERE state <> 'trial';
