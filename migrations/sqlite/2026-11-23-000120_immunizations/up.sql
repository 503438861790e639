-- Persons who are vaccinated, often children without a sign-in. Who they are is sealed under a key of their own;
-- birth, sex and district stand plain because lists and figures by cohort read them.
CREATE TABLE immunization_subjects (
    id              TEXT PRIMARY KEY NOT NULL,
    program         TEXT NOT NULL,
    person          TEXT NOT NULL CHECK (person <> ''),
    resident        TEXT,
    birth           DATE NOT NULL,
    sex             TEXT CHECK (sex IN ('female', 'male')),
    district        TEXT NOT NULL DEFAULT '',
    data_key        TEXT NOT NULL,
    body            TEXT NOT NULL,
    moved_out_on    DATE,
    died_on         DATE,
    created_at      TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX immunization_subjects_person ON immunization_subjects (program, person);
CREATE UNIQUE INDEX immunization_subjects_resident ON immunization_subjects (program, resident)
    WHERE resident IS NOT NULL;
CREATE INDEX immunization_subjects_birth ON immunization_subjects (program, birth, id);

-- Who may see and act for a person: two parents, or the grown person themself.
CREATE TABLE immunization_guardians (
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    citizen         TEXT NOT NULL REFERENCES citizens (id),
    since           TIMESTAMP NOT NULL,
    ended_at        TIMESTAMP,
    PRIMARY KEY (subject, citizen)
);
CREATE INDEX immunization_guardians_citizen ON immunization_guardians (citizen);

-- To whom at an institution a person showed themself, and when.
CREATE TABLE immunization_presented (
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    user_id         TEXT NOT NULL REFERENCES users (id),
    at              TIMESTAMP NOT NULL,
    PRIMARY KEY (subject, user_id)
);

-- 予防接種台帳. A line is never changed but for the one that takes its place.
CREATE TABLE immunizations (
    id              TEXT PRIMARY KEY NOT NULL,
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    vaccine         TEXT NOT NULL CHECK (vaccine <> ''),
    dose            TEXT NOT NULL,
    given_on        TEXT NOT NULL,
    first_day       DATE NOT NULL,
    nth             INTEGER NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('completed', 'not_done', 'entered_in_error')),
    origin          TEXT NOT NULL CHECK (origin IN ('clinic', 'paper', 'document', 'import', 'national')),
    category        TEXT NOT NULL
                    CHECK (category IN ('routine', 'temporary', 'exception', 'voluntary', 'unknown')),
    product         TEXT,
    lot             TEXT NOT NULL,
    institution     TEXT NOT NULL,
    body            TEXT NOT NULL,
    supersedes      TEXT UNIQUE REFERENCES immunizations (id),
    superseded_by   TEXT,
    author          TEXT NOT NULL,
    at              TIMESTAMP NOT NULL,
    keep_until      DATE
);
-- The same dose that arrives twice is one line.
CREATE UNIQUE INDEX immunizations_one ON immunizations (subject, vaccine, dose, given_on, status, nth)
    WHERE superseded_by IS NULL;
CREATE INDEX immunizations_subject ON immunizations (subject, first_day);
CREATE INDEX immunizations_month ON immunizations (institution, first_day);
CREATE INDEX immunizations_lot ON immunizations (lot) WHERE lot <> '';

-- 接種券. Used once, and by one dose only.
CREATE TABLE vouchers (
    id              TEXT PRIMARY KEY NOT NULL,
    number          TEXT NOT NULL UNIQUE,
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    case_id         TEXT REFERENCES cases (id),
    vaccine         TEXT NOT NULL,
    product         TEXT,
    dose            TEXT NOT NULL,
    valid_from      DATE NOT NULL,
    valid_to        DATE CHECK (valid_to >= valid_from),
    state           TEXT NOT NULL CHECK (state IN ('issued', 'used', 'expired', 'cancelled')),
    used_by         TEXT UNIQUE REFERENCES immunizations (id),
    reason          TEXT NOT NULL DEFAULT '',
    issued_at       TIMESTAMP NOT NULL,
    ended_at        TIMESTAMP,
    CHECK ((state = 'used') = (used_by IS NOT NULL)),
    CHECK ((state = 'issued') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX vouchers_living ON vouchers (subject, vaccine, dose) WHERE state = 'issued';
CREATE INDEX vouchers_subject ON vouchers (subject, id);
CREATE INDEX vouchers_expiring ON vouchers (valid_to) WHERE state = 'issued';
