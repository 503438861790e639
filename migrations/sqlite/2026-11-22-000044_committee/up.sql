-- Committees that examine cases: who sits on them, their sessions, and what comes of each case.

-- A member's appointment for a term; whoever is appointed again has another row.
CREATE TABLE committee_members (
    id               TEXT PRIMARY KEY NOT NULL,
    program          TEXT NOT NULL,
    user_id          TEXT NOT NULL REFERENCES users (id),
    profession       TEXT NOT NULL,
    designated       BOOLEAN NOT NULL,
    institution_code TEXT NOT NULL,
    institution      TEXT NOT NULL,
    starts_on        DATE NOT NULL,
    ends_on          DATE NOT NULL,
    chair            BOOLEAN NOT NULL,
    created_at       TIMESTAMP NOT NULL,
    UNIQUE (program, user_id, starts_on),
    CHECK (starts_on <= ends_on)
);

-- Sealed in remarks: what the minutes say besides the results.
CREATE TABLE committee_sessions (
    id          TEXT PRIMARY KEY NOT NULL,
    program     TEXT NOT NULL,
    held_on     DATE NOT NULL,
    place       TEXT NOT NULL,
    online      BOOLEAN NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed')),
    remarks     TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL
);

-- Sealed under the case's key: the packet that members read, and what the committee concludes.
CREATE TABLE committee_agenda (
    session_id  TEXT NOT NULL REFERENCES committee_sessions (id),
    case_id     TEXT NOT NULL REFERENCES cases (id),
    position    BIGINT NOT NULL CHECK (position > 0),
    state       TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'left')),
    packet      TEXT NOT NULL,
    conclusion  TEXT,
    PRIMARY KEY (session_id, case_id),
    -- Nothing is confirmed that was not concluded.
    CHECK (state <> 'confirmed' OR conclusion IS NOT NULL)
);

-- A case lies before one session at a time.
CREATE UNIQUE INDEX committee_agenda_open ON committee_agenda (case_id) WHERE state = 'open';

-- What members say beforehand, sealed under the case's key.
CREATE TABLE committee_opinions (
    session_id  TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    user_id     TEXT NOT NULL REFERENCES users (id),
    body        TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    PRIMARY KEY (session_id, case_id, user_id),
    FOREIGN KEY (session_id, case_id) REFERENCES committee_agenda (session_id, case_id)
);

-- Who was there.
CREATE TABLE committee_attendance (
    session_id  TEXT NOT NULL REFERENCES committee_sessions (id),
    user_id     TEXT NOT NULL REFERENCES users (id),
    PRIMARY KEY (session_id, user_id)
);
