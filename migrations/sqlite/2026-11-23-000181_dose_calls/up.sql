-- Work in bulk also writes to those who were not vaccinated. SQLite cannot change what a column may hold, so the tables
-- are made anew; the same on both databases.
CREATE TABLE bulk_runs_wider (
    id          TEXT PRIMARY KEY NOT NULL,
    action      TEXT NOT NULL CHECK (action IN ('draft', 'approve', 'print', 'invite', 'call')),
    program     TEXT NOT NULL,
    owner       TEXT NOT NULL REFERENCES users (id),
    state       TEXT NOT NULL CHECK (state IN ('planning', 'planned', 'running', 'done', 'cancelled',
                    'failed')),
    body        TEXT NOT NULL,
    place       TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    at          TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    looked      BIGINT NOT NULL DEFAULT 0,
    planned     BIGINT NOT NULL DEFAULT 0,
    settled     BIGINT NOT NULL DEFAULT 0
);
INSERT INTO bulk_runs_wider (id, action, program, owner, state, body, place, note, at, updated_at, looked, planned, settled)
    SELECT id, action, program, owner, state, body, place, note, at, updated_at, looked, planned, settled FROM bulk_runs;

CREATE TABLE bulk_items_wider (
    run_id      TEXT NOT NULL REFERENCES bulk_runs_wider (id),
    item        TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    version     BIGINT NOT NULL,
    digest      TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('planned', 'left_out', 'done', 'failed')),
    reason      TEXT NOT NULL,
    detail      TEXT NOT NULL,
    place       BIGINT NOT NULL,
    sorted_by   TEXT NOT NULL,
    PRIMARY KEY (run_id, item)
);
INSERT INTO bulk_items_wider (run_id, item, case_id, version, digest, state, reason, detail, place, sorted_by)
    SELECT run_id, item, case_id, version, digest, state, reason, detail, place, sorted_by FROM bulk_items;

CREATE TABLE letter_prints_wider (
    letter_id   TEXT NOT NULL REFERENCES letters (id),
    number      BIGINT NOT NULL CHECK (number > 0),
    run_id      TEXT NOT NULL REFERENCES bulk_runs_wider (id),
    printed_by  TEXT NOT NULL,
    again       BOOLEAN NOT NULL,
    at          TIMESTAMP NOT NULL,
    PRIMARY KEY (letter_id, number),
    UNIQUE (letter_id, run_id),
    CHECK (number = 1 OR again)
);
INSERT INTO letter_prints_wider (letter_id, number, run_id, printed_by, again, at)
    SELECT letter_id, number, run_id, printed_by, again, at FROM letter_prints;

DROP TABLE letter_prints;
DROP TABLE bulk_items;
DROP TABLE bulk_runs;
ALTER TABLE bulk_runs_wider RENAME TO bulk_runs;
ALTER TABLE bulk_items_wider RENAME TO bulk_items;
ALTER TABLE letter_prints_wider RENAME TO letter_prints;
CREATE INDEX bulk_items_state ON bulk_items (run_id, state, place, item);

-- 勧奨: who was written to for which dose, sealed under the key of the person. Once, unless somebody says why again;
-- of what is given anew with each season, once for the season that ends on a day.
CREATE TABLE dose_calls (
    id          TEXT PRIMARY KEY NOT NULL,
    run_id      TEXT NOT NULL REFERENCES bulk_runs (id),
    subject     TEXT NOT NULL REFERENCES immunization_subjects (id),
    vaccine     TEXT NOT NULL CHECK (vaccine <> ''),
    dose        TEXT NOT NULL,
    season      TEXT NOT NULL,
    again       BOOLEAN NOT NULL,
    body        TEXT NOT NULL,
    called_on   DATE NOT NULL,
    UNIQUE (run_id, subject, vaccine)
);
CREATE UNIQUE INDEX dose_calls_once ON dose_calls (subject, vaccine, dose, season) WHERE NOT again;
