-- Decisions, the letters that tell them, and how the letters travel.

CREATE TABLE decisions (
    id              TEXT PRIMARY KEY NOT NULL,
    case_id         TEXT NOT NULL REFERENCES cases (id),
    seq             BIGINT NOT NULL,
    outcome         TEXT NOT NULL,
    adverse         BOOLEAN NOT NULL,
    reasons         BIGINT NOT NULL CHECK (reasons >= 0),
    appeal_text     TEXT NOT NULL,
    body            TEXT NOT NULL,
    draft_hash      TEXT NOT NULL,
    drafted_by      TEXT NOT NULL,
    effective_from  DATE,
    valid_to        DATE,
    final_at        TIMESTAMP NOT NULL,
    supersedes      TEXT REFERENCES decisions (id),
    UNIQUE (case_id, seq),
    -- No adverse decision without a reason and the appeal instruction (行政手続法8条, 行政不服審査法82条).
    CHECK (NOT adverse OR (reasons > 0 AND appeal_text <> ''))
);

-- Four eyes: nobody signs what they drafted.
CREATE TABLE signatures (
    decision_id TEXT NOT NULL REFERENCES decisions (id),
    level       BIGINT NOT NULL,
    drafter     TEXT NOT NULL,
    signer      TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    PRIMARY KEY (decision_id, level),
    CHECK (signer <> drafter)
);

CREATE TABLE letters (
    id          TEXT PRIMARY KEY NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    decision_id TEXT REFERENCES decisions (id),
    kind        TEXT NOT NULL,
    body        TEXT NOT NULL,
    file        TEXT NOT NULL DEFAULT '',
    missing     TEXT NOT NULL DEFAULT '',
    at          TIMESTAMP NOT NULL
);
CREATE INDEX letters_case ON letters (case_id, at);

CREATE TABLE deliveries (
    id          TEXT PRIMARY KEY NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    letter_id   TEXT REFERENCES letters (id),
    channel     TEXT NOT NULL CHECK (channel IN ('mail', 'paper')),
    state       TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'bounced', 'printed', 'posted')),
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    problem     TEXT NOT NULL DEFAULT '',
    at          TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL
);
CREATE INDEX deliveries_case ON deliveries (case_id);
CREATE INDEX deliveries_state ON deliveries (channel, state, at, id);

-- Numbers that are issued in order, such as the body of a recipient number.
CREATE TABLE counters (
    name    TEXT PRIMARY KEY NOT NULL,
    value   BIGINT NOT NULL
);
