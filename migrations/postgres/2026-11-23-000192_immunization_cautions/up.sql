-- What record platforms told of allergies, sealed under the person's key; each asking is a row, and none is changed.
CREATE TABLE immunization_cautions (
    id              TEXT PRIMARY KEY NOT NULL,
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    body            TEXT NOT NULL,
    author          TEXT NOT NULL,
    at              TIMESTAMP NOT NULL
);
CREATE INDEX immunization_cautions_of ON immunization_cautions (subject, at);
