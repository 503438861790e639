-- Codes by which another guardian of a person joins; only the keyed hash of a code is known.
CREATE TABLE guardian_invitations (
    id              TEXT PRIMARY KEY NOT NULL,
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    code            TEXT NOT NULL UNIQUE,
    author          TEXT NOT NULL,
    by_office       BOOLEAN NOT NULL,
    failures        BIGINT NOT NULL DEFAULT 0 CHECK (failures >= 0),
    used_by         TEXT REFERENCES citizens (id),
    at              TIMESTAMP NOT NULL,
    ends_at         TIMESTAMP NOT NULL,
    ended_at        TIMESTAMP
);
CREATE INDEX guardian_invitations_of ON guardian_invitations (subject);

-- How often a sign-in typed a code that opened nothing, counted from when.
CREATE TABLE guardian_tries (
    citizen         TEXT PRIMARY KEY NOT NULL REFERENCES citizens (id),
    failures        BIGINT NOT NULL CHECK (failures >= 0),
    since           TIMESTAMP NOT NULL
);

-- Persons whose whereabouts nobody may learn through another guardian (支援措置); guardians invite nobody to them.
CREATE TABLE guardian_shields (
    subject         TEXT PRIMARY KEY NOT NULL REFERENCES immunization_subjects (id),
    author          TEXT NOT NULL,
    at              TIMESTAMP NOT NULL,
    ended_at        TIMESTAMP
);
