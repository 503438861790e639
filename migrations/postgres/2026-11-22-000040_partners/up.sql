-- Whose caps are shared: certificates found by keyed hash, the links a clerk accepted, and the caps that
-- have to be determined anew.

-- Under which keyed hashes a granted case is found: its recipient number, and name with birth date.
CREATE TABLE partner_tokens (
    token       TEXT NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    PRIMARY KEY (token, case_id)
);

CREATE INDEX partner_tokens_case ON partner_tokens (case_id);

-- Two cases whose caps are apportioned together, once a clerk has accepted it.
CREATE TABLE partner_links (
    id          TEXT PRIMARY KEY NOT NULL,
    left_case   TEXT NOT NULL REFERENCES cases (id),
    right_case  TEXT NOT NULL REFERENCES cases (id),
    author      TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    ended_at    TIMESTAMP,
    ended_by    TEXT,
    CHECK (left_case < right_case),
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);

CREATE UNIQUE INDEX partner_links_living ON partner_links (left_case, right_case) WHERE ended_at IS NULL;
CREATE INDEX partner_links_right ON partner_links (right_case);

-- A cap that another one's decision changed. Sealed in body: why it was dismissed.
CREATE TABLE cap_tasks (
    id          TEXT PRIMARY KEY NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    cause       TEXT NOT NULL REFERENCES cases (id),
    from_on     DATE NOT NULL,
    to_on       DATE NOT NULL,
    cap_before  BIGINT NOT NULL CHECK (cap_before >= 0),
    cap_after   BIGINT NOT NULL CHECK (cap_after >= 0),
    state       TEXT NOT NULL CHECK (state IN ('open', 'done', 'dismissed', 'replaced')),
    at          TIMESTAMP NOT NULL,
    closed_at   TIMESTAMP,
    closed_by   TEXT,
    body        TEXT NOT NULL,
    CHECK (from_on <= to_on),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    CHECK ((state = 'dismissed') = (body <> ''))
);

CREATE INDEX cap_tasks_case ON cap_tasks (case_id);
CREATE INDEX cap_tasks_open ON cap_tasks (from_on, id) WHERE state = 'open';
