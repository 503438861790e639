-- What a register was told of persons has no place before.
DELETE FROM discrepancies WHERE row_id IN (SELECT id FROM hub_rows WHERE person IS NOT NULL);
CREATE TABLE discrepancies_kept AS SELECT * FROM discrepancies;
DROP TABLE discrepancies;
CREATE TABLE hub_rows_narrow (
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
INSERT INTO hub_rows_narrow (id, connector, case_id, decision_id, subject, seq, history_key, deleted, urgent, body,
        content_hash, state, batch, position, attempts, problem, receipt, at, updated_at)
    SELECT id, connector, case_id, decision_id, subject, seq, history_key, deleted, urgent, body, content_hash, state,
        batch, position, attempts, problem, receipt, at, updated_at
    FROM hub_rows WHERE case_id IS NOT NULL;
DROP TABLE hub_rows;
ALTER TABLE hub_rows_narrow RENAME TO hub_rows;
CREATE INDEX hub_rows_state ON hub_rows (connector, state, subject, seq);
CREATE INDEX hub_rows_case ON hub_rows (case_id);
CREATE INDEX hub_rows_batch ON hub_rows (batch);
CREATE INDEX hub_rows_subject ON hub_rows (connector, subject, at, seq);
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
INSERT INTO discrepancies SELECT * FROM discrepancies_kept;
DROP TABLE discrepancies_kept;
CREATE INDEX discrepancies_open ON discrepancies (connector, cleared_at, id);
DROP TABLE immunization_numbers;
