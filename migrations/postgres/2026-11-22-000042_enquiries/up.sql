-- What the office asks of others about a person: an insurer, the tax office. Sealed: what is sent in `asked`,
-- what came back in `answer`.
CREATE TABLE enquiries (
    id          TEXT PRIMARY KEY NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    kind        TEXT NOT NULL,
    -- The keyed hash of a member of the household; empty for the person the case is about.
    person      TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'sent', 'answered', 'taken', 'missing')),
    due_on      DATE NOT NULL,
    asked       TEXT NOT NULL,
    answer      TEXT NOT NULL,
    author      TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    UNIQUE (case_id, kind, person),
    CHECK (state NOT IN ('answered', 'taken') OR answer <> '')
);

CREATE INDEX enquiries_open ON enquiries (kind, due_on, id) WHERE state IN ('open', 'sent');
