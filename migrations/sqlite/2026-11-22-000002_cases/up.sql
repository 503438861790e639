-- Cases: what is true now, how it came about, and what hangs on it.

-- A program folder as it was when the first case was pinned to it; never changed.
CREATE TABLE definitions (
    hash        TEXT PRIMARY KEY NOT NULL,
    program     TEXT NOT NULL,
    version     TEXT NOT NULL,
    files       BLOB NOT NULL,
    stored_at   TIMESTAMP NOT NULL
);

-- The projection of a case. `body` is the sealed aggregate; the columns beside it are what lists need.
CREATE TABLE cases (
    id                  TEXT PRIMARY KEY NOT NULL,
    reference           TEXT UNIQUE,
    program             TEXT NOT NULL,
    kind                TEXT NOT NULL,
    definition          TEXT NOT NULL REFERENCES definitions (hash),
    state               TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'in_review', 'correction',
                            'deliberation', 'approval', 'decided', 'ended')),
    version             BIGINT NOT NULL,
    applicant           TEXT NOT NULL,
    origin              TEXT NOT NULL CHECK (origin IN ('online', 'paper')),
    lang                TEXT NOT NULL,
    data_key            TEXT NOT NULL,
    body                TEXT NOT NULL,
    assignee            TEXT NOT NULL DEFAULT '',
    submitted_at        TIMESTAMP,
    due_on              DATE NOT NULL,
    waiting             TEXT NOT NULL DEFAULT '',
    sync                TEXT NOT NULL DEFAULT '',
    duplicate           BOOLEAN NOT NULL DEFAULT FALSE,
    answered            BOOLEAN NOT NULL DEFAULT FALSE,
    person              TEXT NOT NULL DEFAULT '',
    label               TEXT NOT NULL DEFAULT '',
    created_at          TIMESTAMP NOT NULL,
    updated_at          TIMESTAMP NOT NULL,
    CHECK (state = 'draft' OR state = 'ended' OR (reference IS NOT NULL AND submitted_at IS NOT NULL))
);
CREATE INDEX cases_queue ON cases (program, state, due_on, id);
CREATE INDEX cases_due ON cases (due_on, id);
CREATE INDEX cases_applicant ON cases (applicant, id);
CREATE INDEX cases_person ON cases (person);
CREATE INDEX cases_assignee ON cases (assignee, due_on, id);

CREATE TABLE case_events (
    case_id     TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    seq         BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    at          TIMESTAMP NOT NULL,
    actor       TEXT NOT NULL,
    on_behalf_of TEXT NOT NULL DEFAULT '',
    kind        TEXT NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (case_id, seq)
);

-- Answers to one form. The draft is revision 0; a filed or signed revision is never changed.
CREATE TABLE case_answers (
    case_id     TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    form        TEXT NOT NULL,
    revision    BIGINT NOT NULL,
    digest      TEXT NOT NULL,
    body        TEXT NOT NULL,
    author      TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, form, revision)
);

-- Values kept apart from the answers, such as a 個人番号; found again only by keyed hash.
CREATE TABLE case_secrets (
    case_id     TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    path        TEXT NOT NULL,
    body        TEXT NOT NULL,
    lookup      TEXT NOT NULL,
    PRIMARY KEY (case_id, path)
);

-- Keyed hashes under which staff find a case: reference, folded name, kana, birth date.
CREATE TABLE case_search (
    case_id     TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    token       TEXT NOT NULL,
    PRIMARY KEY (token, case_id)
);
CREATE INDEX case_search_case ON case_search (case_id);

CREATE TABLE work_items (
    id              TEXT PRIMARY KEY NOT NULL,
    case_id         TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL,
    state           TEXT NOT NULL,
    assignee        TEXT NOT NULL,
    code            TEXT NOT NULL DEFAULT '',
    requested_at    TIMESTAMP,
    due_on          DATE NOT NULL
);
CREATE INDEX work_items_assignee ON work_items (assignee, state, due_on, id);
CREATE INDEX work_items_case ON work_items (case_id);
CREATE INDEX work_items_code ON work_items (code);

CREATE TABLE documents (
    id          TEXT PRIMARY KEY NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    path        TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    size        BIGINT NOT NULL CHECK (size >= 0),
    mime        TEXT NOT NULL,
    name        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('quarantined', 'clean', 'infected', 'removed')),
    author      TEXT NOT NULL,
    at          TIMESTAMP NOT NULL
);
CREATE INDEX documents_case ON documents (case_id, at);
CREATE INDEX documents_sha256 ON documents (sha256);

-- What the clinical platform (or a Bundle file) gave, byte for byte.
CREATE TABLE pulled_pages (
    case_id     TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    pull        TEXT NOT NULL,
    page        BIGINT NOT NULL,
    source      TEXT NOT NULL,
    resource    TEXT NOT NULL,
    version     TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    body        TEXT NOT NULL,
    PRIMARY KEY (case_id, pull, page)
);

CREATE TABLE messages (
    id          TEXT PRIMARY KEY NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    side        TEXT NOT NULL CHECK (side IN ('applicant', 'office', 'note')),
    author      TEXT NOT NULL,
    body        TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    read_at     TIMESTAMP
);
CREATE INDEX messages_case ON messages (case_id, at);
