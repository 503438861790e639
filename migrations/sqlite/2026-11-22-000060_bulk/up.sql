-- Work in bulk: what somebody wants done to many cases, case by case, and which letters were printed.

CREATE TABLE bulk_runs (
    id          TEXT PRIMARY KEY NOT NULL,
    action      TEXT NOT NULL CHECK (action IN ('draft', 'approve', 'print', 'invite')),
    program     TEXT NOT NULL,
    owner       TEXT NOT NULL REFERENCES users (id),
    state       TEXT NOT NULL CHECK (state IN ('planning', 'planned', 'running', 'done', 'cancelled',
                    'failed')),
    -- What is wanted, sealed: it may hold a reason in somebody's own words.
    body        TEXT NOT NULL,
    -- The last candidate that was looked at.
    place       TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    at          TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL
);

-- What a run would do, and did, with each case or letter: the version and the hash that were looked at.
CREATE TABLE bulk_items (
    run_id      TEXT NOT NULL REFERENCES bulk_runs (id),
    item        TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    version     BIGINT NOT NULL,
    digest      TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('planned', 'left_out', 'done', 'failed')),
    reason      TEXT NOT NULL,
    detail      TEXT NOT NULL,
    -- Where it stands in the order of the run, and sealed what the order goes by.
    place       BIGINT NOT NULL,
    sorted_by   TEXT NOT NULL,
    PRIMARY KEY (run_id, item)
);
CREATE INDEX bulk_items_state ON bulk_items (run_id, state, place, item);

-- A letter that was printed is not printed again without a reason.
CREATE TABLE letter_prints (
    letter_id   TEXT NOT NULL REFERENCES letters (id),
    number      BIGINT NOT NULL CHECK (number > 0),
    run_id      TEXT NOT NULL REFERENCES bulk_runs (id),
    printed_by  TEXT NOT NULL,
    again       BOOLEAN NOT NULL,
    at          TIMESTAMP NOT NULL,
    PRIMARY KEY (letter_id, number),
    UNIQUE (letter_id, run_id),
    CHECK (number = 1 OR again)
);
CREATE INDEX letters_at ON letters (at, id);
