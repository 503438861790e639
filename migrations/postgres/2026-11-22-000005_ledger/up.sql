-- The outbox of work to do, what was already done, and the chained record of all of it.

CREATE TABLE jobs (
    id              TEXT PRIMARY KEY NOT NULL,
    kind            TEXT NOT NULL,
    payload         TEXT NOT NULL,
    key             TEXT NOT NULL UNIQUE,
    state           TEXT NOT NULL CHECK (state IN ('ready', 'done', 'dead')),
    attempts        BIGINT NOT NULL DEFAULT 0,
    run_after       TIMESTAMP NOT NULL,
    locked_until    TIMESTAMP,
    problem         TEXT NOT NULL DEFAULT '',
    at              TIMESTAMP NOT NULL
);
CREATE INDEX jobs_ready ON jobs (state, run_after, id);

-- The answer to a command already carried out, by the key its sender chose.
CREATE TABLE idempotency (
    key         TEXT PRIMARY KEY NOT NULL,
    actor       TEXT NOT NULL,
    command     TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    version     BIGINT NOT NULL,
    at          TIMESTAMP NOT NULL
);

-- Commands, reads of identified data, sign-ins, refusals; each row sealed to the one before it.
CREATE TABLE audit (
    seq         BIGINT PRIMARY KEY NOT NULL,
    at          TIMESTAMP NOT NULL,
    actor       TEXT NOT NULL,
    action      TEXT NOT NULL,
    case_id     TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL DEFAULT '',
    outcome     TEXT NOT NULL,
    detail      TEXT NOT NULL,
    previous    TEXT NOT NULL,
    mac         TEXT NOT NULL
);
CREATE INDEX audit_case ON audit (case_id, seq);

-- The newest row's number and seal, so that a cut tail shows.
CREATE TABLE audit_head (
    id      BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    seq     BIGINT NOT NULL,
    mac     TEXT NOT NULL
);
