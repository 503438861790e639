-- What is registered at the outside registers, and the nights in which it happens.

CREATE TABLE runs (
    id          TEXT PRIMARY KEY NOT NULL,
    job         TEXT NOT NULL,
    due_at      TIMESTAMP NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('due', 'running', 'done', 'failed', 'stopped')),
    worker      TEXT NOT NULL DEFAULT '',
    locked_until TIMESTAMP,
    started_at  TIMESTAMP,
    finished_at TIMESTAMP,
    total       BIGINT NOT NULL DEFAULT 0,
    done        BIGINT NOT NULL DEFAULT 0,
    rejected    BIGINT NOT NULL DEFAULT 0,
    note        TEXT NOT NULL DEFAULT '',
    UNIQUE (job, due_at)
);

CREATE TABLE hub_batches (
    id              TEXT PRIMARY KEY NOT NULL,
    connector       TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    task            TEXT NOT NULL DEFAULT '',
    state           TEXT NOT NULL CHECK (state IN ('built', 'sent', 'closed', 'defect')),
    size            BIGINT NOT NULL,
    polls           BIGINT NOT NULL DEFAULT 0,
    at              TIMESTAMP NOT NULL
);

CREATE TABLE hub_rows (
    id              TEXT PRIMARY KEY NOT NULL,
    connector       TEXT NOT NULL,
    case_id         TEXT NOT NULL REFERENCES cases (id),
    decision_id     TEXT NOT NULL REFERENCES decisions (id),
    subject         TEXT NOT NULL,
    seq             BIGINT NOT NULL,
    history_key     TEXT NOT NULL,
    deleted         BOOLEAN NOT NULL DEFAULT FALSE,
    urgent          BOOLEAN NOT NULL DEFAULT FALSE,
    body            TEXT NOT NULL,
    content_hash    TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'accepted', 'confirmed', 'rejected',
                        'superseded')),
    batch           TEXT REFERENCES hub_batches (id),
    position        BIGINT NOT NULL DEFAULT 0,
    attempts        BIGINT NOT NULL DEFAULT 0,
    problem         TEXT NOT NULL DEFAULT '',
    receipt         TEXT NOT NULL DEFAULT '',
    at              TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL,
    UNIQUE (connector, subject, seq),
    -- Sent is not confirmed: only a receipt makes it so.
    CHECK (state <> 'confirmed' OR receipt <> '')
);
CREATE INDEX hub_rows_state ON hub_rows (connector, state, subject, seq);
CREATE INDEX hub_rows_case ON hub_rows (case_id);
CREATE INDEX hub_rows_batch ON hub_rows (batch);

CREATE TABLE discrepancies (
    id          TEXT PRIMARY KEY NOT NULL,
    connector   TEXT NOT NULL,
    row_id      TEXT NOT NULL REFERENCES hub_rows (id),
    case_id     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    fields      TEXT NOT NULL,
    found_at    TIMESTAMP NOT NULL,
    cleared_at  TIMESTAMP
);
CREATE INDEX discrepancies_open ON discrepancies (connector, cleared_at, id);

-- A connector that stopped itself says why, until a person starts it again.
CREATE TABLE connectors (
    name        TEXT PRIMARY KEY NOT NULL,
    stopped     BOOLEAN NOT NULL,
    reason      TEXT NOT NULL,
    changed_at  TIMESTAMP NOT NULL
);
