-- Offices that apply for persons who ask them to; each is entered with the first account at it.
CREATE TABLE agencies (
    code        TEXT PRIMARY KEY NOT NULL,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    phone       TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL
);

-- The leave that a person gave an office under a program; of each office at most one that was not taken back.
CREATE TABLE mandates (
    id          TEXT PRIMARY KEY NOT NULL,
    citizen     TEXT NOT NULL REFERENCES citizens (id),
    program     TEXT NOT NULL,
    agency      TEXT NOT NULL REFERENCES agencies (code),
    begins_on   DATE NOT NULL,
    ends_on     DATE NOT NULL CHECK (ends_on >= begins_on),
    given_at    TIMESTAMP NOT NULL,
    ended_at    TIMESTAMP
);

CREATE UNIQUE INDEX mandates_living ON mandates (citizen, program, agency) WHERE ended_at IS NULL;
CREATE INDEX mandates_agency ON mandates (agency, ends_on);
