-- Addresses under which a telephone reads the calendar of a person; only the hash of an address is known.
CREATE TABLE dose_calendars (
    id              TEXT PRIMARY KEY NOT NULL,
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    citizen         TEXT NOT NULL REFERENCES citizens (id),
    lookup          TEXT NOT NULL UNIQUE,
    lang            TEXT NOT NULL,
    at              TIMESTAMP NOT NULL,
    ended_at        TIMESTAMP
);
CREATE INDEX dose_calendars_of ON dose_calendars (citizen, subject);
